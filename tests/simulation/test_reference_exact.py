"""The SimPy engine reproduces queues whose answers are known exactly.

Each case is a small network file. Estimates are means over independent replications, each one a batch; the rule is
|mean - exact| <= t(0.9995) x standard error, and the standard error must be small beside the exact value, as stated at
each case. Time is in units of 1,728 seconds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from simulation.calendar import SECONDS_PER_DAY, SECONDS_PER_HOUR
from simulation.stays import Outcome
from tests.simulation.textbook import (
    UNIT_DAYS,
    Trial,
    check_estimate,
    flow_into,
    mean_wait,
    months,
    number_at,
    number_in_service,
    number_present,
    number_waiting,
    per_day,
    trials,
)

pytestmark = pytest.mark.statistical

EXPONENTIAL = f"{{law: exponential, mean: {UNIT_DAYS}, unit: days}}"
CONSTANT = f"{{law: constant, value: {UNIT_DAYS}, unit: days}}"
ERLANG_2 = f"{{law: gamma, mean: {UNIT_DAYS}, shape: 2, unit: days}}"
LOGNORMAL = f"{{law: lognormal, mean: {UNIT_DAYS}, log_sd: 1, unit: days}}"
WIDE_LOGNORMAL = f"{{law: lognormal, mean: {UNIT_DAYS}, log_sd: {math.sqrt(math.log(5.0))!r}, unit: days}}"
HOME = "routes: [{to: {home: rest}}]"


def erlang_b(servers: int, load: float) -> float:
    """Chance that all servers are taken where nobody waits."""
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """Chance of waiting where everybody waits."""
    blocked = erlang_b(servers, load)
    return blocked / (1.0 - load / servers * (1.0 - blocked))


def birth_and_death(up: Sequence[float], down: Sequence[float]) -> list[float]:
    """Long-run chances of 0, 1, 2, ... present, from the rates of coming (from each) and going (to each)."""
    weights = [1.0]
    for rate_up, rate_down in zip(up, down, strict=True):
        weights.append(weights[-1] * rate_up / rate_down)
    return [weight / sum(weights) for weight in weights]


def one_queue(rate: float, servers: int, law: str = EXPONENTIAL, more: str = "") -> str:
    """One setting with so many servers and arrivals a unit of time."""
    return f"""
pools: {{servers: {{places: {servers}}}}}
streams: {{customers: {{to: service, per_day: {per_day(rate)!r}}}}}
settings:
  service:
    title: Service
    presence: body
    pools: [servers]
    duration: {law}
    {HOME}
    {more}
"""


@pytest.mark.parametrize(
    ("law", "squared_variation"),
    [(EXPONENTIAL, 1.0), (CONSTANT, 0.0), (ERLANG_2, 0.5), (LOGNORMAL, math.e - 1.0)],
    ids=["M/M/1", "M/D/1", "M/E2/1", "M/G/1 lognormal"],
)
def test_one_server_waits_follow_pollaczek_and_khinchine(law: str, squared_variation: float) -> None:
    """Mean wait rho (1 + cv2) / 2(1 - rho) at rho 0.5; 10 replications of a year, standard error at most 3 %."""
    runs = trials(one_queue(0.5, 1, law), 10, months(12))
    check_estimate(runs, mean_wait("service"), 0.5 * (1.0 + squared_variation), 0.03)


def test_several_servers_share_one_queue() -> None:
    """M/M/5 at load 4: mean wait C/(c mu - lambda), and P(wait > t) = C exp(-(c mu - lambda) t); 8 x 2 months, 5 %."""
    runs = trials(one_queue(4.0, 5), 8, months(2))
    waiting = erlang_c(5, 4.0)
    assert waiting == pytest.approx(0.554113, abs=1e-6)
    check_estimate(runs, mean_wait("service"), waiting, 0.05)
    check_estimate(runs, lambda run: float((run.waits("service") > 0.5).mean()), waiting * math.exp(-0.5), 0.05)


@pytest.mark.parametrize("law", [EXPONENTIAL, CONSTANT, WIDE_LOGNORMAL], ids=["exponential", "constant", "lognormal"])
def test_a_full_ward_diverts_as_erlang_says_whatever_the_law_of_stays(law: str) -> None:
    """M/G/10/10 at load 8 turns 12.2 % away and fills 7.03 beds: Erlang B, for any law; 8 x 1 month, 3 %."""
    runs = trials(one_queue(8.0, 10, law, "queue_limit: 0"), 8, months(1))
    blocked = erlang_b(10, 8.0)
    assert blocked == pytest.approx(0.121661, abs=1e-6)
    check_estimate(runs, lambda run: run.share("service", Outcome.TURNED_AWAY), blocked, 0.03)
    check_estimate(runs, number_in_service("service"), 8.0 * (1.0 - blocked), 0.01)


def test_a_short_queue_turns_away_those_beyond_it() -> None:
    """M/M/1/3 at rho 0.8: lost (1 - rho) rho^3 / (1 - rho^4), and the mean number; 8 x 6 months, 3 %."""
    runs = trials(one_queue(0.8, 1, more="queue_limit: 2"), 8, months(6))
    chances = birth_and_death([0.8] * 3, [1.0] * 3)
    check_estimate(runs, lambda run: run.share("service", Outcome.TURNED_AWAY), chances[3], 0.03)
    check_estimate(runs, number_present("service"), sum(n * chance for n, chance in enumerate(chances)), 0.02)


def test_people_who_lose_patience_leave_as_in_erlang_a() -> None:
    """M/M/5+M at load 5, mean patience 2: share giving up, and mean number waiting; 8 x 1 month, 5 %."""
    patience = f"patience: {{law: exponential, mean: {2 * UNIT_DAYS}, unit: days}}"
    runs = trials(one_queue(5.0, 5, more=patience), 8, months(1))
    most = 80
    chances = birth_and_death([5.0] * most, [min(n, 5) + 0.5 * max(n - 5, 0) for n in range(1, most + 1)])
    waiting = sum(max(n - 5, 0) * chance for n, chance in enumerate(chances))
    check_estimate(runs, lambda run: run.share("service", Outcome.GAVE_UP), 0.5 * waiting / 5.0, 0.05)
    check_estimate(runs, number_waiting("service"), waiting, 0.05)


def two_classes(rate_urgent: float, rate_other: float, servers: int) -> str:
    """Two settings that share their servers, the first with priority."""
    return f"""
