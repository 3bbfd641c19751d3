"""Network files become tables: what they say is what the engine reads, and what is wrong is said with its line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from scenarios.build_network import build_network, shipped_networks
from scenarios.evidence import load
from scenarios.messages import BadInput
from scenarios.pools import average_services
from scenarios.resolved import Place, PopulationCell
from simulation.laws import CONSTANT, quantile
from simulation.network import FINISH, NONE, TIERS, Mark, Mode, Network, OnNeed, Presence, class_index
from simulation.stays import BANDS
from tests.scenarios.test_broken_files import read_case
from tests.simulation.textbook import months, network_of, nowhere

CASES = sorted((Path(__file__).parent / "broken_networks").glob("*.txt"))
CALENDAR = months(12)
TAGS = (
    "ae_type1_arrival", "ae_type1", "ae_other", "ward", "same_day_emergency_care", "gp_same_day", "gp_booked", "nhs111",
    "gp_out_of_hours", "pharmacy", "self_care", "ambulance_conveyed", "ambulance_not_conveyed", "two_hour_response",
    "hospital_at_home", "intermediate_care", "reablement", "care_package", "residential_home", "nursing_home",
    "residence", "elective_cancelled",
)  # fmt: skip
"""Tags by which measures know the settings of the shipped network."""


def average_place(people: float = 250_000.0) -> Place:
    """An average English area of so many people."""
    cells = (PopulationCell(0, None, "all", 0, people),)
    return Place("average", "Average", "2016/17", cells, average_services(people, load()), "care")


@pytest.fixture(scope="module")
def care() -> Network:
    """The shipped network in an average place."""
    return build_network("care", average_place(), load(), CALENDAR)


def small(settings: str, rest: str = "") -> Network:
    """A network of some settings, with two kinds of need."""
    return network_of(f"kinds: [minor, acute]\nentry: {{others: door}}\n{rest}\nsettings:\n{settings}", CALENDAR)


def row_of(network: Network, kind: str, band: str, tier: str, is_open: int = 0, planned: int = 0) -> int:
    """Position of a class."""
    return class_index(network.kinds.index(kind), BANDS.index(band), TIERS.index(tier), is_open, planned)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_broken_network_is_explained(path: Path, tmp_path: Path) -> None:
    """The message is word for word what the case expects: where, what, and what instead."""
    case = read_case(path)
    (tmp_path / "network.yaml").write_bytes(case.files["network.yaml"])
    with pytest.raises(BadInput) as caught:
        build_network(str(tmp_path / "network.yaml"), nowhere(), load(), months(1))
    assert str(caught.value) == case.said


def test_there_are_many_broken_networks() -> None:
    """Every way of going wrong that has been thought of has its case."""
    assert len(CASES) >= 70


def test_a_network_that_is_not_shipped_is_named_with_the_nearest() -> None:
    """A word is a shipped network; anything else is a file."""
    with pytest.raises(BadInput, match='found "car"; did you mean "care"'):
        build_network("car", nowhere(), load(), CALENDAR)
    with pytest.raises(BadInput, match="There is no such file"):
        build_network("mine.yaml", nowhere(), load(), CALENDAR)


@pytest.mark.parametrize("name", shipped_networks())
def test_shipped_networks_build_at_every_size(name: str) -> None:
    """Places from a village to a city have the same settings."""
    sizes = [build_network(name, average_place(people), load(), CALENDAR) for people in (1e3, 25e3, 250e3, 1e6)]
    assert len({network.names() for network in sizes}) == 1


def test_measures_find_their_settings(care: Network) -> None:
    """Every tag that measures count by is on a setting of the shipped network."""
    assert set(TAGS) <= set(care.tagged())


def test_every_route_ends_at_exactly_one(care: Network) -> None:
    """Cumulative probabilities never fall, and a draw always finds a way."""
    for ways in care.routes:
        up_to = [0.0, *(way.up_to for way in ways)]
        assert up_to == sorted(up_to)
        assert up_to[-1] == 1.0


def test_settings_and_pools_are_in_the_order_of_their_names(care: Network) -> None:
    """An index is a rank."""
    assert list(care.names()) == sorted(care.names())
    assert [pool.name for pool in care.pools] == sorted(pool.name for pool in care.pools)


def test_the_order_of_the_file_changes_nothing() -> None:
    """Settings and pools written the other way round make the same tables."""
    lasts = "presence: body, duration: {law: constant, value: 5}"
    door = f"  door: {{title: D, {lasts}, pools: [b], routes: [{{to: {{ward: rest}}}}]}}\n"
    ward = f"  ward: {{title: W, {lasts}, pools: [a]}}\n"
    one = small(door + ward, "pools: {a: {places: 1}, b: {places: 2}}")
    other = small(ward + door, "pools: {b: {places: 2}, a: {places: 1}}")
    assert one.names() == other.names()
    for first, second in zip(one.settings, other.settings, strict=True):
        assert [one.laws[row].first for row in first.duration] == [other.laws[row].first for row in second.duration]
        assert [one.routes[row] for row in first.routes] == [other.routes[row] for row in second.routes]
        assert first.pools == second.pools


def test_the_first_rule_that_fits_decides() -> None:
    """Later rules are for those whom no earlier one is for; people whom no rule is for go home."""
    network = small("""
  door:
    title: Door
    presence: contact
    routes:
      - when: {kind: acute, tier: [zero_day, overnight]}
        to: {ward: rest}
      - when: {tier: overnight}
        to: {ward: 0.5, home: rest}
  ward: {title: Ward, presence: body, duration: {law: constant, value: 9}}
