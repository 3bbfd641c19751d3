"""From team membership to multipliers of named values.

A person carries a profile: one number that says, for each team, whether the person belongs to it and in which band of
whole months since joining. A table, made afresh for each calendar month, gives each profile two multipliers of each
value: one at the threshold of admission and one at the worst severity. Between them the multiplier is linear in
severity. They differ for needs bad enough to be admitted, of which the least severe may be avoided first; a change of
anything else is what it is said to be, whatever the severity. With several teams the two ends are multiplied
separately, so the line between them stands in for the product of lines; they differ by less than the product of the
tilts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.candidates import KINDS

if TYPE_CHECKING:
    from simulation.people_tables import Team

VALUES = (
    *(f"hazard.{kind}.lower" for kind in KINDS), *(f"hazard.{kind}.upper" for kind in KINDS),
    "hazard.routine", "hazard.end_of_life", "hazard.readmission", "hazard.reattendance", "stay.nights", "delay.days",
    "need.care_home", "death", "way.admitted_for_a_day", "way.ae_less_serious", "way.conveyed", "way.care_package",
    "way.ward", "way.clinic_referral", "way.missed_visit", "way.urgent_care", "way.sent_to_hospital", "way.sent_to_ae",
    "way.social_work", "way.liaison_psychiatry", "way.after_liaison_psychiatry", "way.package_at_once",
    "way.assessed_in_hospital",
)
"""Named values that a team may change; the first are the streams of `simulation.candidates.STREAMS`, in their order.

`need.care_home` is the share of needs for a care home that come, `death` that of deaths; `way...` scale probabilities
of a network's routes.
"""
TILTED = np.array([
    value.endswith(".upper") or value in ("hazard.end_of_life", "hazard.readmission", "way.sent_to_hospital")
    for value in VALUES
])
"""(values,) which are about needs bad enough to be admitted, over whose severities a change is spread."""
NEED_CARE_HOME = VALUES.index("need.care_home")
DEATH = VALUES.index("death")
MOST_PROFILES = 65_535

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def profile_sizes(teams: Sequence[Team]) -> IntArray:
    """(teams,) digits that each team has in a profile: not a member, its bands of months, neighbours if any.

    Raises:
        ValueError: when the teams together have more profiles than a person can carry.
    """
    sizes = np.array([1 + len(team.changes_by_digit) for team in teams], np.int64)
    profiles = 1
    for size in sizes:
        profiles *= int(size)
    if profiles > MOST_PROFILES:
        names = ", ".join(team.name for team in teams)
        raise ValueError(f"{names} together have {profiles:,} combinations of months since joining; "
                         f"at most {MOST_PROFILES:,} can be followed: use fewer, or fewer bands of months")
    return sizes


def profile_strides(sizes: IntArray) -> IntArray:
    """(teams,) what one step of each team's digit adds to a profile; the last team's digits are next to each other."""
    return np.append(np.cumprod(sizes[:0:-1])[::-1], 1).astype(np.int64)[: len(sizes)]


def check_bounds(team: Team) -> None:
    """Make sure that no multiplier can be negative.

    Raises:
        ValueError: when one can.
    """
    ends = np.stack(_ends(team, 1.0))
    if ends.min() < 0.0:
        value = VALUES[int(np.argwhere(ends < 0.0)[0][2])]
        raise ValueError(f"{team.name} would make {value} negative: with a short-end share of {team.short_end_share:g} "
                         f"a change may not be below {-1.0 / (1.0 + team.short_end_share):.1%}")


def factor_table(teams: Sequence[Team], month: int) -> FloatArray:
    """(profiles, values, 2) multipliers in a month at the threshold of admission and at the worst; row 0 is ones."""
    table = np.ones((1, len(VALUES), 2))
    for team in teams:
        own = np.ones((1 + len(team.changes_by_digit), len(VALUES), 2))
        own[1:, :, 0], own[1:, :, 1] = _ends(team, float(team.strength_by_month[month]))
        table = (table[:, None] * own[None]).reshape(-1, len(VALUES), 2)
    return table


def _ends(team: Team, strength: float) -> tuple[FloatArray, FloatArray]:
    """(digits, values) multipliers at the threshold of admission and at the worst severity."""
    change, share = team.changes_by_digit * strength, team.short_end_share * TILTED
    return 1.0 + change * (1.0 + share), 1.0 + change * (1.0 - share)
