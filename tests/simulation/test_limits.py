"""Degenerate limits of networks and of the whole care model: what must happen when something is nothing, or endless.

In the manner of TECH-VER: black-box tests of inputs at their ends, of equal arms, and of the direction of each driver.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from outputs.network_measures import EVERYBODY, NETWORK, OF_NETWORK, OF_PLACES, OF_SETTING, Key, measure_run
from scenarios.messages import BadInput
from scenarios.network_file import parse_network_file
from simulation.nobody import run_network
from simulation.run import simulate
from simulation.stays import NEVER, Outcome, RunResult
from tests.simulation.small_place import model_of, small, with_changes

WARD = """
run: {warm_up: 20 days, length: 100 days, unit: hours}
reasons: {step_down: {title: waiting for step-down, delay: yes}}
pools: {beds: {places: BEDS, cost_per_place_day: BED_COST}, step_down_beds: {places: STEP_DOWN}}
streams: {patients: {to: ward, per_day: ARRIVALS}}
settings:
  ward:
    pools: [beds]
    hold: yes
    turnover: TURNOVER
    patience: {law: exponential, mean: PATIENCE, unit: days}
    duration: {law: exponential, mean: STAY, unit: days}
    cost: {per_day: DAY_COST, per_delayed_day: DELAY_COST}
    routes: [{to: {step_down: {probability: SHARE, reason: step_down}, home: rest}}]
  step_down:
    pools: [step_down_beds]
    duration: {law: exponential, mean: 4, unit: days}
