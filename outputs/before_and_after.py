"""What a before-and-after study of a team would claim, and what is true of the same people.

People join a team when they have just been ill. Most would have got better without it, so their admissions fall after
they join whatever the team does. A before-and-after study calls all of that fall the effect of the team. Here the same
people can also be watched without the team: runs are paired, so they have the same illnesses in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from outputs.measures.reducing import AdmissionTimes, TimeWithTeams
from outputs.periods import Period
from simulation.calendar import SECONDS_PER_DAY

FOLLOWED_SECONDS = 365 * SECONDS_PER_DAY


@dataclass(frozen=True)
class ReachedCounts:
    """Emergency admissions of people with a team, in one pair of runs.

    Attributes:
        followed: people who lived in the place for the whole 12 months before and after joining.
        before: their admissions in the 12 months before they joined.
        after: their admissions in the 12 months after.
        after_without: the same people's in the same 12 months of the reference run.
        with_team: admissions of everybody with the team, while with it, in a period.
        without_team: the same people's in the same time of the reference run.
        whole_area: everybody's admissions in that period of the reference run.
    """

    followed: int
    before: int
    after: int
    after_without: int
    with_team: int
    without_team: int
    whole_area: int


def reached_counts(
    admissions: AdmissionTimes,
    reference: AdmissionTimes,
    people: TimeWithTeams,
    team: int,
    period: Period,
    horizon: int,
) -> ReachedCounts:
    """Admissions of the people with one team, with it and without it; see `reached_in_periods`."""
    return reached_in_periods(admissions, reference, people, team, [period], horizon)[0]


def reached_in_periods(
    admissions: AdmissionTimes,
    reference: AdmissionTimes,
    people: TimeWithTeams,
    team: int,
    periods: Sequence[Period],
    horizon: int,
) -> list[ReachedCounts]:
    """Admissions of the people with one team, with it and without it, for each of some periods.

    An admission at whose very second somebody joins is the cause of that and counts neither as before nor as after.

    Args:
        admissions: of the scenario's run.
        reference: of the paired run of the reference.
        people: enrolments of the scenario's run.
        team: index of the team.
        periods: for which the true effect is asked; people count from joining to leaving inside each.
        horizon: tick at which the run ends.
    """
    chosen = people.team == team
    person, joined, left = people.person[chosen], people.joined[chosen], people.left[chosen]
    came, went = people.came[chosen], people.went[chosen]
    whole = (joined - FOLLOWED_SECONDS >= came) & (joined + FOLLOWED_SECONDS <= np.minimum(went, horizon))
    first = joined + 1
    year_on = joined + FOLLOWED_SECONDS
    followed = int(np.count_nonzero(whole))
    before = admissions.count(person[whole], joined[whole] - FOLLOWED_SECONDS, joined[whole])
    after = admissions.count(person[whole], first[whole], year_on[whole])
    after_without = reference.count(person[whole], first[whole], year_on[whole])
    found = []
    for each in periods:
        start, stop = np.maximum(first, each.start), np.minimum(left, each.stop)
        inside = stop > start
        in_period = (reference.begin >= each.start) & (reference.begin < each.stop)
        found.append(ReachedCounts(
            followed, before, after, after_without,
            with_team=admissions.count(person[inside], start[inside], stop[inside]),
            without_team=reference.count(person[inside], start[inside], stop[inside]),
            whole_area=int(np.count_nonzero(in_period)),
        ))  # fmt: skip
    return found


def change(now: float, before: float) -> float | None:
    """A relative change, -0.05 for 5 % fewer; None from nothing."""
    return now / before - 1.0 if before else None
