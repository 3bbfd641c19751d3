"""Measures of runs of networks: each equals what a second-by-second count of the same stays gives."""

from __future__ import annotations

import numpy as np
import pytest

from outputs.network_counts import full_for_arrivals, number_over_time, open_places, present_at, quantile_of_time
from outputs.network_measures import (
    EVERYBODY,
    NETWORK,
    OF_NETWORK,
    OF_PLACES,
    OF_SETTING,
    Key,
    RunMeasures,
    measure_run,
)
from outputs.network_study import NetworkResult, interval, run_study, stays_of
from scenarios.network_file import NetworkFile, parse_network_file
from simulation.calendar import SECONDS_PER_DAY
from simulation.stays import NEVER, Outcome, Stays

WARD = """
title: A ward with a step-down unit
run: {start: 2018-01-01, warm_up: 1 day, length: 4 days, runs: 3, unit: hours, waits_over: [2 hours]}
reasons: {bed: {title: waiting for a bed, delay: yes}}
pools:
  beds: {places: 3, cost_per_place_day: 100}
  clinic_rooms: {places: 1, open: {weekdays: Mon-Fri, from: 9, to: 17}}
  step_down_beds: {places: 1}
streams:
  elective: {to: ward, per_day: 6, by_hour: [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0]}
  emergency: {to: ward, per_hour: 0.25}
  visitors: {to: clinic, every: 2 hours}
settings:
  clinic:
    pools: [clinic_rooms]
    duration: {law: uniform, low: 20, high: 60, unit: minutes}
    patience: {law: constant, value: 6, unit: hours}
  step_down: {pools: [step_down_beds], duration: {law: exponential, mean: 8, unit: hours}}
  ward:
    pools: [beds]
    hold: yes
    queue_limit: 2
    priority: [{when: {kind: emergency}, priority: 0}, {priority: 1}]
    turned_away:
      - when: {kind: elective}
        to: {ward: {probability: rest, delay: {law: constant, value: 1, unit: days}}}
      - to: {home: rest}
    duration: {law: gamma, mean: 6, shape: 2, unit: hours}
    cost: {per_visit: 50, per_day: 300, per_waiting_day: 10, per_delayed_day: 46}
    routes:
      - to:
          step_down: {probability: 0.4, reason: bed}
          home: rest
"""


@pytest.fixture(scope="module")
def file() -> NetworkFile:
    """The ward."""
    return parse_network_file(WARD, "ward.yaml")


@pytest.fixture(scope="module")
def stays(file: NetworkFile) -> Stays:
    """The stays of its first run."""
    return stays_of(file, 0)


@pytest.fixture(scope="module")
def measures(file: NetworkFile, stays: Stays) -> RunMeasures:
    """What they come to."""
    return measure_run(stays, file)


def by_the_second(begin: np.ndarray, end: np.ndarray, file: NetworkFile) -> np.ndarray:
    """Number present in each second of the window, counted one stay after the other."""
    first, last = file.window.first, file.window.last
    number = np.zeros(last - first, np.int64)
    for start, stop in zip(begin.tolist(), end.tolist(), strict=True):
        number[max(start - first, 0) : max(stop - first, 0)] += 1
    return number


def rows(stays: Stays, file: NetworkFile, setting: str, who: str = EVERYBODY) -> np.ndarray:
    """Rows of a setting and class."""
    here = stays.setting == file.network.names().index(setting)
    wanted = here if who == EVERYBODY else here & (stays.kind == file.network.kinds.index(who))
    return np.asarray(wanted)


def within(ticks: np.ndarray, file: NetworkFile) -> np.ndarray:
    """Whether ticks are counted."""
    return (ticks >= file.window.first) & (ticks < file.window.last)


@pytest.mark.parametrize(
    ("setting", "who"),
    [("ward", EVERYBODY), ("ward", "elective"), ("ward", "emergency"), ("step_down", EVERYBODY), ("clinic", EVERYBODY)],
)
def test_flows_waits_and_stays_are_counts_of_rows(
    file: NetworkFile, stays: Stays, measures: RunMeasures, setting: str, who: str
) -> None:
    """Each rate is a count over the days counted, each wait and stay a mean over those who start, or leave, in them."""
    here = rows(stays, file, setting, who)
    started = here & (stays.started != NEVER)

    def of(measure: str) -> float:
        return measures.values[Key(OF_SETTING, setting, who, measure)]

    assert of("arrivals") * 4 == pytest.approx((here & within(stays.requested, file)).sum())
    starts = started & within(stays.started, file)
    waits = (stays.started - stays.requested)[starts]
    assert of("started") * 4 == pytest.approx(starts.sum())
    assert of("wait_mean") == pytest.approx(waits.mean())
    assert of("waited_over_7200") == pytest.approx((waits > 7200).mean())
    leaves = started & within(stays.ended, file) & (stays.outcome == Outcome.COMPLETED)
    assert of("throughput") * 4 == pytest.approx(leaves.sum())
    assert of("stay_mean") == pytest.approx((stays.ended - stays.started)[leaves].mean())
    assert of("service_mean") + of("blocked_mean") == pytest.approx(of("stay_mean"))
    gave_up = here & within(stays.ended, file) & (stays.outcome == Outcome.GAVE_UP)
    assert of("gave_up") * 4 == pytest.approx(gave_up.sum())


