"""What an evaluator would conclude from records alone: four ways of estimating what a service did.

Each takes plain tables and gives a relative change with an interval, and none sees what a simulation knows. Two look at
people (before and after; matched controls, whose pairs come from `calibration.matched_controls`), two at areas
(difference in differences; synthetic control: Abadie, Diamond and Hainmueller, Journal of the American Statistical
Association 2010). Changes are worked out in logarithms and given as relative changes: -0.05 is 5 % fewer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

LEVEL = 0.95
SUM_TO_ONE = 1e4
"""How much more the sum of weights counts than one period's fit, when a synthetic control is made."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Estimate:
    """What an evaluator reports.

    Attributes:
        change: relative change that is put down to the service.
        low: lower end of the interval.
        high: upper end.
        level: how often such intervals shall hold the truth, if the method's assumptions do.
        treated: people or areas with the service that it rests on.
        controls: people or areas without it.
    """

    change: float
    low: float
    high: float
    level: float
    treated: int
    controls: int

    def covers(self, change: float) -> bool:
        """Whether the interval holds a relative change."""
        return self.low <= change <= self.high


@dataclass(frozen=True)
class Followed:
    """Events of people and the time in which they were watched. Arrays of one length; time is above 0."""

    events: Floats
    time: Floats


def before_and_after(before: Ints, after: Ints) -> Estimate | None:
    """The change in the same people's counts, all of it put down to the service.

    Args:
        before: (people,) events in a stretch of time before joining.
        after: (people,) in as long a stretch after.

    Returns:
        None when there were no events before, or none after.
    """
    all_before, all_after = float(before.sum()), float(after.sum())
    if not all_before or not all_after:
        return None
    by_person = after / all_after - before / all_before
    return _from_logs(math.log(all_after / all_before), math.sqrt(float((by_person**2).sum())), len(before), 0)


def matched_controls(treated: Followed, controls: Followed, pair_of: Ints, person: Ints) -> Estimate | None:
    """The rate of people with the service against that of their controls, time of watching counted for both.

    Everybody's controls count as much as one person. A person may be the control of several, and then counts as
    one source of chance.

    Args:
        treated: (treated,) people with the service.
        controls: (matches,) a row for each time that somebody is a control.
        pair_of: (matches,) whose control: position in `treated`.
        person: (matches,) who it is.

    Returns:
        None when either side had no events. People with the service who have no control are left out.
    """
    each = np.bincount(pair_of, minlength=len(treated.events)).astype(np.float64)
    found = each > 0.0
    events, time = treated.events[found], treated.time[found]
    weight = 1.0 / each[pair_of]
    weighed_events, weighed_time = weight * controls.events, weight * controls.time
    sums = [float(one.sum()) for one in (events, time, weighed_events, weighed_time)]
    if not all(sums):
        return None
    own = events / sums[0] - time / sums[1]
    _, who = np.unique(person, return_inverse=True)
    theirs = np.bincount(who, weighed_events / sums[2] - weighed_time / sums[3])
    log_ratio = math.log(sums[0] / sums[1]) - math.log(sums[2] / sums[3])
    error = math.sqrt(float((own**2).sum() + (theirs**2).sum()))
    return _from_logs(log_ratio, error, int(found.sum()), len(theirs))


def difference_in_differences(rates: Floats, treated: Bools, after: Bools) -> Estimate:
    """How much more the rates of some areas changed than those of the others.

    The error comes from how differently areas of a kind change, so it holds what chance and what lasting differences
    in growth do; a formula that counts admissions alone would be far too sure.

    Args:
        rates: (areas, periods) rate of each area in each period.
        treated: (areas,) which have the service.
        after: (periods,) which lie after the change.

    Raises:
        ValueError: without a treated area, three areas in all, two controls, or periods on both sides of the change;
            or for rates that are not above 0.
    """
    logs = _logs(rates, treated, after)
    change = logs[:, after].mean(axis=1) - logs[:, ~after].mean(axis=1)
    groups = change[treated], change[~treated]
    freedom = len(change) - 2
    variance = sum(float(((one - one.mean()) ** 2).sum()) for one in groups) / freedom
    error = math.sqrt(variance * (1.0 / len(groups[0]) + 1.0 / len(groups[1])))
    deviate = float(special.stdtrit(freedom, 0.5 + LEVEL / 2.0))
    middle = float(groups[0].mean() - groups[1].mean())
    return _ends(middle, middle - deviate * error, middle + deviate * error, LEVEL, len(groups[0]), len(groups[1]))


def synthetic_control(rates: Floats, treated: int, after: Bools) -> Estimate:
    """How far one area's rates lie from a weighted average of other areas that was like it before the change.

    The interval comes from doing the same with each of the others in turn, as if the change had been there. With few
    areas that cannot give 95 %; `level` says what it gives.

    Args:
        rates: (areas, periods) rate of each area in each period.
        treated: position of the area with the service.
        after: (periods,) which lie after the change.

    Raises:
        ValueError: as `difference_in_differences`.
    """
    chosen = np.zeros(len(rates), np.bool_)
    chosen[treated] = True
    logs = _logs(rates, chosen, after)
    gap = _gap(logs, treated, ~chosen, after)
    others = np.flatnonzero(~chosen)
    placebos = []
    for one in others:
        donors = ~chosen
        donors[one] = False
        placebos.append(_gap(logs, int(one), donors, after))
    ordered = np.sort(placebos)
    rank = max(1, math.floor((len(ordered) + 1) * (1.0 - LEVEL) / 2.0))
    level = 1.0 - 2.0 * rank / (len(ordered) + 1)
    return _ends(gap, gap - float(ordered[-rank]), gap - float(ordered[rank - 1]), level, 1, len(others))


def weights_like(target: Floats, donors: Floats) -> Floats:
    """(donors,) weights, none below 0 and 1 in all, whose average of donors comes nearest to a target.

    Args:
        target: (periods,).
        donors: (donors, periods).
    """
    centre = target.mean()
    spread = max(float(np.std(donors - centre)), 1e-12)
    rows = np.vstack(((donors.T - centre) / spread, np.full(len(donors), SUM_TO_ONE)))
    aims = np.append((target - centre) / spread, SUM_TO_ONE)
    weights, _ = optimize.nnls(rows, aims)
    found: Floats = weights / weights.sum()
    return found


def _gap(logs: Floats, area: int, donors: Bools, after: Bools) -> float:
    weights = weights_like(logs[area, ~after], logs[donors][:, ~after])
    return float((logs[area, after] - weights @ logs[donors][:, after]).mean())


def _logs(rates: Floats, treated: Bools, after: Bools) -> Floats:
    if not treated.any() or (~treated).sum() < 2:
        raise ValueError("areas are compared when one or more have the service and two or more do not")
    if after.all() or not after.any():
        raise ValueError("there must be periods before the change and after it")
    if not (rates > 0.0).all():
        raise ValueError("the rate of every area must be above 0 in every period")
    return np.asarray(np.log(rates), np.float64)


def _from_logs(middle: float, error: float, treated: int, controls: int) -> Estimate:
    deviate = float(special.ndtri(0.5 + LEVEL / 2.0))
    return _ends(middle, middle - deviate * error, middle + deviate * error, LEVEL, treated, controls)


def _ends(middle: float, low: float, high: float, level: float, treated: int, controls: int) -> Estimate:
    return Estimate(math.expm1(middle), math.expm1(low), math.expm1(high), level, treated, controls)
