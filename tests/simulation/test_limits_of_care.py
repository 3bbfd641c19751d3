"""Limits of the full care model, in the manner of TECH-VER: inputs at their ends, equal arms, the way of each driver.

Everything is seen as a planner sees it: as measures of the years after the start, under the same draws throughout.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest

from outputs.measures.activity import admitted, attending
from outputs.measures.registry import MEASURES
from outputs.measures.view import View, build_view
from outputs.prices import PriceList, load_prices
from scenarios.resolved import RangeValue
from simulation.calendar import SECONDS_PER_DAY, cut_after
from simulation.network import Presence
from simulation.run import Run, simulate
from simulation.stays import BANDS, FIRST_OUTSIDER, NEVER, Outcome, RunResult
from tests.simulation.small_place import differing_columns, model_of, small, with_changes

PEOPLE = 500
NEEDS = ("upper", "lower", "managed", "routine")
COSTS = ("cost_per_head_gbp", "emergency_admission_cost_per_head_gbp", "marginal_care_cost_gbp", "net_cost_gbp",
         "spending_covered_share")  # fmt: skip


@dataclass(frozen=True)
class Inputs:
    """A place; what is not said is as usual.

    Attributes:
        needs: by which every rate of need is multiplied.
        nights: by which nights on wards are multiplied.
        room: by which the places of every service are multiplied.
        services: places of single services, by name, times the usual.
        outsiders: whether patients come from outside.
    """

    scenario: str = "do-nothing"
    people: int = PEOPLE
    needs: float = 1.0
    nights: float = 1.0
    room: float = 1.0
    services: tuple[tuple[str, float], ...] = ()
    outsiders: bool = True


@cache
def ran(inputs: Inputs = Inputs()) -> tuple[RunResult, View]:
    """A run, and how measures see it."""
    usual = small(inputs.scenario, people=inputs.people)
    overrides = [f"level.{of}[{band}]={level * inputs.needs} anyway" for of, band, level in _levels(NEEDS)]
    overrides += [f"level.{of}[{band}]={level * inputs.nights} anyway" for of, band, level in _levels(("nights",))]
    changed = small(inputs.scenario, people=inputs.people, room=inputs.room, overrides=overrides)
    if inputs.needs == inputs.nights == 1.0:
        changed = replace(usual, place=changed.place)
    services = dict(changed.place.services)
    services |= {name: times * services[name] for name, times in inputs.services}
    changed = replace(changed, place=replace(changed.place, services=services))
    if inputs.scenario != "do-nothing":
        changed = with_changes(changed, 0.0)
    model = model_of(changed)
    if not inputs.outsiders:
        streams = tuple(replace(each, per_day_by_month=0.0 * each.per_day_by_month) for each in model.network.streams)
        model = replace(model, network=replace(model.network, streams=streams))
    result = simulate(model, 4, 0)
    return result, build_view(result, changed, load_prices(changed))


@cache
def _levels(parts: tuple[str, ...]) -> list[tuple[str, str, float]]:
    from scenarios.evidence import load

    evidence = load()
    return [(part, band, evidence.value(f"level.{part}", band)) for part in parts for band in BANDS]


def of_all_years(measure: str, inputs: Inputs = Inputs(), prices: PriceList | None = None) -> float:
    """A measure of the whole place, added up over the three years."""
    view = ran(inputs)[1]
    seen = view if prices is None else replace(view, prices=prices, _known={})
    return sum(MEASURES[measure].values(seen, year).get("all", 0.0) for year in seen.years)


def waits(inputs: Inputs, tag: str) -> np.ndarray:
    """Waits, in seconds, of the stays in settings with a tag that started."""
    result = ran(inputs)[0]
    rows = np.isin(result.stays.setting, result.settings.tags[tag]) & (result.stays.started != NEVER)
    return np.asarray((result.stays.started - result.stays.requested)[rows])


NO_NEEDS, ROOMY = Inputs(needs=0.0), Inputs(room=200.0)
MORE_NEEDS, LONGER = Inputs(needs=2.0, room=200.0), Inputs(nights=2.0, room=200.0)
MANY = 4000
"""People where a measure of few events is compared: in 500 chance alone reverses some."""
MANY_WITHOUT_NEEDS, MANY_WITH_ROOM = Inputs(people=MANY, needs=0.0), Inputs(people=MANY, room=200.0)
NO_BEDS = Inputs(services=(("acute_beds", 0.0), ("assessment_beds", 0.0), ("older_peoples_beds", 0.0)))


@pytest.mark.parametrize("measure", ["direct_admissions_per_1000", "gp_same_day_turned_away_share", "zero_day_share",
                                     "gp_consultations_per_person", "ae_attendances_per_1000"])  # fmt: skip
def test_without_needs_only_the_dying_are_ill(measure: str) -> None:
    """What is left are the needs of the last weeks: whoever comes to A&E is admitted, and nobody else goes anywhere."""
    view = ran(NO_NEEDS)[1]
    assert all(len(attending(view, year)) <= len(admitted(view, year)) for year in view.years)
    assert of_all_years(measure, MANY_WITHOUT_NEEDS) < 0.4 * of_all_years(measure, Inputs(people=MANY))


def test_without_needs_the_same_people_die() -> None:
    """Death is nobody's need: who dies, and when, does not depend on care."""
    usual, none = ran()[0].residents, ran(NO_NEEDS)[0].residents
    assert np.array_equal(usual.person, none.person)
    assert np.array_equal(usual.left, none.left)
    assert np.array_equal(usual.died, none.died)
    assert usual.died.sum() > 5


