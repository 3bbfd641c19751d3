"""Streams and starting states of network files: who comes when, and who is there already, on both engines alike."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.verification.formulas import finite_population
from outputs.network_measures import EVERYBODY, OF_SETTING, Key, measure_run
from outputs.network_study import run_study
from scenarios.messages import BadInput
from scenarios.network_file import NetworkFile, parse_network_file
from simulation.engines import ENGINES
from simulation.nobody import run_network
from simulation.stays import NEVER, Stays

DESK = "settings: {desk: {duration: {law: constant, value: 1, unit: minutes}}}"
HOUR = 3600


def file_of(stream: str, length: str = "7 days", more: str = DESK, runs: int = 1) -> NetworkFile:
    """A desk without limit, and a stream to it."""
    run = f"run: {{start: 2018-01-01, length: {length}, runs: {runs}}}"
    return parse_network_file(f"{run}\nstreams: {{people: {{to: desk, {stream}}}}}\n{more}", "desk.yaml")


def stays_of(file: NetworkFile, replication: int = 0) -> Stays:
    """The stays of a run, which both engines give alike."""
    found = [run_network(file.network, file.calendar, 3, replication, engine)[0] for engine in ENGINES]
    for column in Stays.__dataclass_fields__:
        assert np.array_equal(getattr(found[0], column), getattr(found[1], column)), column
    return found[0]


def hours_of(stays: Stays) -> list[float]:
    """Hours since the beginning at which people come."""
    return [tick / HOUR for tick in sorted(stays.requested.tolist())]


def test_a_schedule_is_kept_to_the_minute() -> None:
    """Times of the day on weekdays, and single days with a time; nobody else comes."""
    schedule = 'at: ["09:00", "13:30", "2018-01-06 10:15"], weekdays: Mon-Wed'
    expected = [9.0, 13.5, 33.0, 37.5, 57.0, 61.5]
    assert hours_of(stays_of(file_of(schedule.replace(', "2018-01-06 10:15"', "")))) == expected
    both = 'at: ["09:00", "13:30", "2018-01-06 10:15"], weekdays: Mon-Wed, until: "2018-01-02 12:00"'
    assert hours_of(stays_of(file_of(both))) == [9.0, 13.5, 33.0]
    assert hours_of(stays_of(file_of(schedule))) == [*expected, 130.25]


def test_constant_gaps_are_a_clock_and_gamma_gaps_are_more_even_than_chance() -> None:
    """One just every 20 minutes; squared variation 1/4 at shape 4, against 1 of random arrivals."""
    regular = hours_of(stays_of(file_of("gaps: {law: constant, value: 20, unit: minutes}", "1 day")))
    assert regular[:71] == pytest.approx([(i + 1) / 3 for i in range(71)], abs=2 / HOUR)
    for stream, variation in (("gaps: {law: gamma, mean: 20, shape: 4, unit: minutes}", 0.25), ("per_hour: 3", 1.0)):
        gaps = np.diff(hours_of(stays_of(file_of(stream, "400 days"))))
        assert gaps.mean() == pytest.approx(1 / 3, rel=0.02)
        assert gaps.var() / gaps.mean() ** 2 == pytest.approx(variation, rel=0.05)


def test_dates_and_hours_scale_the_rate() -> None:
    """Nobody comes on a day whose factor is 0, three times as many at a factor of 3; nobody outside the dates."""
    stream = 'per_day: 200, by_date: {2018-01-03: 0, 2018-01-05: 3}, from: "2018-01-02 12:00", until: 2018-01-07'
    days = np.bincount((np.array(hours_of(stays_of(file_of(stream)))) // 24).astype(int), minlength=7)
    assert days[[0, 2, 6]].tolist() == [0, 0, 0]
    assert days[1] == pytest.approx(100, abs=40)
    assert days[4] == pytest.approx(600, abs=110)


def test_nobody_comes_before_the_start_of_the_run() -> None:
    """A run that starts at 18 o'clock is empty until then."""
    text = f'run: {{start: "2018-01-01 18:00", length: 1 day}}\nstreams: {{people: {{to: desk, per_hour: 20}}}}\n{DESK}'
    hours = hours_of(stays_of(parse_network_file(text, "desk.yaml")))
    assert 18.0 <= min(hours) < 19.0


def test_people_come_together_and_some_do_not_come() -> None:
    """Two or three at the same second with the probabilities given; half of those expected attend."""
    stays = stays_of(file_of("per_day: 400, together: {2: 0.5, 3: 0.5}, attend: 0.5", "30 days"))
    _, sizes = np.unique(stays.requested, return_counts=True)
    assert set(sizes.tolist()) >= {2, 3}
    assert len(np.unique(stays.person)) == len(stays)
    assert len(stays) == pytest.approx(400 * 30 * 0.5 * 2.5, rel=0.03)


def test_a_finite_number_of_people_come_again_and_again() -> None:
    """Machine repair: 6 people, 2 servers, away 5 hours, served 1: mean number there or waiting is exact; 12 runs."""
    hour = "{law: exponential, mean: 1, unit: hours}"
    more = f"pools: {{clerks: {{places: 2}}}}\nsettings: {{desk: {{pools: [clerks], duration: {hour}}}}}"
    stream = "people: 6, away: {law: exponential, mean: 5, unit: hours}"
    run = "run: {warm_up: 100 hours, length: 4000 hours, runs: 12}"
    file = parse_network_file(f"{run}\nstreams: {{people: {{to: desk, {stream}}}}}\n{more}", "repair.yaml")
    stays_of(file)
    result = run_study(file)
    chances = finite_population(6, 2, 5.0, 1.0)
    numbers = result.of("desk", "present") + result.of("desk", "waiting")
    expected = sum(n * chance for n, chance in enumerate(chances))
    error = numbers.std(ddof=1) / np.sqrt(len(numbers))
    assert error < 0.02 * expected
    assert abs(numbers.mean() - expected) < 4.44 * error
    assert set(result.flows["from"]) | set(result.flows["to"]) == {"desk", ""}


