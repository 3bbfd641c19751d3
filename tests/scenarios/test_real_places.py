"""The areas that the founding texts name."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.catalogue import find, shipped
from scenarios.england_population import WIDE_BANDS
from scenarios.evidence import load
from scenarios.places import read_place
from scenarios.pools import average_services, pool_names
from scenarios.reach import people_by_band
from scenarios.resolve import resolve
from scenarios.resolved import Place
from scenarios.services_by_age import services_by_age
from scenarios.systems import places_table

NAMED = (
    "birmingham", "blackpool-fylde-coast", "buckinghamshire", "cornwall", "dorset", "dudley", "frimley",
    "greater-manchester", "kent", "lancashire", "leeds", "mid-nottinghamshire", "morecambe-bay", "newquay",
    "north-east-hampshire", "north-west-london", "northumberland", "rushcliffe", "south-somerset",
    "south-yorkshire-bassetlaw", "tower-hamlets", "wakefield", "wigan",
)
PUBLISHED = {
    "blackpool-fylde-coast": 330_000, "dudley": 318_492, "greater-manchester": 2_800_000, "northumberland": 320_000,
    "south-somerset": 132_354, "south-yorkshire-bassetlaw": 1_500_000, "wigan": 320_000,
}
"""People as the evidence table gives them."""


def place(name: str) -> Place:
    """A place that comes with caresim."""
    found = find("place", name)
    assert found is not None
    return read_place(found)


def test_every_area_that_the_texts_name_is_a_place() -> None:
    """All twenty-three."""
    assert set(NAMED) <= set(shipped("place"))
    assert len(NAMED) == 23


@pytest.mark.parametrize("name", NAMED)
def test_a_named_place_says_what_it_ran_and_what_is_assumed_about_it(name: str) -> None:
    """Nothing about it that is not its own goes unsaid; its people and services are whole."""
    area = place(name)
    about_what_ran = [text for text in area.assumed if " ran" in text or "shared" in text or "had liaison" in text]
    assert bool(about_what_ran) == ("assumed" in area.ran_sources)
    assert area.ran
    assert area.ran_sources, "ids, the word assumed, or both"
    assert set(area.ran) <= set(shipped("scenario"))
    assert any("as in England" in text for text in area.assumed)
    assert all(cell.people >= 0 and cell.people == int(cell.people) for cell in area.population)
    assert set(area.services) == set(pool_names(load()))


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_a_named_place_has_as_many_people_as_published(name: str) -> None:
    """Within 2 %, since programmes count registered people and districts residents."""
    assert place(name).people == pytest.approx(PUBLISHED[name], rel=0.02)


def test_ages_are_the_places_own() -> None:
    """Cornwall is old, Tower Hamlets young, and care homes follow."""
    share = {name: sum(list(people_by_band(place(name).population).values())[4:]) / place(name).people
             for name in ("cornwall", "tower-hamlets", "england-average")}
    assert share["tower-hamlets"] < 0.5 * share["england-average"] < share["england-average"] < share["cornwall"]
    assert place("cornwall").services["nursing_home_places"] > average_services(563_608, load())["nursing_home_places"]


def test_services_by_age_are_the_average_ones_for_englands_ages() -> None:
    """What differs is the ages alone."""
    area = place("england-average")
    by_age = services_by_age(area.population, load())
    for pool, places in area.services.items():
        assert by_age[pool] == pytest.approx(places, rel=0.011), pool


def test_an_older_place_has_at_least_the_beds_that_its_bed_days_need() -> None:
    """Bed days for its ages over beds are within 8 % of the average place: large hospitals keep fewer beds free."""
    evidence = load()

    def crowding(area: Place) -> float:
        people = people_by_band(area.population)
        days = sum(people[band] * evidence.value("emergency_admission.bed_days", band)
                   / evidence.value("population.residents", band) for band, _, _ in WIDE_BANDS)
        return days / sum(area.services[pool] for pool in ("acute_beds", "assessment_beds", "older_peoples_beds"))

    for name in NAMED:
        assert crowding(place(name)) < 1.08 * crowding(place("england-average")), name


def test_a_scenario_resolves_in_every_named_place() -> None:
    """Each of them, at its own size."""
    for name in NAMED:
        assert resolve("care-home-teams", place=name).place.id == name


def test_the_page_on_places_has_what_each_ran_as_the_files_say_it() -> None:
    """Its table, the end of the page, is what `scenarios.systems.places_table` makes of the data."""
    page = (Path(__file__).parents[2] / "docs" / "places.md").read_text(encoding="utf-8")
    assert page.endswith(f"\n{places_table()}\n")
    assert all(f"| {name} |" in page for name in NAMED)
