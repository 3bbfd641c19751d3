"""`caresim match`: how well a place of one's own fits what is known of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import click

from caresim.columns import in_columns
from caresim.screen import show

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    from scenarios.resolved import Place, Resolved

LARGEST = 250_000
"""People of the run that shows the fit; a larger place is shown by a part of it of this size."""
SEED = 1
MEASURED = {
    "emergency admissions": "emergency_admissions_per_1000",
    "A&E attendances": "ae_attendances_per_1000",
    "emergency bed days": "emergency_bed_days_per_1000",
}
PER_THOUSAND, DAYS_PER_YEAR = 1000.0, 365.25
TENTHS = (0.1, 0.9)
HEADINGS = ("per 1,000 people a year", "yours", "model", "England at your ages", "gap")


@click.command("match")
@click.argument("place", metavar="PLACE")
def command(place: str) -> None:
    """Run one year of PLACE as it is, and show its levels beside what you know (match: in place.yaml) and England's."""
    show(matched(place))


def matched(name: str) -> str:
    """What `caresim match` prints.

    Raises:
        BadInput: when there is no such place, or its levels cannot be used.
    """
    from scenarios.evidence import load
    from scenarios.matching import MATCHED, SHOWN_TODAY, expected_levels
    from scenarios.resolve import resolve
    from scenarios.resolved import Window

    resolved = resolve("do-nothing", place=name)
    place = resolved.place
    year = int(place.year[:4])
    first, last = date(year, 4, 1), date(year + 1, 4, 1)
    window = Window(date(year - 1, 4, 1), first, last, last)
    part = _part_of(replace(resolved, window=window))
    model, days = _measured(part)
    england = expected_levels(place, load())
    rows = []
    for measure in MATCHED:
        own = place.levels.get(measure)
        value = model[measure]
        gap = f"{(value / own - 1.0) * 100.0:+.1f} %" if own else ""
        rows.append((measure, f"{own:.1f}" if own else "-", f"{value:.1f}", f"{england[measure]:.1f}", gap))
    lines = [f"{place.title}, {place.people:,} people, {place.year}. One run of one year"
             + (f", of a part with {part.place.people:,} people." if part.place.people < place.people else "."),
             in_columns(rows, HEADINGS)]
    if any(what in place.levels for what in SHOWN_TODAY):
        lines += ["", *_today(place, days, place.people / part.place.people)]
        lines += _if_every_day_were_like_today(place, model, days, place.people / part.place.people)
    lines += ["", *(f"Assumed: {text}." for text in place.assumed)]
    return "\n".join(lines).rstrip()


def _today(place: Place, days: Mapping[str, NDArray[np.int64]], scale: float) -> list[str]:
    """Today beside the days of the model's year."""
    from scenarios.matching import SHOWN_TODAY

    rows = []
    for what in SHOWN_TODAY:
        if what not in place.levels:
            continue
        own, usual = place.levels[what], days[what] * scale
        low, high = _eight_in_ten(usual)
        said = "a usual day" if low <= own <= high else "fewer than usual" if own < low else "more than usual"
        rows.append((what, f"{own:,.0f}", f"{usual.mean():,.0f}", f"{low:,.0f} to {high:,.0f}", said))
    return [in_columns(rows, ("at a time", "yours, today", "model, on average", "8 days in 10", "yours is")),
            "A run starts from a usual year of the model, not from your census of today: a number of beds does not",
            "say who lies in them, how ill they are or what they wait for."]


def _if_every_day_were_like_today(
    place: Place, model: Mapping[str, float], days: Mapping[str, NDArray[np.int64]], scale: float
) -> list[str]:
    """What to write where today is no exception, for a place that has not said how many bed days it has."""
    from scenarios.matching import BED_DAYS, OCCUPIED

    own, usual = place.levels.get(OCCUPIED), days[OCCUPIED] * scale
    if own is None or BED_DAYS in place.levels or _eight_in_ten(usual)[0] <= own <= _eight_in_ten(usual)[1]:
        return []
    others = usual.mean() - model[BED_DAYS] * place.people / PER_THOUSAND / DAYS_PER_YEAR
    level = (own - others) / place.people * PER_THOUSAND * DAYS_PER_YEAR
    return [f"If most days are like today, write under match: emergency bed days: {level:.0f} per 1,000 "
            f"(now {model[BED_DAYS]:.0f})."] if level > 0.0 else []


def _eight_in_ten(days: NDArray[np.floating[Any]]) -> tuple[float, float]:
    """The range in which 8 of 10 days lie."""
    import numpy as np

    low, high = np.quantile(days, TENTHS)
    return float(low), float(high)


def _part_of(resolved: Resolved) -> Resolved:
    """The same place, or a part of it that is small enough to be run at once."""
    place: Place = resolved.place
    share = min(1.0, LARGEST / place.people)
    if share == 1.0:
        return resolved
    cells = tuple(replace(cell, people=cell.people * share) for cell in place.population)
    services = {name: places * share for name, places in place.services.items()}
    plans = {name: tuple((day, places * share) for day, places in plan) for name, plan in place.plans.items()}
    beds = None if place.bed_people is None else place.bed_people * share
    part = replace(place, population=cells, services=services, plans=plans, bed_people=beds)
    return replace(resolved, place=part)


def _measured(resolved: Resolved) -> tuple[dict[str, float], dict[str, NDArray[np.int64]]]:
    """Levels of one run, and on each day of it what may be compared with today."""
    from outputs.measures.registry import measure
    from outputs.measures.view import build_view
    from outputs.prices import load_prices
    from scenarios.build_model import build
    from scenarios.matching import OCCUPIED, READY
    from simulation.calendar import SECONDS_PER_DAY
    from simulation.run import simulate

    result = simulate(build(resolved, seed=SEED, replication=0), SEED, 0)
    view = build_view(result, resolved, load_prices(resolved))
    period = view.years[0]

    def value(name: str) -> float:
        return measure(name).values(view, period)["all"]

    noon = result.calendar.day_start[period.from_day : period.to_day] + SECONDS_PER_DAY // 2
    return {words: value(name) for words, name in MEASURED.items()}, {
        OCCUPIED: _at(noon, view.beds.start, view.beds.end), READY: _at(noon, view.beds.ready, view.beds.end)}


def _at(ticks: NDArray[np.int64], start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """(ticks,) how many intervals are going on."""
    import numpy as np

    begun, over = (np.searchsorted(np.sort(each), ticks, side="right") for each in (start, end))
    return np.asarray(begun - over, np.int64)