""")
    door, ward = network.settings[0], network.names().index("ward")

    def ways(kind: str, tier: str) -> list[tuple[float, int]]:
        return [(way.up_to, way.target) for way in network.routes[door.routes[row_of(network, kind, "40-64", tier)]]]

    assert ways("acute", "overnight") == ways("acute", "zero_day") == [(1.0, ward)]
    assert ways("minor", "overnight") == [(0.5, ward), (1.0, FINISH)]
    assert ways("minor", "zero_day") == ways("acute", "ae") == [(1.0, FINISH)]


def test_a_rule_may_stand_for_those_of_another_setting_or_key() -> None:
    """`as: ward` puts in the ward's rules of the same key, and `as: routes` this setting's rules of that key."""
    network = small("""
  door: {title: D, presence: body, duration: {law: constant, value: 5}, routes: [as: ward], gave_up: [as: routes]}
  ward: {title: W, presence: body, duration: {law: constant, value: 9}, routes: [{to: {ward: 0.25, home: rest}}]}
""")
    door, ward = network.settings
    assert np.array_equal(door.routes, ward.routes)
    assert np.array_equal(door.gave_up, door.routes)
    assert network.routes[door.routes[0]][0].up_to == 0.25


def test_braces_stand_for_the_patient() -> None:
    """{band} and {tier} read a row for each class; {age} gives people in care homes the rows of the oldest."""
    network = small("""
  door:
    title: Door
    presence: contact
    routes: [{to: {ward: "direct_admission.share_of_admissions[{band}]", home: rest}}]
  ward:
    title: Ward
    presence: body
    duration: {law: lognormal, log_mean: "stay.medical_nights_log_mean[{age}]", log_sd: 1, unit: nights, mode: nights}
""")
    door, ward = network.settings
    for band in BANDS:
        way = network.routes[door.routes[row_of(network, "acute", band, "overnight")]][0]
        assert way.up_to == load().value("direct_admission.share_of_admissions", band)
        law = network.laws[ward.duration[row_of(network, "acute", band, "overnight")]]
        age = "85+" if band == "care home" else band
        assert law.first == load().value("stay.medical_nights_log_mean", age)
        assert law.mode == Mode.NIGHTS


def test_kinds_that_cannot_come_to_a_setting_have_no_rows_there() -> None:
    """A stream's patients do not need a law in settings that they never reach."""
    network = small(
        """
  door: {title: Door, presence: body, duration: [{when: {kind: [minor, acute]}, law: {law: constant, value: 5}}]}
  ward: {title: Ward, presence: body, duration: [{when: {kind: visitors}, law: {law: constant, value: 9}}]}
""",
        "streams: {visitors: {to: ward, per_day: 5}}",
    )
    door, ward = network.settings
    assert door.duration[row_of(network, "visitors", "0-4", "ae")] == NONE
    assert ward.duration[row_of(network, "acute", "0-4", "ae")] == NONE
    assert ward.duration[row_of(network, "visitors", "0-4", "ae")] != NONE


