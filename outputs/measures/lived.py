"""Time that residents lived in the place, by age in years, sex and deprivation."""

from __future__ import annotations

import numpy as np

from outputs.measures.episodes import Ints
from outputs.measures.view import View
from outputs.periods import Period
from simulation.calendar import SECONDS_PER_YEAR

OLDEST_YEARS = 200
SEXES, FIFTHS = 2, 5
CELLS = SEXES * FIFTHS


def cell_of_resident(view: View) -> Ints:
    """(residents,) sex and fifth of each as one number: men from the most to the least deprived fifth, then women."""
    people = view.result.residents
    return view.once("cells", lambda: people.female.astype(np.int64) * FIFTHS + people.deprivation_fifth - 1)


def seconds_by_age(view: View, period: Period) -> Ints:
    """(OLDEST_YEARS, CELLS) seconds that residents lived in the place in a period at each age in whole years."""
    return view.once(("seconds by age", period), lambda: _seconds_by_age(view, period))


def _seconds_by_age(view: View, period: Period) -> Ints:
    people = view.result.residents
    first = np.maximum(np.maximum(people.entered, people.born), period.start)
    last = np.minimum(people.left, period.stop)
    rows = np.flatnonzero(last > first)
    born, cell, first, last = people.born[rows], cell_of_resident(view)[rows], first[rows], last[rows]
    lived = np.zeros((OLDEST_YEARS + 1) * CELLS)
    while len(first):
        age = (first - born) // SECONDS_PER_YEAR
        birthday = np.minimum(last, born + (age + 1) * SECONDS_PER_YEAR)
        lived += np.bincount(np.minimum(age, OLDEST_YEARS) * CELLS + cell, birthday - first, len(lived))
        more = np.flatnonzero(birthday < last)
        born, cell, first, last = born[more], cell[more], birthday[more], last[more]
    return lived.astype(np.int64).reshape(-1, CELLS)[:OLDEST_YEARS]
