"""Headlines by deprivation fifth, worked out by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from outputs.measures.fifths import KINDS, MEASURES, MOST_TO_LEAST, NAMES, SLOPE, slope_index
from scenarios.resolved import Intervention
from tests.outputs.factory import RunBuilder, intervention, resolved, view_of

BY_ID = {one.id: one for one in MEASURES}


def measured(run: RunBuilder, name: str, *plans: Intervention) -> dict[str, float]:
    """A measure in 2016/17."""
    view = view_of(run, resolved(interventions=plans))
    return dict(BY_ID[name].values(view, view.years[1]))


def fifths(each: int = 10, **facts: object) -> RunBuilder:
    """So many people of 40 in each fifth: 1 to 10 in the first, 11 to 20 in the second, ..."""
    run = RunBuilder()
    for fifth in range(1, 6):
        run.crowd(1 + each * (fifth - 1), each, fifth=fifth, **facts)  # type: ignore[arg-type]
    return run


def test_the_slope_index_is_the_difference_of_the_ends_of_the_line() -> None:
    """Rates 5, 4, 3, 2, 1 in equal fifths: the line falls by 1 a fifth, 5 from end to end; the same rates: none."""
    assert slope_index(np.array([5.0, 4, 3, 2, 1]), np.ones(5)) == pytest.approx(5.0)
    assert slope_index(np.array([1.0, 2, 3, 4, 5]), np.ones(5)) == pytest.approx(-5.0)
    assert slope_index(np.full(5, 2.0), np.array([1.0, 2, 3, 4, 5])) == pytest.approx(0.0)


def test_the_slope_index_weighs_fifths_by_their_people() -> None:
    """A line through the ranks holds whatever the widths: rates linear in the middle of the ranks give its slope."""
    people = np.array([1.0, 3.0, 2.0, 2.0, 2.0])
    rank = np.cumsum(people / 10) - people / 20
    assert slope_index(10.0 - 4.0 * rank, people) == pytest.approx(4.0)


def test_admissions_by_fifth_are_rates_of_each_fifth() -> None:
    """Four of ten against one of ten: 400 and 100 per 1,000, a ratio of 4."""
    run = fifths()
    for person in (1, 2, 3, 4, 11, 12, 21, 31, 41):
        run.admission(person, "2016-05-01", "2016-05-03")
    found = measured(run, "admissions_by_fifth")
    days = 365.0 / 365.25
    assert [found[name] * days for name in NAMES] == pytest.approx([400, 200, 100, 100, 100], rel=1e-3)
    assert found[MOST_TO_LEAST] == pytest.approx(4.0)
    assert found[SLOPE] > 0.0


def test_fifths_of_different_ages_are_compared_at_equal_ages() -> None:
    """Everywhere all admissions are of people of 80, one each; fifth 1 has more of them and is no worse for it."""
    run = RunBuilder()
    for fifth, old in ((1, 8), (2, 5), (3, 5), (4, 5), (5, 2)):
        first = 100 * fifth
        run.crowd(first, old, fifth=fifth, age=80).crowd(first + old, 10 - old, fifth=fifth, age=30)
        for person in range(first, first + old):
            run.admission(person, "2016-05-01", "2016-05-03")
    found = measured(run, "admissions_by_fifth")
    assert found[MOST_TO_LEAST] == pytest.approx(1.0, rel=1e-3)
    assert found[SLOPE] == pytest.approx(0.0, abs=1.0)


def test_fifths_times_people_make_the_whole() -> None:
    """At one age, the fifths' rates weighted by their people are the place's rate."""
    run = fifths()
    for person in (1, 2, 3, 11, 41):
        run.admission(person, "2016-05-01", "2016-05-09")
    nights = measured(run, "bed_days_by_fifth")
    assert np.mean([nights[name] for name in NAMES]) == pytest.approx(5 * 8 / 50 * 1000, rel=2e-3)


def test_days_at_home_count_death_hospital_and_care_homes() -> None:
    """A year at home, less what was spent in hospital, and nothing after death; others are not touched."""
    run = fifths()
    run.admission(1, "2016-05-01", "2016-05-11")
    run.person(11, fifth=2, left="2016-10-01", died_in="home")
    found = measured(run, "days_at_home_by_fifth")
    assert found["fifth 1"] == pytest.approx(365.0 - 1.0)
    assert found["fifth 2"] == pytest.approx(365.0 - 182.0 / 10)
    assert found["fifth 5"] == pytest.approx(365.0)


def test_who_is_reached_and_what_they_are_given_is_shown_beside_admissions() -> None:
    """One of ten with a team in fifth 1 for the year: 100 per 1,000, and 24 contacts of theirs."""
    run = fifths()
    run.teams = ("a-team",)
    run.enrol(1, "2016-04-01")
    plan = intervention(teams=((date(2016, 4, 1), 1.0),))
    assert measured(run, "people_with_teams_by_fifth", plan)["fifth 1"] == pytest.approx(100, rel=1e-2)
    contacts = measured(run, "team_contacts_by_fifth", plan)
    assert contacts["fifth 1"] == pytest.approx(2400, rel=1e-2)
    assert contacts["fifth 5"] == 0.0


def test_deaths_and_readmissions_are_those_of_their_fifth() -> None:
    """One death on a ward in fifth 5, one readmission in fifth 1."""
    run = fifths()
    run.person(41, fifth=5, left="2016-06-03", died_in="acute_ward")
    run.admission(1, "2016-05-01", "2016-05-03", need=1).admission(1, "2016-05-10", "2016-05-12", need=2)
    assert measured(run, "hospital_deaths_by_fifth")["fifth 5"] > 0.0
    assert measured(run, "deaths_by_fifth")["fifth 1"] == 0.0
    found = measured(run, "readmissions_by_fifth")
    assert found["fifth 1"] > 0.0
    assert found["fifth 5"] == 0.0


def test_an_empty_fifth_gives_no_numbers_rather_than_wrong_ones() -> None:
    """A place whose people are all in one fifth has no rates by fifth."""
    assert measured(RunBuilder().crowd(1, 10, fifth=3), "admissions_by_fifth") == {}


def test_every_measure_has_its_kind() -> None:
    """Use, outcome, reach and care are all there."""
    assert set(KINDS) == set(BY_ID)
    assert set(KINDS.values()) == {"use", "outcome", "reach", "care"}
