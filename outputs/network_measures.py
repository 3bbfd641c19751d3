"""What a run of a network shows: flows, waits, stays, numbers present, use of places and cost, from its table of stays.

Only the window of the run counts. Waits are of those who start in it, lengths of stay of those who leave in it: both
without the bias of waits and stays that are cut off. Numbers present are weighted by time and exact to the second.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from outputs.network_counts import clipped, number_over_time, open_places, quantile_of_time
from scenarios.network_costs import Cost
from scenarios.network_file import NetworkFile
from simulation.calendar import SECONDS_PER_DAY
from simulation.stays import NEVER, Outcome, Stays

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

EVERYBODY = "all"
NETWORK = "whole network"
WAIT_QUANTILES = (0.5, 0.9, 0.95)
WAIT_SHARES = (*(round(0.05 * step, 2) for step in range(1, 20)), 0.99, 1.0)
NUMBER_QUANTILES = (0.5, 0.9, 0.95, 0.99)
OF_SETTING, OF_PLACES, OF_NETWORK = "setting", "places", "network"


@dataclass(frozen=True)
class Key:
    """What a number is about.

    Attributes:
        scope: `OF_SETTING`, `OF_PLACES` (a pool) or `OF_NETWORK`.
        where: name of the setting or pool, or `NETWORK`.
        who: class of patients (the stream they come by), or `EVERYBODY`.
        measure: id, explained on docs/networks.md.
    """

    scope: str
    where: str
    who: str
    measure: str


@dataclass(frozen=True)
class RunMeasures:
    """What one run shows.

    Attributes:
        values: one number for each key; NaN where there is nothing to measure. Times are in seconds.
        shares: for each setting and pool, by (scope, name): share of time with 0, 1, 2, ... there.
        waits: for each setting and class, by (name, class): waits, in seconds, that shares `WAIT_SHARES` of those who
            start do not exceed.
        by_day: (days, settings, 3) of each whole day of the window: requests, mean number there, mean number waiting.
        flows: (settings + 1, settings + 1) patients a day from one setting to the next; the last row is those who come
            from outside, the last column those who leave.
    """

    values: dict[Key, float]
    shares: dict[tuple[str, str], Floats]
    waits: dict[tuple[str, str], Floats]
    by_day: Floats
    flows: Floats


def measure_run(stays: Stays, file: NetworkFile) -> RunMeasures:
    """Everything that is measured of one run."""
    stays = as_shown(stays, file)
    first, last = file.window.first, file.window.last
    follows = _next_rows(stays)
    values: dict[Key, float] = {}
    shares: dict[tuple[str, str], Floats] = {}
    waits: dict[tuple[str, str], Floats] = {}
    for index, name in shown_settings(file):
        here = stays.setting == index
        cost = file.costs[index]
        for who, rows in _classes(stays, here, file):
            part = _Part(stays, rows, follows, file)
            for measure, number in _of_setting(part, cost):
                values[Key(OF_SETTING, name, who, measure)] = number
            waits[name, who] = part.waits()
        shares[OF_SETTING, name] = _numbers(stays, here, first, last)
        for measure, number in _of_shares(shares[OF_SETTING, name]):
            values[Key(OF_SETTING, name, EVERYBODY, measure)] = number
    for pool in range(len(file.network.pools)):
        _measure_pool(pool, stays, file, values, shares)
    everybody = np.ones(len(stays), np.bool_)
    for who, rows in _classes(stays, everybody, file):
        for measure, number in _of_network(stays, rows, file):
            values[Key(OF_NETWORK, NETWORK, who, measure)] = number
    _add_cost(values)
    return RunMeasures(values, shares, waits, _by_day(stays, file), _flows(stays, file, follows))


def shown_settings(file: NetworkFile) -> list[tuple[int, str]]:
    """Positions and names of the settings that are shown: those of the file."""
    names = file.network.names()
    return [(index, names[index]) for index in np.unique(file.shown_as[file.shown_as != NEVER]).tolist()]


def as_shown(stays: Stays, file: NetworkFile) -> Stays:
    """Stays in the settings of the file; time away from the network is none, and who comes back is somebody new."""
    if (file.shown_as == np.arange(len(file.shown_as))).all():
        return stays
    setting = file.shown_as[stays.setting]
    is_away = setting == NEVER
    person = np.cumsum((np.diff(stays.person, prepend=-1) != 0) | is_away)
    changed = replace(stays, setting=setting.astype(stays.setting.dtype), person=person)
    return Stays(*(getattr(changed, column.name)[~is_away] for column in fields(changed)))


@dataclass(frozen=True)
class _Part:
    """Rows of one setting, perhaps of one class of patients."""

    stays: Stays
    rows: Mask
    follows: Ints
    file: NetworkFile

    def inside(self, ticks: Ints) -> Mask:
        """Rows of which a tick lies in the window."""
        window = self.file.window
        return np.asarray(self.rows & (ticks >= window.first) & (ticks < window.last))

    def mean_number(self, begin: Ints, end: Ints, rows: Mask) -> float:
        """Mean number between two ticks of their stay."""
        window = self.file.window
        total = clipped(begin[rows], end[rows], window.first, window.last).sum()
        return float(total / (window.last - window.first))

    def waits(self) -> Floats:
        """(WAIT_SHARES,) waits that shares of those who start do not exceed."""
        starts = self.inside(self.stays.started)
        waits = (self.stays.started - self.stays.requested)[starts]
        return np.quantile(waits, WAIT_SHARES) if len(waits) else np.full(len(WAIT_SHARES), np.nan)

    def blocked_by(self) -> Iterator[tuple[str, float]]:
        """Mean numbers there whose care is over, by what they wait for: a reason, the next setting, or the journey."""
        stays, names = self.stays, self.file.network.names()
        over = self.rows & (stays.started != NEVER) & (stays.ready != NEVER) & (stays.ended > stays.ready)
        for number, reason in enumerate(self.file.network.reasons):
            if number and (over & (stays.reason == number)).any():
                yield f"blocked: {reason}", self.mean_number(stays.ready, stays.ended, over & (stays.reason == number))
        unnamed = over & (stays.reason == 0)
        asked = np.clip(_next_requests(stays), stays.ready, stays.ended)
        for following in np.unique(self.follows[unnamed & (self.follows != NEVER)]).tolist():
            rows = unnamed & (self.follows == following) & (stays.ended > asked)
            if rows.any():
                yield f"blocked: waiting for {names[following]}", self.mean_number(asked, stays.ended, rows)
        if (unnamed & (asked > stays.ready)).any():
            yield "blocked: on the way", self.mean_number(stays.ready, asked, unnamed)


def _of_setting(part: _Part, cost: Cost) -> Iterator[tuple[str, float]]:
    """Measures of one setting and class, but for the distribution of numbers."""
    stays, file = part.stays, part.file
    days = (file.window.last - file.window.first) / SECONDS_PER_DAY
    has_started = part.rows & (stays.started != NEVER)
    starts = part.inside(stays.started)
    leaves = part.inside(stays.ended) & (stays.started != NEVER) & (stays.outcome == Outcome.COMPLETED)
    asked = int(part.inside(stays.requested).sum())
    yield "arrivals", asked / days
    yield "started", int(starts.sum()) / days
    yield "throughput", int(leaves.sum()) / days
    turned_away = part.inside(stays.ended) & (stays.outcome == Outcome.TURNED_AWAY)
    gave_up = part.inside(stays.ended) & (stays.outcome == Outcome.GAVE_UP)
    yield "turned_away", int(turned_away.sum()) / days
    goes_on = part.follows[turned_away]
    same = goes_on == stays.setting[turned_away]
    yield "asked_again", int(same.sum()) / days
    yield "passed_on", int(((goes_on != NEVER) & ~same).sum()) / days
    yield "lost", int((goes_on == NEVER).sum()) / days
    yield "gave_up", int(gave_up.sum()) / days
    answered = int(starts.sum() + turned_away.sum() + gave_up.sum())
    yield "share_turned_away", _ratio(int(turned_away.sum()), answered)
    yield "share_gave_up", _ratio(int(gave_up.sum()), answered)
    yield from _waits((stays.started - stays.requested)[starts], file)
    stay = (stays.ended - stays.started)[leaves]
    yield "stay_mean", _mean(stay)
    yield "service_mean", _mean((stays.ready - stays.started)[leaves])
    yield "blocked_mean", _mean((stays.ended - stays.ready)[leaves])
    present = part.mean_number(stays.started, stays.ended, has_started)
    until = np.where(stays.started == NEVER, stays.ended, stays.started)
    waiting = part.mean_number(stays.requested, until, part.rows)
    blocked_rows = has_started & (stays.ready != NEVER)
    blocked = part.mean_number(stays.ready, stays.ended, blocked_rows)
    yield "present", present
    yield "waiting", waiting
    yield "blocked", blocked
    yield from part.blocked_by()
    visits = int(starts.sum()) / days
    delayed = blocked * cost.per_delayed_day
    yield "cost_of_delay", delayed
    yield "cost", visits * cost.per_visit + present * cost.per_day + waiting * cost.per_waiting_day + delayed


def _waits(waits: Ints, file: NetworkFile) -> Iterator[tuple[str, float]]:
    yield "wait_mean", _mean(waits)
    yield "waited", _mean(waits > 0)
    for share in WAIT_QUANTILES:
        yield f"wait_{share:.0%}", float(np.quantile(waits, share)) if len(waits) else np.nan
    for over in file.plan.waits_over:
        yield f"waited_over_{over}", _mean(waits > over)


def _numbers(stays: Stays, rows: Mask, first: int, last: int) -> Floats:
    there = rows & (stays.started != NEVER)
    return number_over_time(stays.started[there], stays.ended[there], first, last)


def _of_shares(shares: Floats) -> Iterator[tuple[str, float]]:
    for share in NUMBER_QUANTILES:
        yield f"present_{share:.0%}", float(quantile_of_time(shares, share))
    yield "present_most", float(len(shares) - 1)


def _measure_pool(
    pool: int, stays: Stays, file: NetworkFile, values: dict[Key, float], shares: dict[tuple[str, str], Floats]
) -> None:
    """Measures of the places of a pool, over all settings that use them."""
    network, window = file.network, file.window
    name = network.pools[pool].name
    users = [index for index, setting in enumerate(network.settings) if pool in setting.pools]
    rows = np.isin(stays.setting, users)
    shares[OF_PLACES, name] = _numbers(stays, rows, window.first, window.last)
    found = dict(_of_shares(shares[OF_PLACES, name]))
    over = rows & (stays.ended >= window.first) & (stays.ended < window.last)
    interrupted = float(stays.interrupted_seconds[over].sum() / (window.last - window.first))
    present = float(shares[OF_PLACES, name] @ np.arange(len(shares[OF_PLACES, name]))) - interrupted
    found["present"] = present
    limited = network.pools[pool]
    if limited.limited and not limited.daily_quota:
        places = open_places(limited, file.calendar, window.first, window.last)
        there = rows & (stays.started != NEVER)
        found["places"] = places.mean
        found["utilisation"] = _ratio(present, places.mean)
        found["full"] = places.share_full(stays.started[there], stays.ended[there])
        found["cost"] = places.mean * file.place_costs[pool]
    for measure, number in found.items():
        values[Key(OF_PLACES, name, EVERYBODY, measure)] = number


def _of_network(stays: Stays, rows: Mask, file: NetworkFile) -> Iterator[tuple[str, float]]:
    """Measures of whole ways through the network, from first asking to leaving for good."""
    window = file.window
    days = (window.last - window.first) / SECONDS_PER_DAY
    person, requested, ended, outcome = (
        column[rows] for column in (stays.person, stays.requested, stays.ended, stays.outcome)
    )
    if not len(person):
        return
    firsts = np.flatnonzero(np.diff(person, prepend=-1))
    came, went = np.minimum.reduceat(requested, firsts), np.maximum.reduceat(ended, firsts)
    is_open = np.logical_or.reduceat(outcome == Outcome.OPEN, firsts)
    left = ~is_open & (went >= window.first) & (went < window.last)
    yield "arrivals", int(((came >= window.first) & (came < window.last)).sum()) / days
    yield "throughput", int(left.sum()) / days
    yield "time_in_network", _mean((went - came)[left])
    yield "present", float(clipped(came, went, window.first, window.last).sum() / (window.last - window.first))


def _add_cost(values: dict[Key, float]) -> None:
    """The cost of everything, a day."""
    total = sum(number for key, number in values.items() if key.measure == "cost" and key.who == EVERYBODY)
    values[Key(OF_NETWORK, NETWORK, EVERYBODY, "cost")] = total


def _by_day(stays: Stays, file: NetworkFile) -> Floats:
    edges = day_edges(file)
    names = file.network.names()
    result = np.zeros((max(len(edges) - 1, 0), len(names), 3))
    if len(edges) < 2:
        return result
    lengths = np.diff(edges)
    until = np.where(stays.started == NEVER, stays.ended, stays.started)
    for index in range(len(names)):
        here = stays.setting == index
        there = here & (stays.started != NEVER)
        result[:, index, 0] = np.histogram(stays.requested[here], edges)[0]
        result[:, index, 1] = np.diff(_passed(stays.started[there], stays.ended[there], edges)) / lengths
        result[:, index, 2] = np.diff(_passed(stays.requested[here], until[here], edges)) / lengths
    return result


def day_edges(file: NetworkFile) -> Ints:
    """Ticks at which the whole days of the window begin and the last of them ends."""
    starts = file.calendar.day_start
    return np.asarray(starts[(starts >= file.window.first) & (starts <= file.window.last)], np.int64)


def _passed(begin: Ints, end: Ints, ticks: Ints) -> Ints:
    """Person-seconds between two ticks of each stay that have passed at each of some ticks."""
    return np.asarray(_since(begin, ticks) - _since(end, ticks), np.int64)


def _since(moments: Ints, ticks: Ints) -> Ints:
    """Sum of the time that has passed at each tick since each of some moments that lie before it."""
    in_order = np.sort(moments)
    count = np.searchsorted(in_order, ticks, side="right")
    sums = np.concatenate([[0], np.cumsum(in_order)])
    return np.asarray(count * ticks - sums[count], np.int64)


def _flows(stays: Stays, file: NetworkFile, follows: Ints) -> Floats:
    """Patients a day from each setting to the next, of stays that end, or come to nothing, in the window."""
    outside = len(file.network.settings)
    window = file.window
    flows = np.zeros((outside + 1, outside + 1))
    is_first = np.diff(stays.person, prepend=-1) != 0
    came = is_first & (stays.requested >= window.first) & (stays.requested < window.last)
    np.add.at(flows, (outside, stays.setting[came]), 1.0)
    went = (stays.ended >= window.first) & (stays.ended < window.last) & (stays.outcome != Outcome.OPEN)
    np.add.at(flows, (stays.setting[went], np.where(follows[went] == NEVER, outside, follows[went])), 1.0)
    return flows * SECONDS_PER_DAY / (window.last - window.first)


def _next_rows(stays: Stays) -> Ints:
    """(rows,) setting of the same person's next visit; -1 after the last."""
    follows = np.full(len(stays), NEVER, np.int64)
    same = stays.person[1:] == stays.person[:-1]
    follows[:-1][same] = stays.setting[1:][same]
    return follows


def _next_requests(stays: Stays) -> Ints:
    """(rows,) tick at which the same person asked for the next visit; far off after the last."""
    asked = np.full(len(stays), np.iinfo(np.int64).max, np.int64)
    same = stays.person[1:] == stays.person[:-1]
    asked[:-1][same] = stays.requested[1:][same]
    return asked


def _classes(stays: Stays, rows: Mask, file: NetworkFile) -> Iterator[tuple[str, Mask]]:
    """Everybody, and each class that comes there when there are several."""
    yield EVERYBODY, rows
    kinds = np.unique(stays.kind[rows]).tolist()
    if len(file.network.streams) > 1:
        for kind in kinds:
            yield file.network.kinds[kind], rows & (stays.kind == kind)


def _mean(values: NDArray[np.generic]) -> float:
    return float(np.asarray(values, np.float64).mean()) if len(values) else float("nan")


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")