@pytest.mark.parametrize("setting", ["ward", "step_down", "clinic"])
def test_numbers_are_those_of_every_second(
    file: NetworkFile, stays: Stays, measures: RunMeasures, setting: str
) -> None:
    """Mean, distribution and quantiles of the number there, and the mean number waiting and blocked, are exact."""
    here = rows(stays, file, setting)
    started = here & (stays.started != NEVER)
    there = by_the_second(stays.started[started], stays.ended[started], file)
    until = np.where(stays.started == NEVER, stays.ended, stays.started)
    waiting = by_the_second(stays.requested[here], until[here], file)
    over = started & (stays.ready != NEVER)
    blocked = by_the_second(stays.ready[over], stays.ended[over], file)

    def of(measure: str) -> float:
        return measures.values[Key(OF_SETTING, setting, EVERYBODY, measure)]

    assert of("present") == pytest.approx(there.mean())
    assert of("waiting") == pytest.approx(waiting.mean())
    assert of("blocked") == pytest.approx(blocked.mean())
    assert of("present_most") == there.max()
    assert of("present_95%") == np.quantile(there, 0.95, method="inverted_cdf")
    assert measures.shares[OF_SETTING, setting] == pytest.approx(np.bincount(there) / len(there))
    days = there.reshape(4, SECONDS_PER_DAY).mean(axis=1)
    assert measures.by_day[:, file.network.names().index(setting), 1] == pytest.approx(days)


def test_places_know_their_opening_hours(file: NetworkFile, stays: Stays, measures: RunMeasures) -> None:
    """Use is of open places, and full means that all open ones are taken; nothing counts while none is open."""
    clinic = rows(stays, file, "clinic") & (stays.started != NEVER)
    there = by_the_second(stays.started[clinic], stays.ended[clinic], file)
    seconds = np.arange(file.window.first, file.window.last) % SECONDS_PER_DAY
    is_open = (seconds >= 9 * 3600) & (seconds < 17 * 3600)

    def of(pool: str, measure: str) -> float:
        return measures.values[Key(OF_PLACES, pool, EVERYBODY, measure)]

    assert of("clinic_rooms", "places") == pytest.approx(is_open.mean())
    assert of("clinic_rooms", "utilisation") == pytest.approx(there.mean() / is_open.mean())
    assert of("clinic_rooms", "full") == pytest.approx(((there >= 1) & is_open).mean())
    assert of("beds", "places") == 3.0
    assert of("beds", "cost") == 300.0


def test_those_turned_away_are_told_apart(file: NetworkFile, stays: Stays, measures: RunMeasures) -> None:
    """Elective patients are cancelled and ask again, emergencies are lost; together they are all turned away."""

    def of(who: str, measure: str) -> float:
        return measures.values[Key(OF_SETTING, "ward", who, measure)]

    assert of("emergency", "lost") == of("emergency", "turned_away") > 0.0
    assert of("elective", "asked_again") == pytest.approx(of("elective", "turned_away") - of("elective", "lost"))
    away = rows(stays, file, "ward") & (stays.outcome == Outcome.TURNED_AWAY) & within(stays.ended, file)
    assert of(EVERYBODY, "turned_away") * 4 == pytest.approx(away.sum())


def test_cost_is_visits_days_waits_and_delays(measures: RunMeasures) -> None:
    """What the file says of each, times its number."""
    of = {measure: measures.values[Key(OF_SETTING, "ward", EVERYBODY, measure)] for measure in
          ("started", "present", "waiting", "blocked", "cost", "cost_of_delay")}  # fmt: skip
    expected = 50 * of["started"] + 300 * of["present"] + 10 * of["waiting"] + 46 * of["blocked"]
    assert of["cost"] == pytest.approx(expected)
    assert of["cost_of_delay"] == pytest.approx(46 * of["blocked"])
    assert measures.values[Key(OF_NETWORK, NETWORK, EVERYBODY, "cost")] == pytest.approx(expected + 300.0)


def test_what_flows_in_flows_out_or_is_still_there(file: NetworkFile, measures: RunMeasures, stays: Stays) -> None:
    """Arrows into a setting carry its arrivals, and differ from those out of it by the change of the number there."""
    names = file.network.names()
    for index, name in enumerate(names):
        here = rows(stays, file, name)
        into = (here & within(stays.requested, file)).sum()
        assert measures.flows[:, index].sum() * 4 == pytest.approx(into, abs=8)
    assert measures.flows[names.index("ward"), names.index("step_down")] > 0.0


