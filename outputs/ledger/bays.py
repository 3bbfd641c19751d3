"""Beds become cash a bay at a time: a bay closes only after beds have been to spare for months, and opens again.

What is compared is beds that anybody takes, so beds that refill with other patients are not to spare: they are
activity, never cash. The rule works both ways: a plan that takes a bay more than the reference for as long has to staff
one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def bays_closed(reference: Floats, taken: Floats, bay_beds: float, months_of_slack: int, first_month: int) -> Ints:
    """(months,) bays shut in each month compared with the reference; below zero, bays more.

    In a month so many bays are shut as could have been shut in each of the months of slack before it. A month without
    beds to spare opens them again.

    Args:
        reference: (months,) beds that anybody takes in the reference run.
        taken: (months,) the same in the scenario's run.
        bay_beds: beds of a bay.
        months_of_slack: how many months in a row beds must have been to spare.
        first_month: index of the first month of change; before it every bay is as it was.
    """
    freed = (reference - taken) / bay_beds
    closed = np.zeros(len(freed), np.int64)
    for month in range(first_month + months_of_slack, len(freed)):
        before = freed[month - months_of_slack : month]
        closed[month] = max(0, int(np.floor(before.min()))) - max(0, int(np.floor((-before).min())))
    return closed
