"""What the SimPy engine writes down while it runs: one row a stay, and counts of contacts."""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

from simulation.network import Network
from simulation.reference.visit import Visit
from simulation.stays import BANDS, Stays

COLUMNS = len(Stays.__dataclass_fields__) - 1
"""Whole-number columns of a stay; severity is kept apart."""
_BANDS = len(BANDS)


class Record:
    """Stays in chunks of a month, and counts by (month, setting, band)."""

    def __init__(self, network: Network, months: int) -> None:
        self._chunks: list[NDArray[np.int64]] = []
        self._severities: list[NDArray[np.float64]] = []
        self._rows = array("q")
        self._severity_of_rows = array("d")
        self._months = months
        self._shape = (months, len(network.settings), _BANDS)
        per_month = len(network.settings) * _BANDS
        self.contacts = [[0] * per_month for _ in range(months)]
        self.turned_away = [[0] * per_month for _ in range(months)]

    def count(self, month: int, setting: int, band: int) -> None:
        """Count the start of a visit; a contact booked beyond the horizon is nobody's."""
        if month < self._months:
            self.contacts[month][setting * _BANDS + band] += 1

    def uncount(self, month: int, setting: int, band: int) -> None:
        """Take back the count of a start that came to nothing."""
        self.contacts[month][setting * _BANDS + band] -= 1

    def count_turned_away(self, month: int, setting: int, band: int) -> None:
        """Count somebody who was turned away."""
        self.turned_away[month][setting * _BANDS + band] += 1

    def write(self, visit: Visit, ended: int, outcome: int, next_setting: int) -> None:
        """Write the row of a visit that is over."""
        episode = visit.episode
        self._rows.extend(
            (
                episode.person,
                visit.key,
                visit.setting,
                episode.kind,
                episode.age_band,
                visit.care_home,
                visit.requested,
                visit.started,
                visit.ready,
                ended,
                outcome,
                next_setting,
                visit.reason,
                visit.interrupted,
                episode.candidate,
            )
        )
        self._severity_of_rows.append(episode.severity)

    def end_month(self) -> None:
        """Pack the month's rows, so that a long run stays small."""
        if self._rows:
            self._chunks.append(np.frombuffer(self._rows, np.int64).reshape(-1, COLUMNS))
            self._severities.append(np.frombuffer(self._severity_of_rows, np.float64))
            self._rows, self._severity_of_rows = array("q"), array("d")

    def stays(self) -> Stays:
        """All rows that were not taken, sorted by person and visit."""
        return self._stays(sort=True)

    def take_rows(self) -> Stays:
        """Rows written since the last time, as they were written; they are no longer kept."""
        taken = self._stays(sort=False)
        self._chunks, self._severities = [], []
        return taken

    def _stays(self, *, sort: bool) -> Stays:
        self.end_month()
        rows = np.concatenate(self._chunks) if self._chunks else np.zeros((0, COLUMNS), np.int64)
        severity = np.concatenate(self._severities) if self._severities else np.zeros(0)
        if sort:
            order = np.lexsort((rows[:, 7], rows[:, 1], rows[:, 0]))
            rows, severity = rows[order], severity[order]
        return Stays(
            person=rows[:, 0],
            visit=rows[:, 1],
            setting=rows[:, 2].astype(np.int16),
            kind=rows[:, 3].astype(np.int8),
            severity=severity,
            age_band=rows[:, 4].astype(np.int8),
            care_home=rows[:, 5].astype(np.bool_),
            requested=rows[:, 6],
            started=rows[:, 7],
            ready=rows[:, 8],
            ended=rows[:, 9],
            outcome=rows[:, 10].astype(np.int8),
            next_setting=rows[:, 11].astype(np.int16),
            reason=rows[:, 12].astype(np.int8),
            interrupted_seconds=rows[:, 13],
            candidate=rows[:, 14],
        )

    def contact_table(self) -> NDArray[np.int64]:
        """(months, settings, bands) starts of visits by residents."""
        return np.array(self.contacts, np.int64).reshape(self._shape)

    def turned_away_table(self) -> NDArray[np.int64]:
        """(months, settings, bands) residents turned away."""
        return np.array(self.turned_away, np.int64).reshape(self._shape)
