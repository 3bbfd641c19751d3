"""One person's needs again, for whoever asks from plain Python."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.addresses import addresses_of, numbers_of
from simulation.columns import CaseloadColumns, Columns, Found, MonthTables, NeedTables
from simulation.jit import compiled
from simulation.needs import needs_of, needs_set_off
from simulation.opened import room_to_open


class Again:
    """Makes the needs of one person at a time, in one month of one run."""

    def __init__(
        self, people: Columns, tables: NeedTables, month: MonthTables, found: Found, caseloads: CaseloadColumns
    ) -> None:
        """Args: as of `addresses.addresses_of`."""
        self.found = found
        opened, numbers = room_to_open(1), numbers_of(tables)
        self._kept = (people, tables, numbers, month, found, opened, caseloads)
        self.addresses = addresses_of(*self._kept)

    def needs_of(self, person: int, after: int) -> int:
        """Write a person's needs after a tick to `found`, in order of (tick, key); how many there are."""
        return _needs_of(person, after, self.addresses.people)

    def needs_set_off(self, person: int, after: int) -> int:
        """As `needs_of`, but only those that attendances and discharges set off."""
        return _needs_set_off(person, after, self.addresses.people)


@compiled
def _needs_of(person: int, after: int, people: NDArray[np.int64]) -> int:
    return needs_of(person, after, people)


@compiled
def _needs_set_off(person: int, after: int, people: NDArray[np.int64]) -> int:
    return needs_set_off(person, after, people)
