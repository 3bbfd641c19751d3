"""Places: the shipped ones, and a planner's own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from scenarios.catalogue import find
from scenarios.evidence import load
from scenarios.explain import ran_in_words
from scenarios.messages import BadInput
from scenarios.places import read_place, read_population
from scenarios.pools import average_services, places_on, pool_names
from scenarios.resolved import Place


def shipped_place(name: str) -> Place:
    """A place that comes with caresim."""
    found = find("place", name)
    assert found is not None
    return read_place(found)


def table(folder: Path, text: str, suppressed: float | None = None) -> list[tuple[int, int | None, str, int, float]]:
    """The cells of a population table with this text, as tuples."""
    path = folder / "population.csv"
    path.write_bytes(text.encode("utf-8"))
    return [(cell.age_from, cell.age_to, cell.sex, cell.deprivation_fifth, cell.people)
            for cell in read_population(path, "population.csv", suppressed)]


def test_the_shipped_averages_are_the_average_and_parts_of_it() -> None:
    """250,000, 100,000 and 25,000 people of 2016/17, with every service."""
    averages = (("england-average", 250_000), ("england-average-100k", 100_000), ("england-average-25k", 25_000))
    for name, people in averages:
        place = shipped_place(name)
        assert (place.people, place.year, place.network) == (people, "2016/17", "care")
        assert set(place.services) == set(pool_names(load()))


@pytest.mark.parametrize("name", ["england-average", "england-average-100k", "england-average-25k"])
def test_a_shipped_place_has_the_average_services_for_its_people(name: str) -> None:
    """What its file says is what the rule gives, so that neither drifts from the other."""
    place = shipped_place(name)
    assert place.services == average_services(place.people, load())


def test_a_place_without_services_has_the_average_for_its_people(tmp_path: Path) -> None:
    """Only the people are needed; what is given counts."""
    (tmp_path / "place.yaml").write_text(
        "title: Anytown\nyear: 2024/25\nservices:\n  acute_beds: 111\n", encoding="utf-8")
    (tmp_path / "population.csv").write_text("age_from,people\n0,100000\n", encoding="utf-8")
    (tmp_path / "beds.csv").write_text("service,beds,from\nAssessment beds,33,\n", encoding="utf-8")
    found = find("place", str(tmp_path))
    assert found is not None
    services = read_place(found).services
    average = average_services(100_000, load())
    assert (services["acute_beds"], services["assessment_beds"]) == (111.0, 33.0)
    assert services["older_peoples_beds"] == average["older_peoples_beds"]


def test_services_may_change_by_month(tmp_path: Path) -> None:
    """In place.yaml or in the table of beds; the number of the place's own year stands for it elsewhere."""
    (tmp_path / "place.yaml").write_text(
        "title: Anytown\nyear: 2024/25\nservices:\n  acute_beds: {Apr 2023: 300, Apr 2025: 310}\n"
        "  ae_cubicles: 20\n", encoding="utf-8")
    (tmp_path / "population.csv").write_text("age_from,people\n0,100000\n", encoding="utf-8")
    (tmp_path / "beds.csv").write_text(
        "service,beds,from\nIntermediate care beds,33,\nIntermediate care beds,40,April 2024\n", encoding="utf-8")
    found = find("place", str(tmp_path))
    assert found is not None
    place = read_place(found)
    assert place.plans == {
        "acute_beds": ((date(2023, 4, 1), 300.0), (date(2025, 4, 1), 310.0)),
        "intermediate_care_beds": ((date.min, 33.0), (date(2024, 4, 1), 40.0)),
    }
    assert (place.services["acute_beds"], place.services["intermediate_care_beds"]) == (300.0, 40.0)
    assert places_on(place, "acute_beds", date(2025, 4, 1)) == 310.0
    assert places_on(place, "ae_cubicles", date(2026, 10, 1), 0.1) == pytest.approx(20 * 1.1**2)