@pytest.mark.parametrize("inputs", [ROOMY, NO_BEDS, MORE_NEEDS, LONGER],
                         ids=["endless room", "no beds", "more needs", "longer stays"])  # fmt: skip
def test_care_never_decides_who_dies(inputs: Inputs) -> None:
    """Neither places nor stays nor needs change one death or one move."""
    assert np.array_equal(ran()[0].residents.left, ran(inputs)[0].residents.left)
    assert np.array_equal(ran()[0].residents.died, ran(inputs)[0].residents.died)


@pytest.mark.parametrize("tag", ["ward", "ae_type1"])
def test_with_endless_room_nobody_waits_for_a_place(tag: str) -> None:
    """Two hundred times the places: whoever asks starts in the same second."""
    assert len(waits(ROOMY, tag)) > 10
    assert waits(ROOMY, tag).max() == 0


@pytest.mark.parametrize("measure", ["gp_same_day_turned_away_share", "delayed_days_per_1000"])
def test_with_endless_room_nothing_is_short(measure: str) -> None:
    """Nobody is turned away by general practice; people fit to leave do not wait for places in other care."""
    assert of_all_years(measure, MANY_WITH_ROOM) < of_all_years(measure, Inputs(people=MANY))


@pytest.mark.parametrize("measure", ["emergency_bed_days", "elective_beds_occupied", "other_beds_occupied"])
def test_without_beds_none_is_used(measure: str) -> None:
    """No stay that needs a bed starts, and the run goes on to its end."""
    result = ran(NO_BEDS)[0]
    wards = np.isin(result.stays.setting, result.settings.tags["ward"])
    assert result.stays.ended.max() > 3 * 365 * SECONDS_PER_DAY
    assert waits(NO_BEDS, "ward").size < wards.sum()
    assert of_all_years(measure, NO_BEDS) == 0.0


@pytest.mark.parametrize("measure", ["elective_beds_occupied", "other_beds_occupied"])
def test_without_patients_from_outside_their_beds_are_empty(measure: str) -> None:
    """Residents are all that there is."""
    alone = Inputs(outsiders=False)
    assert (ran(alone)[0].stays.person < FIRST_OUTSIDER).all()
    assert of_all_years(measure, alone) == 0.0
    assert of_all_years("emergency_admissions", alone) > 0.0


def at_prices(times: float) -> PriceList:
    """The price list, with every price multiplied."""
    usual = ran()[1].prices
    return replace(usual, prices=tuple(replace(price, value=_times(price.value, times)) for price in usual.prices))


def _times(amount: RangeValue, times: float) -> RangeValue:
    return replace(amount, best=times * amount.best, low=times * amount.low, high=times * amount.high)


@pytest.mark.parametrize("measure", COSTS)
def test_free_care_costs_nothing_and_dearer_care_costs_as_much_more(measure: str) -> None:
    """No price, no cost; three times the price, three times the cost."""
    assert of_all_years(measure, prices=at_prices(0.0)) == 0.0
    assert of_all_years(measure, prices=at_prices(3.0)) == pytest.approx(3.0 * of_all_years(measure))


@pytest.mark.parametrize("scenario", ["extensivist-teams", "care-home-teams", "neighbourhood-networks"])
def test_a_service_without_effects_changes_no_stay(scenario: str) -> None:
    """Every effect at nothing: the same stays, row for row, and every measure of care the same."""
    with_team = Inputs(scenario=scenario)
    assert differing_columns(ran()[0].stays, ran(with_team)[0].stays) == []
    assert of_all_years("emergency_bed_days", with_team) == of_all_years("emergency_bed_days")