pools: {{servers: {{places: {servers}}}}}
streams:
  urgent: {{to: urgent_care, per_day: {per_day(rate_urgent)!r}}}
  other: {{to: other_care, per_day: {per_day(rate_other)!r}}}
settings:
  other_care: {{title: Other, presence: body, pools: [servers], priority: 1, duration: {EXPONENTIAL}, {HOME}}}
  urgent_care: {{title: Urgent, presence: body, pools: [servers], priority: 0, duration: {EXPONENTIAL}, {HOME}}}
"""


@pytest.mark.parametrize(("rate", "servers"), [(0.3, 1), (2.0, 5)])
def test_the_urgent_go_first_and_nobody_is_interrupted(rate: float, servers: int) -> None:
    """Two classes, non-preemptive, equal service: Cobham's waits; 10 replications, standard error at most 5 %."""
    runs = trials(two_classes(rate, rate, servers), 10, months(12 if servers == 1 else 2))
    share = rate / servers
    base = erlang_c(servers, 2 * rate) / servers
    check_estimate(runs, mean_wait("urgent_care"), base / (1.0 - share), 0.05)
    check_estimate(runs, mean_wait("other_care"), base / ((1.0 - share) * (1.0 - 2 * share)), 0.05)


def line(rate: float, first: str, second: str) -> str:
    """Two stations of one server each, one after the other."""
    return f"""
pools: {{first_servers: {{places: 1}}, second_servers: {{places: 1}}}}
streams: {{customers: {{to: first, per_day: {per_day(rate)!r}}}}}
settings:
  first: {{title: First, presence: body, pools: [first_servers], duration: {EXPONENTIAL}, {first},
          routes: [{{to: {{second: rest}}}}]}}
  second: {{title: Second, presence: body, pools: [second_servers], duration: {EXPONENTIAL}, {second}, {HOME}}}
"""


def squared_variation_of_gaps(run: Trial) -> float:
    """Squared coefficient of variation of the times between departures from the first station."""
    rows = run.judged("first") & (run.stays.outcome == Outcome.COMPLETED)
    gaps = np.diff(np.sort(run.stays.ended[rows]))
    return float(gaps.var() / gaps.mean() ** 2)


def test_what_leaves_a_queue_is_random_again() -> None:
    """Burke: departures of M/M/1 are Poisson, so the second of two stations waits like the first; 10 x 1 year, 4 %."""
    runs = trials(line(0.5, "hold: no", "hold: no"), 10, months(12))
    check_estimate(runs, mean_wait("first"), 1.0, 0.04)
    check_estimate(runs, mean_wait("second"), 1.0, 0.04)
    check_estimate(runs, squared_variation_of_gaps, 1.0, 0.04)


def test_a_blocked_line_without_any_room_passes_four_ninths() -> None:
    """Two stations, no waiting, blocking after service, all rates 1: loss 5/9, blocked 1/9; 8 x 6 months, 2 %."""
    runs = trials(line(1.0, "hold: yes, queue_limit: 0", "hold: no"), 8, months(6))
    check_estimate(runs, lambda run: run.share("first", Outcome.TURNED_AWAY), 5.0 / 9.0, 0.02)
    check_estimate(runs, lambda run: run.occupied("first", run.stays.ready, run.stays.ended), 1.0 / 9.0, 0.02)


