"""Care that people used, by item of the price list, period and person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outputs.measures.activity import admitted, attending
from outputs.measures.cost import units_of_care
from outputs.measures.episodes import Ints, tagged
from outputs.measures.view import View, nights_within
from outputs.periods import Period
from outputs.prices import Price
from simulation.calendar import SECONDS_PER_DAY

SECONDS_OF = {"days": float(SECONDS_PER_DAY), "weeks": 7.0 * SECONDS_PER_DAY}

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CareUsed:
    """Units of care in some periods; a row is what one person used of one item in one period.

    Attributes:
        items: of the price list.
        item, period: (rows,) indices; rows are in order of item, period and person.
        person: (rows,) who.
        amount: (rows,) units.
        total: (items, periods) units of everybody, those included that are counted but not kept by person.
        price: (items,) pounds a unit, full average cost.
        marginal: (items,) pounds a unit that one unit more or less changes.
    """

    items: tuple[str, ...]
    item: Ints
    period: Ints
    person: Ints
    amount: Floats
    total: Floats
    price: Floats
    marginal: Floats


def care_used(view: View, periods: Sequence[Period]) -> CareUsed:
    """Care of residents in some periods, at the prices of a view."""
    prices = view.prices.prices
    blocks = [
        (item, number, *_by_person(*_units(view, period, price)))
        for item, price in enumerate(prices)
        for number, period in enumerate(periods)
    ]
    total = np.zeros((len(prices), len(periods)))
    for number, period in enumerate(periods):
        units = units_of_care(view, period)
        total[:, number] = [units[price.item] for price in prices]
    return CareUsed(
        items=tuple(price.item for price in prices),
        item=_filled((item, len(person)) for item, _, person, _ in blocks),
        period=_filled((number, len(person)) for _, number, person, _ in blocks),
        person=np.concatenate([np.zeros(0, np.int64), *(person for _, _, person, _ in blocks)]),
        amount=np.concatenate([np.zeros(0), *(amount for _, _, _, amount in blocks)]),
        total=total,
        price=np.array([price.value.best for price in prices]),
        marginal=np.array([price.value.best * price.marginal_share.best for price in prices]),
    )


def _units(view: View, period: Period, price: Price) -> tuple[Ints, Floats]:
    """Who used an item in a period, and how much of it, a row a stay or event; none for contacts without a stay."""
    if price.counts in SECONDS_OF:
        return _time_in(view, period, price)
    if price.counts == "contacts":
        return _starts(view, period, price.tag)
    if price.counts == "admission_nights":
        nights = nights_within(view.admissions.begin_day, view.admissions.end_day, period)
        spent = np.flatnonzero(nights)
        return view.admissions.person[spent], nights[spent].astype(np.float64)
    if price.counts in ("admissions_zero_day", "admissions_overnight"):
        rows = admitted(view, period)
        rows = rows[view.zero_day[rows] == (price.counts == "admissions_zero_day")]
        return view.admissions.person[rows], np.ones(len(rows))
    rows = attending(view, period)
    type1, was_admitted = view.attendances.type1[rows], view.attendances.admitted[rows]
    chosen = {"type1_admitted": type1 & was_admitted, "type1_not_admitted": type1 & ~was_admitted}
    rows = rows[chosen.get(price.counts, ~type1)]
    return view.attendances.person[rows], np.ones(len(rows))


def _time_in(view: View, period: Period, price: Price) -> tuple[Ints, Floats]:
    rows, end = view.resident_stays(price.tag)
    start = view.result.stays.started[rows]
    seconds = np.minimum(end, period.stop) - np.maximum(start, period.start)
    inside = (seconds > 0) & (end > start)
    return view.result.stays.person[rows[inside]], seconds[inside] / SECONDS_OF[price.counts]


def _starts(view: View, period: Period, tag: str) -> tuple[Ints, Floats]:
    """Stays that start in a period in settings that carry a tag and are no wards: their contacts."""
    rows, _ = view.resident_stays(tag)
    stays = view.result.stays
    ward = tagged(view.result.settings, "ward")[stays.setting[rows]]
    started = stays.started[rows]
    rows = rows[~ward & (started >= period.start) & (started < period.stop)]
    return stays.person[rows], np.ones(len(rows))


def _by_person(person: Ints, amount: Floats) -> tuple[Ints, Floats]:
    """Amounts added up by person."""
    persons, number = np.unique(person, return_inverse=True)
    return persons, np.asarray(np.bincount(number, weights=amount, minlength=len(persons)), np.float64)


def _filled(blocks: Iterator[tuple[int, int]]) -> Ints:
    """Each number so many times."""
    return np.concatenate([np.zeros(0, np.int64), *(np.full(size, number, np.int64) for number, size in blocks)])