def test_a_place_may_stand_still(tmp_path: Path) -> None:
    """Ages frozen, other growth off; otherwise both are as in England."""
    (tmp_path / "population.csv").write_text("age_from,people\n0,100000\n", encoding="utf-8")
    for growth, expected in (
        ("", {"demography": 1.0, "residual": 1.0}),
        ("growth:\n  demography: frozen\n  residual: none\n", {"demography": 0.0, "residual": 0.0}),
    ):
        (tmp_path / "place.yaml").write_text(f"title: Anytown\nyear: 2024/25\n{growth}", encoding="utf-8")
        found = find("place", str(tmp_path))
        assert found is not None
        assert read_place(found).growth == expected


def test_a_table_is_read_in_the_ways_that_excel_writes_it(tmp_path: Path) -> None:
    """Byte-order mark, semicolons, quotes, capitals, spare columns and empty lines at the end."""
    heading = "\ufeffAge from;Age to;Sex;Deprivation-fifth;People;"
    text = "\r\n".join((heading, '0;64;Female;all;"1,234";', "65;;women;;10;", ";;;;;", ""))
    assert table(tmp_path, text) == [(0, 64, "F", 0, 1234.0), (65, None, "F", 0, 10.0)]


def test_columns_may_come_in_any_order_and_some_be_left_out(tmp_path: Path) -> None:
    """Age and people are enough."""
    assert table(tmp_path, "people,age_from\n10,0\n") == [(0, None, "all", 0, 10.0)]


def test_suppressed_numbers_are_read_by_a_stated_rule(tmp_path: Path) -> None:
    """Only when place.yaml says what the star stands for."""
    assert table(tmp_path, "age_from,people\n0,*\n", suppressed=3.0) == [(0, None, "all", 0, 3.0)]


def test_one_message_names_all_lines_with_the_same_trouble(tmp_path: Path) -> None:
    """Excel rarely breaks one cell only."""
    lines = "".join(f"14-Oct,{n}\n" for n in range(12))
    with pytest.raises(BadInput, match=r"12 lines affected: 2, 3, 4, .*\.\.\.") as caught:
        table(tmp_path, f"age_from,people\n{lines}")
    assert len(caught.value.messages) == 1


def test_a_place_that_does_not_fit_into_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the estimate at 1 kB a person and what the computer has."""
    monkeypatch.setattr("scenarios.memory.memory_of_computer", lambda: 4e9)
    (tmp_path / "place.yaml").write_text("title: Everywhere\nyear: 2024/25\n", encoding="utf-8")
    (tmp_path / "population.csv").write_text("age_from,people\n0,55000000\n", encoding="utf-8")
    found = find("place", str(tmp_path))
    assert found is not None
    with pytest.raises(BadInput, match=r"55,000,000 people need about 55\.0 GB .* 4\.0 GB"):
        read_place(found)


def ran_in(folder: Path, lines: str) -> Place:
    """A place whose file has these lines about what it ran."""
    (folder / "place.yaml").write_text(f"title: Anytown\nyear: 2024/25\n{lines}", encoding="utf-8")
    (folder / "population.csv").write_text("age_from,people\n0,100000\n", encoding="utf-8")
    found = find("place", str(folder))
    assert found is not None
    return read_place(found)


def test_a_place_says_from_where_it_is_known_what_ran_there(tmp_path: Path) -> None:
    """Results, "assumed" or both; nothing said counts as assumed."""
    for written, said in (
        ("ran_sources: [E103, assumed]\n", "ran mcp-vanguard (in part known from E103, the rest assumed)"),
        ("ran_sources: E103\n", "ran mcp-vanguard (known from E103)"),
        ("ran_sources: assumed\n", "ran mcp-vanguard (assumed: no source)"),
        ("", "ran mcp-vanguard (assumed: no source)"),
    ):
        assert ran_in_words(ran_in(tmp_path, f"ran: mcp-vanguard\n{written}")) == said


def test_a_source_of_what_ran_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    """With the line and what is allowed; so is a source of nothing."""
    with pytest.raises(BadInput, match=r'line 4, key ran_sources(.|\n)*"E9999" is none(.|\n)*"assumed"'):
        ran_in(tmp_path, "ran: mcp-vanguard\nran_sources: [E103, E9999]\n")
    with pytest.raises(BadInput, match="It is said from where it is known, and not what"):
        ran_in(tmp_path, "ran_sources: E103\n")