"""
USUAL = {
    "ARRIVALS": 6.0, "BEDS": 22.0, "STAY": 3.0, "STEP_DOWN": 6.0, "TURNOVER": 30.0, "PATIENCE": 2.0, "SHARE": 0.2,
    "BED_COST": 0.0, "DAY_COST": 100.0, "DELAY_COST": 50.0,
}  # fmt: skip
FOREVER = 1e6


def ward(**changes: float | str) -> dict[str, float]:
    """Measures of the ward, of its places and of the whole network, with some inputs changed."""
    text = WARD
    for name, value in (USUAL | changes).items():
        text = text.replace(name, str(value).removesuffix(".0"))
    file = parse_network_file(text, "ward.yaml")
    found = measure_run(run_network(file.network, file.calendar, 11, 0)[0], file).values
    numbers = {key.measure: value for key, value in found.items() if key == Key(OF_SETTING, "ward", "all", key.measure)}
    numbers["utilisation"] = found.get(Key(OF_PLACES, "beds", EVERYBODY, "utilisation"), float("nan"))
    numbers["total_cost"] = found[Key(OF_NETWORK, NETWORK, EVERYBODY, "cost")]
    return numbers


@pytest.mark.parametrize("measure", ["arrivals", "present", "waiting", "throughput", "gave_up", "blocked", "cost"])
def test_without_arrivals_nothing_happens(measure: str) -> None:
    """Nobody comes, is there, waits, leaves or costs anything."""
    assert ward(ARRIVALS=0)[measure] == 0.0


@pytest.mark.parametrize("measure", ["waiting", "gave_up", "wait_mean", "waited"])
def test_with_endless_beds_nobody_waits(measure: str) -> None:
    """Whoever asks starts at once."""
    assert ward(BEDS=10_000)[measure] == 0.0


@pytest.mark.parametrize("measure", ["started", "present", "throughput", "blocked"])
def test_without_beds_nobody_is_treated(measure: str) -> None:
    """All wait until they give up."""
    none = ward(BEDS=0)
    assert none[measure] == 0.0
    assert none["gave_up"] == pytest.approx(none["arrivals"], rel=0.1)


def test_stays_of_no_length_take_a_second() -> None:
    """Nothing lasts no time: stays of a millionth of a day are one second long, and no bed is ever short."""
    brief = ward(STAY=1e-6, SHARE=0, TURNOVER=0)
    assert brief["stay_mean"] == pytest.approx(1.0)
    assert brief["waiting"] < 1e-4


def test_those_without_patience_never_wait_long_and_those_with_endless_patience_never_leave() -> None:
    """Giving up is at once, or never."""
    assert ward(PATIENCE=1e-6, BEDS=10)["waiting"] < 1e-3
    assert ward(PATIENCE=FOREVER)["gave_up"] == 0.0


@pytest.mark.parametrize(("cost", "measure"), [("DAY_COST", "cost"), ("DELAY_COST", "cost_of_delay")])
def test_what_is_free_costs_nothing(cost: str, measure: str) -> None:
    """No price, no cost; twice the price, twice the cost."""
    assert ward(DAY_COST=0, DELAY_COST=0)["total_cost"] == 0.0
    alone = {"DAY_COST": 0.0, "DELAY_COST": 0.0} | {cost: 10.0}
    doubled = alone | {cost: 20.0}
    assert ward(**doubled)[measure] == pytest.approx(2 * ward(**alone)[measure])


def test_beds_cost_whether_filled_or_not() -> None:
    """The cost of places is theirs, not of those who are in them."""
    free = {"DAY_COST": 0.0, "DELAY_COST": 0.0, "BED_COST": 7.0}
    assert ward(**free)["total_cost"] == pytest.approx(22 * 7)
    assert ward(**free, ARRIVALS=0)["total_cost"] == pytest.approx(22 * 7)


def test_equal_arms_are_equal() -> None:
    """The same file and seed give the same numbers, all of them."""
    assert ward() == ward()


def test_nobody_is_kept_where_nobody_goes_on() -> None:
    """Without ways to step-down care its beds do not matter."""
    assert ward(SHARE=0)["blocked"] == 0.0
    assert ward(SHARE=0, STEP_DOWN=0) == ward(SHARE=0)


def test_all_are_kept_where_step_down_care_has_no_beds() -> None:
    """Every bed fills with somebody who waits for a place that never comes."""
    stuck = ward(SHARE=1, STEP_DOWN=0)
    assert stuck["utilisation"] > 0.97
    assert stuck["throughput"] < 0.5


RISING = [
    ("ARRIVALS", [1, 3, 5, 8, 12], "present"),
    ("ARRIVALS", [1, 3, 5, 8, 12], "wait_mean"),
    ("ARRIVALS", [1, 3, 5, 8, 12], "utilisation"),
    ("ARRIVALS", [1, 3, 5, 8, 12], "cost"),
    ("STAY", [1, 2, 3, 5], "present"),
    ("STAY", [1, 2, 3, 5], "share_gave_up"),
    ("SHARE", [0.05, 0.3, 0.6], "blocked"),
    ("TURNOVER", [0, 240, 720], "waiting"),
    ("PATIENCE", [0.1, 1, 10], "waiting"),
    ("BEDS", [10, 15, 20, 25], "started"),
    ("BEDS", [10, 15, 20, 25], "throughput"),
    ("STEP_DOWN", [2, 4, 8], "throughput"),
    ("DELAY_COST", [0, 50, 500], "cost"),
]
FALLING = [
    ("BEDS", [10, 15, 20, 25], "wait_mean"),
    ("BEDS", [10, 15, 20, 25], "gave_up"),
    ("BEDS", [10, 15, 20, 25], "utilisation"),
    ("STEP_DOWN", [2, 4, 8], "blocked"),
    ("STEP_DOWN", [2, 4, 8], "cost_of_delay"),
    ("PATIENCE", [0.1, 1, 10], "share_gave_up"),
]


@pytest.mark.parametrize(("driver", "values", "measure"), RISING)
def test_more_of_one_is_more_of_the_other(driver: str, values: list[float], measure: str) -> None:
    """Under the same draws the answer rises with the driver, step by step."""
    found = [ward(**{driver: value})[measure] for value in values]
    assert found == sorted(found)
    assert found[-1] > found[0]


@pytest.mark.parametrize(("driver", "values", "measure"), FALLING)
def test_more_of_one_is_less_of_the_other(driver: str, values: list[float], measure: str) -> None:
    """Under the same draws the answer falls as the driver rises, step by step."""
    found = [ward(**{driver: value})[measure] for value in values]
    assert found == sorted(found, reverse=True)
    assert found[-1] < found[0]


def test_littles_law_holds_of_the_ward() -> None:
    """Mean number waiting is arrivals times their mean wait, those who give up included, over a long run."""
    usual = ward(PATIENCE=FOREVER, BEDS=20, SHARE=0)
    assert usual["waiting"] == pytest.approx(usual["started"] / 24 * usual["wait_mean"] / 3600, rel=0.05)
    assert usual["present"] == pytest.approx(usual["throughput"] / 24 * usual["stay_mean"] / 3600, rel=0.05)


def test_a_run_of_one_second_is_a_run() -> None:
    """The shortest window there can be has numbers, and means of nothing are not numbers."""
    text = WARD.replace("warm_up: 20 days, length: 100 days", "length: 1 second")
    for name, value in USUAL.items():
        text = text.replace(name, str(value).removesuffix(".0"))
    file = parse_network_file(text, "ward.yaml")
    found = measure_run(run_network(file.network, file.calendar, 11, 0)[0], file).values
    assert found[Key(OF_SETTING, "ward", EVERYBODY, "present")] == 0.0
    assert np.isnan(found[Key(OF_SETTING, "ward", EVERYBODY, "wait_mean")])


def test_a_ward_with_fewer_than_no_beds_is_refused() -> None:
    """Limits end at nothing."""
    with pytest.raises(BadInput, match="a number of places from 0"):
        ward(BEDS=-1)


@pytest.fixture(scope="module")
def usual_place() -> RunResult:
    """Doing nothing in a place of 1,500 people."""
    return simulate(model_of(small(people=1500)), 4, 0)


def place_with(people: int = 1500, room: float = 1.0) -> RunResult:
    """The same with other people or places."""
    return simulate(model_of(small(people=people, room=room)), 4, 0)


def of_tag(result: RunResult, tag: str) -> np.ndarray:
    """Rows of settings with a tag."""
    return np.isin(result.stays.setting, result.settings.tags[tag])


def test_a_place_of_a_few_people_runs() -> None:
    """Ten people can be ill, too."""
    few = place_with(people=10)
    assert len(few.residents.person) >= 5
    assert (few.stays.ended >= few.stays.requested).all()


def test_with_endless_room_nobody_in_the_place_waits_for_a_ward() -> None:
    """A hundred times the places: every ward stay starts in the second in which it is asked for."""
    roomy = place_with(room=100.0)
    wards = of_tag(roomy, "ward") & (roomy.stays.started != NEVER)
    assert wards.sum() > 100
    assert (roomy.stays.started == roomy.stays.requested)[wards].mean() > 0.999


def test_with_no_room_nobody_is_on_a_ward() -> None:
    """Without beds nobody starts a stay that needs one, and people still live, fall ill and die."""
    resolved = small(people=150)
    beds = ("acute_beds", "assessment_beds", "older_peoples_beds")
    services = {name: 0.0 if name in beds else places for name, places in resolved.place.services.items()}
    model = model_of(replace(resolved, place=replace(resolved.place, services=services)))
    pools = [index for index, pool in enumerate(model.network.pools) if pool.name in beds]
    wards = [index for index, setting in enumerate(model.network.settings) if set(setting.pools) & set(pools)]
    none = simulate(model, 4, 0)
    assert (none.stays.started[np.isin(none.stays.setting, wards)] == NEVER).all()
    assert len(none.stays) > 0


def test_more_room_never_makes_more_patients_wait(usual_place: RunResult) -> None:
    """Time spent waiting for wards falls as every service has more places."""
    waits = []
    for result in (place_with(room=0.9), usual_place, place_with(room=1.3)):
        rows = of_tag(result, "ward")
        until = np.where(result.stays.started == NEVER, result.stays.ended, result.stays.started)
        waits.append(int((until - result.stays.requested)[rows].sum()))
    assert waits == sorted(waits, reverse=True)


def test_nobody_dies_twice_or_is_treated_after_death(usual_place: RunResult) -> None:
    """Every stay of a resident ends when they leave, at the latest, and there is one end a person."""
    left = dict(zip(usual_place.residents.person.tolist(), usual_place.residents.left.tolist(), strict=True))
    stays = usual_place.stays
    residents = stays.person < 2**40
    ends = np.array([left[person] for person in stays.person[residents].tolist()])
    assert (stays.ended[residents] <= ends).all()
    assert len(np.unique(usual_place.residents.person)) == len(usual_place.residents.person)


def test_a_service_without_effects_changes_no_stay(usual_place: RunResult) -> None:
    """Every effect at nothing: the same stays as doing nothing, but for the team's own settings."""
    nothing = small(people=1500)
    team = with_changes(replace(small("care-home-teams", people=1500), place=nothing.place), 0.0)
    with_team = simulate(model_of(team), 4, 0)
    assert (usual_place.stays.outcome == Outcome.DIED).sum() == (with_team.stays.outcome == Outcome.DIED).sum()
    assert len(with_team.stays) == len(usual_place.stays)
    assert np.array_equal(with_team.stays.started, usual_place.stays.started)