LAWS = {
    "{law: constant, value: 90, unit: minutes}": 5400.0,
    "{law: exponential, mean: 2, unit: hours}": 7200.0,
    "{law: lognormal, median: 100, log_sd: 0.5}": 100.0 * np.exp(0.125),
    "{law: lognormal, mean: 100, log_sd: 0.5}": 100.0,
    "{law: lognormal, log_mean: 2, log_sd: 0.5, times: 3, unit: minutes}": 180.0 * np.exp(2.125),
    "{law: gamma, mean: 3, shape: 2, unit: days}": 259200.0,
    "{law: weibull, shape: 2, scale: 100}": 100.0 * 0.886226925,
    "{law: triangular, low: 1, mode: 2, high: 6, unit: minutes}": 180.0,
    "{law: uniform, low: 10, high: 30}": 20.0,
    '{law: empirical, unit: hours, steps: {"0-1": 0.5, "2-4": 0.25, "4-4": 0.25}}': 3600.0 * (0.25 + 0.75 + 1.0),
}


@pytest.mark.parametrize(("spelled", "mean"), LAWS.items())
def test_a_law_has_the_mean_that_its_numbers_say(spelled: str, mean: float) -> None:
    """The mean over 20,000 even quantiles, in seconds, whatever the unit."""
    network = small(f"  door: {{title: Door, presence: body, duration: {spelled}}}")
    law = network.laws[network.settings[0].duration[0]]
    draws = (np.arange(20_000) + 0.5) / 20_000
    values = [quantile(law.law, law.first, law.second, law.third, network.tables, law.table, u) for u in draws.tolist()]
    assert np.mean(values) == pytest.approx(mean, rel=2e-3)


def test_seasons_and_trends_scale_a_duration_month_by_month() -> None:
    """A trend counts from the middle of the base year; a season is a row for each month."""
    network = small("""
  door: {title: Door, presence: body, duration: {law: constant, value: 5, growth: 0.1}}
""")
    by_month = network.laws[network.settings[0].duration[0]].by_month
    assert by_month[1] / by_month[0] == pytest.approx(1.1 ** (1 / 12))
    assert by_month[0] == pytest.approx(1.1 ** (2017 + 0.5 / 12 - 2016.75))


def test_places_follow_the_clock_and_the_place() -> None:
    """A pool has a number, what the place says, less what others have, by the hour, or per day."""
    place = replace(nowhere(), services={"beds": 30.0})
    text = """
pools:
  beds: {less: 10}
  evening: {places: 4, open: {weekdays: Sat-Sun, from: 18, to: 20}}
  shifts: {places: 10, by_hour: [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1]}
  slots: {places: 0.5, per: day}
  space: {places: unlimited}
settings: {door: {title: D, presence: body, duration: {law: constant, value: 9}}}
"""
    network = network_of(text, CALENDAR, place)
    beds, evening, shifts, slots, space = network.pools
    assert set(beds.places_by_hour) == {20.0}
    assert np.flatnonzero(evening.places_by_hour).tolist() == [5 * 24 + 18, 5 * 24 + 19, 6 * 24 + 18, 6 * 24 + 19]
    assert shifts.places_by_hour[:10].tolist() == [5.0] * 8 + [10.0] * 2
    assert (slots.daily_quota, slots.places_by_hour[0]) == (True, 0.5)
    assert not space.limited


GROWING = """
kinds: [minor]
entry: {minor: door}
pools:
  beds: {growth: 0.02}
  starts: {places: starts_per_day, per: turn, growth: 0.5}
settings:
  door:
    title: D
    presence: body
    pools: [beds]
    duration: {law: constant, value: 9}
    routes: [{to: {start: rest}}]
  start:
    title: S
    presence: attached
    pools: [starts]
    duration: {law: exponential, mean: 1, unit: days, per_place_of: starts}
"""