def test_runs_together_have_means_and_intervals(file: NetworkFile) -> None:
    """Means are over runs, intervals by Student's t, and two processes give what one gives."""
    alone, together = run_study(file, jobs=1), run_study(file, jobs=2)
    assert alone.summary.equals(together.summary)
    values = alone.of("ward", "wait_mean")
    row = alone.summary.query("where == 'ward' and who == 'all' and measure == 'wait_mean'").iloc[0]
    assert row["mean"] == pytest.approx(values.mean())
    assert row["unit"] == "hours"
    assert row["high"] - row["mean"] == pytest.approx(4.302653 * values.std(ddof=1) / np.sqrt(3))
    assert (alone.distributions.groupby(["scope", "where"])["share"].sum() - 1.0).abs().max() < 1e-9


def test_one_run_has_no_interval() -> None:
    """A mean alone says nothing of its error."""
    one = interval(np.array([4.0]))
    assert one.mean == 4.0
    assert np.isnan([one.low, one.high, one.standard_error]).all()


def test_numbers_over_time_are_clipped_to_the_window() -> None:
    """Stays that reach beyond it count inside only; seconds without anybody count as none."""
    shares = number_over_time(np.array([-5, 2, 4]), np.array([3, 6, 50]), 0, 10)
    assert shares == pytest.approx([0.0, 0.7, 0.3])
    assert number_over_time(np.zeros(0, np.int64), np.zeros(0, np.int64), 0, 10) == pytest.approx([1.0])
    assert quantile_of_time(shares, 0.7) == 1
    assert quantile_of_time(shares, 0.71) == 2
    assert full_for_arrivals(shares, 2) == pytest.approx(0.3)
    assert full_for_arrivals(shares, 9) == 0.0
    assert present_at(np.array([0, 2]), np.array([3, 9]), np.array([0, 2, 3])).tolist() == [1, 2, 1]


def test_places_of_a_window_begin_in_the_midst_of_a_day(file: NetworkFile) -> None:
    """A window from 10 to 20 o'clock of a Monday sees a clinic close at 17."""
    clinic = file.network.pools[1]
    places = open_places(clinic, file.calendar, 10 * 3600, 20 * 3600)
    assert places.mean == pytest.approx(0.7)
    assert places.ticks[0] == 10 * 3600


def test_every_frame_has_its_columns(file: NetworkFile) -> None:
    """Frames are tidy: one row a number, with names for all that it depends on."""
    result: NetworkResult = run_study(file)
    assert {"scope", "where", "who", "measure", "unit", "mean", "low", "high"} <= set(result.summary.columns)
    assert set(result.by_run["run"]) == {0, 1, 2}
    assert set(result.by_day.columns) == {"date", "where", "measure", "mean", "low", "high"}
    assert result.by_day["date"].nunique() == 4
    assert {"from", "to", "mean", "standard_error"} == set(result.flows.columns)


LINE = """
run: {start: 2018-01-01, length: 1 day, unit: hours}
pools: {desks: {places: 2}, beds: {places: 1}}
streams: {patients: {to: desk, at: ["01:00", "02:00"]}}
settings:
  bed: {pools: [beds], duration: {law: constant, value: 5, unit: hours}}
  desk:
    pools: [desks]
    hold: yes
    turnover: {law: constant, value: 30, unit: minutes}
    duration: {law: constant, value: 1, unit: hours}
    routes: [{to: {bed: {probability: rest, delay: {law: constant, value: 1, unit: hours}}}}]
"""


def test_blocked_time_has_its_causes_and_waits_their_distribution() -> None:
    """Both keep a desk while they travel for an hour; the second then waits for the bed. Nobody waits for a desk."""
    file = parse_network_file(LINE, "line.yaml")
    found = measure_run(stays_of(file, 0), file)
    number = {measure: found.values[Key(OF_SETTING, "desk", EVERYBODY, measure)] for measure in (
        "blocked", "blocked: on the way", "blocked: waiting for bed")}  # fmt: skip
    assert number["blocked: on the way"] == pytest.approx(2.0 / 24.0)
    assert number["blocked: waiting for bed"] == pytest.approx(4.0 / 24.0)
    assert number["blocked"] == pytest.approx(6.0 / 24.0)
    assert found.waits["bed", EVERYBODY].tolist()[-1] == 4.0 * 3600.0
    assert found.waits["bed", EVERYBODY].tolist()[0] < 0.1 * 4.0 * 3600.0
    assert found.waits["desk", EVERYBODY].max() == 0.0
    waits = run_study(file).waits
    assert waits[waits["where"] == "bed"]["wait"].iloc[-1] == pytest.approx(4.0)