def test_equal_arms_are_equal() -> None:
    """The same place, built and run again: every number of every measure is the same."""
    again = simulate(model_of(small(people=PEOPLE)), 4, 0)
    assert differing_columns(again.stays, ran()[0].stays) == []
    assert np.array_equal(again.contacts, ran()[0].contacts)


def test_one_person_is_a_place() -> None:
    """Whatever happens to one person happens to one: no share is above one, and time is lived once."""
    result = ran(Inputs(people=1))[0]
    assert len(result.residents.person) <= 3
    assert result.person_seconds.sum() <= len(result.residents.person) * result.calendar.horizon
    assert set(result.stays.person[result.stays.person < FIRST_OUTSIDER]) <= set(result.residents.person.tolist())


def test_a_day_is_a_run() -> None:
    """The shortest study: everybody lives one day, and what is open at its end is written as open."""
    model = model_of(small(people=PEOPLE))
    day = simulate(replace(model, calendar=cut_after(model.calendar, 1)), 4, 0)
    assert day.person_seconds.sum() == pytest.approx(PEOPLE * SECONDS_PER_DAY, rel=0.02)
    assert (day.stays.ended <= SECONDS_PER_DAY).all()
    assert ((day.stays.outcome == Outcome.OPEN) == (day.stays.ended == SECONDS_PER_DAY)).all()


def test_everybody_can_live_in_a_care_home() -> None:
    """Where all need one from the start, and there is room, nobody of them spends a day at home."""
    model = model_of(small(people=200, room=1000.0))
    run = Run(model, model.teams, 4, 0)
    there = run.population.alive.astype(bool)
    run.population.starts_in_care_home[there] = True
    run.run_until(3)
    run.engine.close()
    stays = run.engine.stays()
    homes = [index for index, each in enumerate(model.network.settings) if each.presence == Presence.RESIDENCE]
    living_there = stays.person[np.isin(stays.setting, homes) & (stays.started == 0)]
    assert there.sum() > 150
    assert set(living_there.tolist()) == set(np.flatnonzero(there).tolist())


# Needs and nights are varied where there is room: wards that are full admit fewer people, as the model says they do.
DRIVERS: Mapping[str, tuple[Inputs, ...]] = {
    "needs": (Inputs(needs=0.0, room=200.0), ROOMY, MORE_NEEDS),
    "people": (Inputs(people=1), Inputs(people=150), Inputs()),
    "nights": (Inputs(nights=0.5, room=200.0), ROOMY, LONGER),
    "beds": (NO_BEDS, Inputs()),
    "room": (Inputs(), ROOMY),
}
RISING = [
    ("needs", "emergency_admissions"), ("needs", "ae_attendances_per_1000"), ("needs", "gp_consultations_per_person"),
    ("needs", "emergency_bed_days"), ("needs", "cost_per_head_gbp"), ("needs", "zero_day_admissions"),
    ("needs", "medically_fit_days_per_1000"),
    ("people", "emergency_admissions"), ("people", "ae_attendances_per_day"), ("people", "emergency_bed_days"),
    ("people", "marginal_care_cost_gbp"), ("people", "elective_beds_occupied"),
    ("nights", "emergency_bed_days"), ("nights", "emergency_beds_occupied"), ("nights", "bed_occupancy"),
    ("beds", "beds_open"), ("beds", "emergency_bed_days"), ("beds", "bed_occupancy"),
    ("room", "beds_open"),
]  # fmt: skip
FALLING = [("needs", "days_at_home_per_person"), ("room", "gp_same_day_turned_away_share"), ("room", "bed_occupancy")]


@pytest.mark.parametrize(("driver", "measure"), RISING)
def test_more_of_one_is_more_of_the_other(driver: str, measure: str) -> None:
    """Under the same draws the measure rises with its driver, step by step."""
    found = [of_all_years(measure, inputs) for inputs in DRIVERS[driver]]
    assert found == sorted(found)
    assert found[-1] > found[0]


@pytest.mark.parametrize(("driver", "measure"), FALLING)
def test_more_of_one_is_less_of_the_other(driver: str, measure: str) -> None:
    """Under the same draws the measure falls as its driver rises."""
    found = [of_all_years(measure, inputs) for inputs in DRIVERS[driver]]
    assert found == sorted(found, reverse=True)
    assert found[-1] < found[0]
