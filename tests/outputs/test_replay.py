"""One person's two lives: told in words, side by side, and parted where they part."""

from __future__ import annotations

from datetime import date

import pytest

from outputs.replay import Replay, document, fragment, life_of, on_screen, side_by_side
from simulation.stays import Outcome
from tests.outputs.factory import RunBuilder

START, END = date(2016, 4, 1), date(2018, 4, 1)


def runs() -> tuple[RunBuilder, RunBuilder]:
    """A woman of 83, without and with a team; the second spring goes another way with it."""
    without, with_team = RunBuilder(start=START, end=END), RunBuilder(START, END, ("a-team",))
    for run in (without, with_team):
        run.person(7, age=83.0, female=True, fifth=1)
        run.attendance(7, "2016-05-01 10:00", "2016-05-01 13:00").admission(7, "2016-05-01 13:00", "2016-05-04 12:00")
    with_team.enrol(7, "2016-12-01", "2017-12-01")
    without.admission(7, "2017-03-01 10:00", "2017-03-21 10:00", need=2, ready="2017-03-12 10:00",
                      reason="care_package")  # fmt: skip
    with_team.attendance(7, "2017-03-01 10:00", "2017-03-01 14:00", need=2)
    return without, with_team


def replay() -> Replay:
    """Her two lives."""
    results = [run.build() for run in runs()]
    names = (("do-nothing", "Do nothing"), ("a-team", "A <team>"))
    without, with_team = (
        life_of(result, 7, *name, ["A team"]) for result, name in zip(results, names, strict=True)
    )
    return side_by_side(results[0], 7, (without, with_team), "Chosen by number.")


def test_what_is_the_same_stands_in_one_row_and_what_differs_is_told_in_both() -> None:
    """Ages, dates, nights, what a bed was waited for, and the team's coming and going."""
    found = replay()
    assert found.about == "woman, aged 83 on 1 Apr 2016, most deprived fifth"
    assert [(row.day.isoformat(), row.age, row.reference, row.scenario) for row in found.rows] == [
        ("2016-05-01", 83, "A&E for 3 hours; admitted, 3 nights (acute ward)",
         "A&E for 3 hours; admitted, 3 nights (acute ward)"),
        ("2016-12-01", 83, "", "joins: A team"),
        ("2017-03-01", 83, "admitted, 20 nights (acute ward), of it waiting for care package for 9 days",
         "A&E for 4 hours and home"),
        ("2017-12-01", 84, "", "leaves: A team"),
    ]  # fmt: skip
    assert found.parts_at == 1


def test_lives_that_are_the_same_do_not_part() -> None:
    """And the screen says so."""
    result = runs()[0].build()
    life = life_of(result, 7, "do-nothing", "Do nothing", [])
    found = side_by_side(result, 7, (life, life), "")
    assert found.parts_at is None
    assert "The two lives are the same." in on_screen(found)


def test_the_same_need_later_says_when() -> None:
    """A bed found a week later is the same happening, with its own date."""
    without, with_team = (RunBuilder(start=START, end=END).person(1) for _ in range(2))
    without.admission(1, "2017-03-01 10:00", "2017-03-02 10:00")
    with_team.admission(1, "2017-03-08 10:00", "2017-03-09 10:00")
    lives = [life_of(run.build(), 1, "", "", []) for run in (without, with_team)]
    [row] = side_by_side(without.build(), 1, (lives[0], lives[1]), "").rows
    assert row.reference == "admitted, 1 night (acute ward)"
    assert row.scenario == "admitted, 1 night (acute ward) (on 8 Mar 2017)"


def test_beginnings_and_ends_of_lives_are_told() -> None:
    """Moving in, care homes, being born, dying on a ward, and a stay still open at the end."""
    run = RunBuilder(start=START, end=END).person(1, age=90.0, left="2017-02-01", died_in="acute_ward")
    run.stay(1, "nursing_home", "2016-06-01", "2017-02-01", need=3, outcome=Outcome.DIED)
    run.admission(1, "2017-01-20", "2017-02-01", need=4, outcome=Outcome.DIED)
    run.person(2, age=30.0, entered="2016-09-01").admission(2, "2018-03-20", None, need=5)
    words = [each.words for each in life_of(run.build(), 1, "", "", []).happenings]
    assert words == ["moves to a nursing home", "admitted, 12 nights (acute ward), dies there", "dies (acute ward)"]
    words = [each.words for each in life_of(run.build(), 2, "", "", []).happenings]
    assert words[0] == "moves to the area"
    assert words[1].endswith("still there at the end of the run")


def test_the_screen_has_two_columns_and_marks_where_lives_part() -> None:
    """No line is wider than 100 characters."""
    text = on_screen(replay())
    lines = text.splitlines()
    assert max(map(len, lines)) <= 100
    parts = next(number for number, line in enumerate(lines) if "from here on the two lives differ" in line)
    assert "1 May 2016" in "\n".join(lines[:parts])
    assert "joins: A team" in "\n".join(lines[parts:])


def test_json_and_the_table_of_a_page_say_the_same() -> None:
    """What did not happen is null in one and a dash in the other; names are escaped."""
    found = document(replay())
    assert found["parts_at"] == "2016-12-01"
    assert found["rows"][1] == {
        "date": "2016-12-01", "age": 83, "reference": None, "scenario": "joins: A team", "same": False}
    page = fragment(replay())
    assert "A &lt;team&gt;" in page
    assert page.count("<tr") == 1 + len(found["rows"])
    assert page.count('class="differs"') == 3
    assert '<tr class="differs" id="parts"><th scope="row"><time datetime="2016-12-01">' in page


def test_somebody_who_never_lives_here_is_named() -> None:
    """As a mistake of whoever asked."""
    with pytest.raises(LookupError, match="nobody with the number 99"):
        life_of(runs()[0].build(), 99, "", "", [])