def test_places_grow_with_the_people_of_the_place() -> None:
    """From the middle of the place's own year, and not where its people are frozen; starts in turn come faster."""
    place = replace(nowhere(), year="2016/17", services={"beds": 100.0, "starts_per_day": 2.0})
    growing, still = (
        network_of(GROWING, CALENDAR, each) for each in (place, replace(place, growth={"demography": 0.0}))
    )
    years = 2017 + 0.5 / 12 - 2016.75
    beds, starts = growing.pools
    assert beds.places_by_hour.max() * beds.places_by_month[0] == pytest.approx(100 * 1.02**years)
    assert (starts.places_by_hour == 1.0).all()
    assert (starts.places_by_month == 1.0).all()
    between = growing.laws[growing.settings[1].duration[0]]
    assert between.first * between.by_month[0] == pytest.approx(86400 / (2 * 1.5**years))
    assert (still.pools[0].places_by_month == 1.0).all()
    assert still.laws[still.settings[1].duration[0]].by_month == pytest.approx(np.full(CALENDAR.months, 0.5))


def test_a_plan_by_month_is_taken_as_it_is() -> None:
    """Its first number also holds before its first month; the growth of the network is not put on top."""
    plan = ((date(2017, 3, 1), 40.0), (date(2017, 10, 1), 50.0))
    place = replace(nowhere(), services={"beds": 40.0, "starts_per_day": 2.0}, plans={"beds": plan})
    beds = network_of(GROWING, CALENDAR, place).pools[0]
    places = beds.places_by_hour.max() * beds.places_by_month
    assert places == pytest.approx(np.repeat([40.0, 50.0], [9, 3]))


def test_without_residual_growth_nights_have_no_trend() -> None:
    """The trend of a duration is growth beside that of the people, and stops with it."""
    text = """
kinds: [minor]
entry: {minor: door}
settings: {door: {title: D, presence: body, duration: {law: constant, value: 5, growth: 0.1}}}
"""
    network = network_of(text, CALENDAR, replace(nowhere(), growth={"residual": 0.0}))
    assert all((law.by_month == 1.0).all() for law in network.laws)


def test_streams_are_written_for_the_reference_place_and_grow_with_the_people() -> None:
    """A place a tenth the size has a tenth of the arrivals; weights are shares of the day and of the week."""
    text = """
streams: {visitors: {to: door, per_day: 20, growth: 0.02, by_weekday: [2, 1, 1, 1, 1, 1, 0]}}
settings: {door: {title: D, presence: body, duration: {law: constant, value: 9}}}
"""
    large, small_place = (
        network_of(text, CALENDAR, average_place(people)).streams[0]
        for people in (250_000.0, 25_000.0)
    )
    assert large.per_day_by_month == pytest.approx(small_place.per_day_by_month * 10)
    assert large.per_day_by_month[0] == pytest.approx(20 * 1.02 ** (2017 + 0.5 / 12 - 2016.75))
    assert large.weekday_weight.tolist() == [2, 1, 1, 1, 1, 1, 0]
    assert large.hour_weight.sum(axis=1) == pytest.approx(np.ones(7))


def test_thresholds_are_in_order_and_drift_only_where_growth_is_on(care: Network) -> None:
    """Each tier begins where the one below ends; without residual growth thresholds stand still."""
    assert (np.diff(care.thresholds, axis=2) >= 0.0).all()
    assert care.threshold_slope.any()
    still = replace(average_place(), growth={"residual": 0.0})
    assert not build_network("care", still, load(), CALENDAR).threshold_slope.any()


def test_words_of_a_setting_are_read() -> None:
    """What a setting may say besides numbers and routes."""
    network = small("""
  door:
    title: Door
    presence: attached
    tags: [way_in, free]
    hold: yes
    priority: 2
    turnover: 1.5
    mark: admission
    reassesses: yes
    takes_claims: yes
    held_until_death_days: 3
    on_need: {overnight: escalate, others: defer}
    on_admission: end
    duration: {law: constant, value: 9}
""")
    door = network.settings[0]
    assert (door.presence, door.mark, door.tags) == (Presence.ATTACHED, Mark.ADMISSION, ("way_in", "free"))
    assert (door.hold, door.reassesses, door.takes_claims, door.ends_on_admission) == (True, True, True, True)
    assert {(network.laws[row].law, network.laws[row].first) for row in door.turnover} == {(CONSTANT, 90)}
    assert door.on_need == (OnNeed.DEFER,) * 5 + (OnNeed.ESCALATE,)
    assert set(door.priority) == {2}
    assert door.held_until_death_days == 3.0
