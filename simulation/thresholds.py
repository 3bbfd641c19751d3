"""Severities at which one kind of care gives way to the next, as they are in a month."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.calendar import DAYS_PER_YEAR, SECONDS_PER_DAY, Calendar
from simulation.network import Network


def thresholds_of(network: Network, calendar: Calendar, month: int) -> NDArray[np.float64]:
    """(kinds, bands, 5) thresholds in force in a month; they stay in order however far they drift."""
    middle = int(calendar.month_start[month] + calendar.month_start[month + 1]) // 2
    years = (middle - network.threshold_base_tick) / (DAYS_PER_YEAR * SECONDS_PER_DAY)
    now = np.clip(network.thresholds + years * network.threshold_slope, 0.0, 1.0)
    return np.minimum.accumulate(now[:, :, ::-1], axis=2)[:, :, ::-1]