def test_a_blocked_line_with_a_queue_before_it_waits_as_long_as_known() -> None:
    """The same with a queue before the first station at rate 0.5: L1 2.3, L2 0.5, blocked 0.2; 10 x 1 year, 5 %."""
    runs = trials(line(0.5, "hold: yes", "hold: no"), 10, months(12))
    check_estimate(runs, number_present("first"), 2.3, 0.05)
    check_estimate(runs, number_in_service("second"), 0.5, 0.04)
    check_estimate(runs, lambda run: run.occupied("first", run.stays.ready, run.stays.ended), 0.2, 0.04)


FAST = f"{{law: exponential, mean: {UNIT_DAYS / 3!r}, unit: days}}"
JACKSON = f"""
pools: {{a_servers: {{places: 2}}, b_servers: {{places: 1}}, c_servers: {{places: 1}}}}
streams:
  to_a: {{to: a, per_day: {per_day(2.0)!r}}}
  to_b: {{to: b, per_day: {per_day(1.0)!r}}}
settings:
  a: {{title: A, presence: body, pools: [a_servers], duration: {FAST},
      routes: [{{to: {{b: 0.5, c: 0.3, home: rest}}}}]}}
  b: {{title: B, presence: body, pools: [b_servers], duration: {FAST},
      routes: [{{to: {{a: 0.1, c: 0.4, home: rest}}}}]}}
  c: {{title: C, presence: body, pools: [c_servers], duration: {FAST},
      routes: [{{to: {{a: 0.2, home: rest}}}}]}}
"""


def test_a_network_with_feedback_is_as_if_each_queue_stood_alone() -> None:
    """Jackson: flows 2.5647, 2.2824, 1.6824 a unit and mean numbers 1.0460, 3.1803, 1.2768; 8 x 2 months, 5 %."""
    runs = trials(JACKSON, 8, months(2))
    flows = {"a": 2.564706, "b": 2.282353, "c": 1.682353}
    for setting, flow in flows.items():
        check_estimate(runs, flow_into(setting), flow, 0.01)
    for setting, number in {"a": 1.046026, "b": 3.180328, "c": 1.276786}.items():
        check_estimate(runs, number_present(setting), number, 0.05)


def ward_without_end(per_day_in: float, law: str, by_hour: str = "") -> str:
    """A ward with a bed for everybody."""
    return f"""
streams: {{patients: {{to: ward, per_day: {per_day_in!r} {by_hour}}}}}
settings:
  ward: {{title: Ward, presence: body, duration: {law}, {HOME}}}
"""


def test_a_ward_without_limit_fills_as_from_empty() -> None:
    """M/M/inf, 10 a day for 5 days: 50 (1 - exp(-0.2 t)) there after 1, 5 and 15 days; 120 replications, 4 %."""
    runs = trials(ward_without_end(10.0, "{law: exponential, mean: 5, unit: days}"), 120, months(1))
    for day, expected in ((1, 9.0635), (5, 31.6060), (15, 47.5106)):
        check_estimate(runs, number_at("ward", np.array([day * SECONDS_PER_DAY])), expected, 0.04)


def test_the_number_in_a_ward_without_limit_is_poisson_whatever_the_law() -> None:
    """M/G/inf, 10 a day for 2 days lognormal: mean 20 and variance 20 over 17 instants 10 days apart; 20 x 6 months."""
    runs = trials(ward_without_end(10.0, "{law: lognormal, mean: 2, log_sd: 1, unit: days}"), 20, months(6))
    ticks = np.arange(15, 180, 10) * SECONDS_PER_DAY
    check_estimate(runs, number_at("ward", ticks), 20.0, 0.02)
    check_estimate(runs, lambda run: float(run.present_at("ward", ticks).var(ddof=1)), 20.0, 0.1)


ARRIVALS_AN_HOUR = [2.5 + 2.0 * math.sin(2.0 * math.pi * hour / 24.0) for hour in range(24)]


def present_by_the_hour(law: str, hour: int) -> float:
    """Expected number there as an hour begins: arrivals of past hours who stay until then; exact for steps of hours."""
    total = 0.0
    for back in range(1, 400):
        rate = ARRIVALS_AN_HOUR[(hour - back) % 24]
        if law == "exponential":
            total += rate * 4.0 * (math.exp(-(back - 1) / 4.0) - math.exp(-back / 4.0))
        elif back <= 4:
            total += rate
    return total


@pytest.mark.parametrize("law", ["exponential", "constant"])
def test_numbers_follow_arrivals_that_vary_by_the_hour(law: str) -> None:
    """M(t)/G/inf: mean number at 0, 6, 12 and 18 o'clock, 4-hour stays; 10 replications of 57 days, 4 %."""
    spelled = f"{{law: {law}, {'mean' if law == 'exponential' else 'value'}: 4, unit: hours}}"
    weights = f", by_hour: {ARRIVALS_AN_HOUR!r}"
    runs = trials(ward_without_end(sum(ARRIVALS_AN_HOUR), spelled, weights), 10, months(2))
    for hour in (0, 6, 12, 18):
        ticks = np.arange(2, 59) * SECONDS_PER_DAY + hour * SECONDS_PER_HOUR - 1
        check_estimate(runs, number_at("ward", ticks), present_by_the_hour(law, hour), 0.04)
