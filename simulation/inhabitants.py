"""What the flow asks of the people of a place, and tells them."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from simulation.addresses import Addresses
from simulation.enrolment import Homes, no_homes
from simulation.people_tables import MonthEvents, Replacement
from simulation.stays import AGE_BANDS

ATTENDANCE_RATE = len(AGE_BANDS)
"""Where in `Inhabitants.triggers` each number stands, after the rates by age."""
DISCHARGE_LIFE = ATTENDANCE_RATE + 1
ATTENDANCE_LIFE = ATTENDANCE_RATE + 2


class Inhabitants(Protocol):
    """The people of a place as the flow meets them; columns by person id.

    `simulation.people.Population` are people who live, age and fall ill; `simulation.nobody.Nobody` is an empty place.
    Each method that returns a `Replacement` says what the person needs from the next tick to the end of the month.
    """

    alive: NDArray[np.uint8]
    """1 while somebody lives in the place."""
    age_band: NDArray[np.int8]
    in_care_home: NDArray[np.uint8]
    death_tick: NDArray[np.int32]
    care_home_need_tick: NDArray[np.int32]
    profile: NDArray[np.uint16]
    """Row of `factors`."""
    factors: NDArray[np.float64]
    """(profiles, values, 2) multipliers of named values this month; the flow reads the first of each pair."""
    starts_in_care_home: NDArray[np.bool_]
    triggers: NDArray[np.float64]
    """(age bands + 3,) rates a year of further needs that a discharge adds at once, by age; then the rate that an
    attendance adds, and the seconds after which what a discharge and what an attendance added has fallen to 1/e."""

    def begin_month(self, month: int, homes: Homes = no_homes) -> MonthEvents:
        """Bring everybody to the first second of a month, the next in order, and say what it brings.

        `homes` is asked only when some team looks after people of one kind of care home.
        """

    def after_attendance(self, person: int, tick: int) -> Replacement:
        """An A&E attendance has ended without admission."""

    def after_discharge(self, person: int, tick: int, came_through_ae: bool) -> Replacement:
        """An emergency stay has ended alive."""

    def moved_to_care_home(self, person: int, tick: int) -> Replacement:
        """Somebody has moved into a care home."""

    def apply_profile(self, person: int, tick: int, index: int) -> Replacement:
        """Carry out one of the month's changes of team."""

    def joins_at(self, event: int, person: int, tick: int, kind: int) -> None:
        """Somebody arrives at A&E, is admitted or leaves a ward (`enrolment.AT_AE` and so on), and may join teams."""

    def note_admission(self, person: int, tick: int) -> None:
        """An emergency admission has begun."""

    def note_admissions(self, persons: NDArray[np.int64], month: int) -> None:
        """Emergency admissions have begun in a month; whoever had several is named several times."""

    def addresses(self) -> Addresses:
        """Where the columns and tables of the present month lie, for compiled code."""

    def gone(self, person: int, tick: int, died: bool) -> None:
        """Somebody has died, or else moved out of the place."""
