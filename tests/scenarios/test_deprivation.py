"""Places that say how deprived their people are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scenarios.deprivation import england_by_age, fifths_by_band, relative_needs
from scenarios.england_population import england_population
from scenarios.evidence import load
from scenarios.pools import average_services
from scenarios.reach import reach
from scenarios.resolve import resolve
from scenarios.resolved import PopulationCell
from scenarios.services_by_age import bed_people, services_by_age

BANDS = ("0-4", "5-17", "18-39", "40-64", "65-74", "75-84", "85+")


def test_who_does_not_say_has_englands_fifths_and_needs() -> None:
    """To the bit, so that nothing changes for a place without fifths."""
    cells = resolve("do-nothing", place="leeds").place.population
    assert relative_needs(cells, load()) == (dict.fromkeys(BANDS, 1.0), dict.fromkeys(BANDS, 1.0))
    shares = fifths_by_band(cells, load())
    assert np.allclose(shares["40-64"], england_by_age(50, load()))
    assert np.allclose(shares["85+"], england_by_age(90, load()))


def test_englands_own_fifths_need_as_much_as_england() -> None:
    """Its table says fifths, rounded to whole people."""
    above, below = relative_needs(england_population(1_000_000, load()), load())
    assert list(above.values()) == list(below.values()) == [1.0] * 7


def test_a_band_that_two_cells_share_has_the_fifths_of_both() -> None:
    """By the people of each that lie in it."""
    cells = (PopulationCell(0, 64, "all", 1, 650.0), PopulationCell(65, 69, "all", 5, 100.0),
             PopulationCell(70, None, "all", 1, 300.0))
    shares = fifths_by_band(cells, load())
    assert shares["18-39"].tolist() == [1.0, 0.0, 0.0, 0.0, 0.0]
    assert 0.0 < shares["65-74"][0] == pytest.approx(1.0 - shares["65-74"][4])


@pytest.mark.parametrize(("name", "most", "old"), [("wigan", 0.290, 0.227), ("tower-hamlets", 0.579, 0.661),
                                                   ("blackpool-fylde-coast", 0.267, 0.187)])
def test_places_have_the_fifths_of_their_small_areas(name: str, most: float, old: float) -> None:
    """Shares of everybody, and of people of 65 and over, in the most deprived fifth of 2015."""
    cells = resolve("do-nothing", place=name).place.population

    def share(age: int) -> float:
        people = [cell for cell in cells if cell.age_from >= age]
        return sum(c.people for c in people if c.deprivation_fifth == 1) / sum(c.people for c in people)

    assert share(0) == pytest.approx(most, abs=0.001)
    assert share(65) == pytest.approx(old, abs=0.001)


def test_services_follow_deprivation() -> None:
    """More beds, cubicles and appointments for the more deprived, and as many places in care homes."""
    place = resolve("do-nothing", place="tower-hamlets").place
    undivided = [replace(cell, deprivation_fifth=0) for cell in place.population]
    usual = services_by_age(undivided, load())
    for pool in ("acute_beds", "ae_cubicles", "gp_same_day_slots_per_weekday"):
        assert 1.1 < place.services[pool] / usual[pool] < 1.5, pool
    assert place.services["nursing_home_places"] == usual["nursing_home_places"]
    assert place.bed_people == bed_people(place.population, load())
    affluent = [replace(cell, deprivation_fifth=5) for cell in undivided]
    assert services_by_age(affluent, load())["acute_beds"] < usual["acute_beds"]
    assert average_services(place.people, load())["acute_beds"] > usual["acute_beds"]


def test_a_team_for_the_most_deprived_fifth_may_take_those_of_the_place() -> None:
    """Wigan has more than one in five people there; the ceiling knows it."""
    found = resolve("community-activity", place="wigan")
    plan = found.interventions[0]
    undivided = replace(found.place, population=tuple(replace(c, deprivation_fifth=0) for c in found.place.population))
    eligible, usual = (reach(plan, place, load()).eligible for place in (found.place, undivided))
    assert 1.2 < eligible / usual < 1.6