def full_ward(as_found: str, stay: str = "{law: lognormal, mean: 5, sd: 6, unit: days}") -> NetworkFile:
    """A ward without limit that has the mean number of patients when the run begins."""
    text = (
        "run: {length: 10 days, runs: 40, unit: days}\nstreams: {patients: {to: ward, per_day: 8}}\n"
        f"at_start: [{{in: ward, there: 40, as_found: {as_found}}}]\nsettings: {{ward: {{duration: {stay}}}}}"
    )
    return parse_network_file(text, "ward.yaml")


def mean_by_day(file: NetworkFile) -> np.ndarray:
    """Mean number there on each day, over the runs."""
    runs = run_study(file).by_day.query("measure == 'present'")
    return runs["mean"].to_numpy()


def test_a_ward_that_begins_full_stays_as_full_as_it_is() -> None:
    """Started from its equilibrium, M/G/infinity is flat: 40 on each of ten days, 40 runs; a shortcut empties it."""
    flat = mean_by_day(full_ward("length_biased"))
    assert np.abs(flat - 40.0).max() < 4.44 * np.sqrt(40.0 / 40)
    assert mean_by_day(full_ward("uniform"))[3] < 40.0 - 4.44
    assert np.abs(mean_by_day(full_ward("memoryless", "{law: exponential, mean: 5, unit: days}")) - 40.0).max() < 4.44


def test_who_is_there_at_the_start_has_the_places_and_who_waits_comes_next() -> None:
    """20 in 20 beds and 6 waiting at the first second; measures count them with the ward."""
    text = """
run: {length: 5 days, runs: 1, unit: days}
pools: {beds: {places: 20}}
streams: {emergency: {to: ward, per_day: 1}, elective: {to: ward, per_day: 1}}
at_start:
  - {in: ward, who: elective, there: 20, waiting: 2}
  - {in: ward, who: emergency, waiting: 4}
settings:
  ward:
    pools: [beds]
    priority: [{when: {kind: emergency}, priority: 0}, {priority: 1}]
    duration:
      - when: {kind: elective}
        law: {law: gamma, mean: 4, shape: 2, unit: days}
      - law: {law: exponential, mean: 6, unit: days}
"""
    file = parse_network_file(text, "ward.yaml")
    stays = stays_of(file)
    first = stays.requested == 0
    assert (stays.started[first] == 0).sum() == 20
    starts = np.sort(stays.started[first & (stays.started > 0)])
    kinds = [file.network.kinds[kind] for kind in stays.kind[first & (stays.started > 0)]]
    assert kinds.count("emergency") == 4 or len(starts) < 6
    measures = measure_run(stays, file).values
    assert measures[Key(OF_SETTING, "ward", EVERYBODY, "present_most")] == 20
    assert {key.where for key in measures if key.scope == OF_SETTING} == {"ward"}
    assert (stays.ended != NEVER).all()


@pytest.mark.parametrize(
    ("stream", "said"),
    [
        ("per_day: 5, every: 2 hours", "one of per_day"),
        ("every: 2 fortnights", "a time above 0"),
        ("every: 0 hours", "a time above 0"),
        ('at: ["25:00"]', "a time such as"),
        ('at: ["9 o\'clock"]', "a time such as"),
        ('at: ["09:00"], by_hour: [1]', "no by_hour beside a schedule"),
        ("per_day: 5, weekdays: Mon-Fri", "weekdays beside a schedule"),
        ("per_day: 5, by_date: {Christmas: 0}", "a day such as 2018-12-25"),
        ("per_day: 5, by_date: {2018-12-25: -1}", "a number from 0"),
        ("per_day: 5, from: 9 May", "a day such as"),
        ('per_day: 5, from: "09:00"', "a day such as"),
        ("per_day: 5, attend: 2", "a share from 0 to 1"),
        ("per_day: 5, together: 0", "people who come together, 1 to 64"),
        ("per_day: 5, together: {1: 0.5, 2: 0.4}", "probabilities that add up to 1"),
        ("people: 5", 'add a line "away: ..."'),
        ("people: 0, away: {law: constant, value: 5}", "a whole number from 1"),
        ("people: 5, per_day: 5, away: {law: constant, value: 5}", "There is no such key here"),
        ("per_day: 5, away: {law: constant, value: 5}", "away beside people"),
        ("gaps: {law: constant, value: 5, mode: before_midnight}", "a plain law of times"),
        ("gaps: {law: constant, value: 5}, per_day: 5", "one of per_day"),
    ],
)
def test_streams_that_cannot_be_are_answered(stream: str, said: str) -> None:
    """The message says what may stand there."""
    with pytest.raises(BadInput, match=r"desk\.yaml, line 2, key streams\.people") as caught:
        file_of(stream)
    assert said in str(caught.value).replace("\n  ", " ")


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("{in: desks, there: 3}", 'did you mean "desk"'),
        ("{in: desk, who: peopel, there: 3}", 'did you mean "people"'),
        ("{in: desk, there: many}", "a whole number from 0"),
        ("{in: desk, there: 3, as_found: biased}", "length_biased, fresh, uniform, memoryless"),
        ("{in: desk, number: 3}", "There is no such key here"),
    ],
)
def test_starts_that_cannot_be_are_answered(start: str, said: str) -> None:
    """The message says what may stand there."""
    with pytest.raises(BadInput) as caught:
        file_of("per_day: 5", more=f"at_start: [{start}]\n{DESK}")
    assert said in str(caught.value).replace("\n  ", " ")
