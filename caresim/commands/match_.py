"""`caresim match`: how well a place of one's own fits what is known of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import click

from caresim.columns import in_columns
from caresim.screen import show

if TYPE_CHECKING:
    from scenarios.resolved import Place, Resolved

LARGEST = 50_000
"""People of the run that shows the fit; a larger place is shown by a part of it of this size."""
SEED = 1
MEASURED = {
    "emergency admissions": "emergency_admissions_per_1000",
    "A&E attendances": "ae_attendances_per_1000",
    "emergency bed days": "emergency_bed_days_per_1000",
}
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
    model = _measured(part)
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
        scale = place.people / part.place.people
        today = [(what, f"{place.levels[what]:,.0f}", f"{model[what] * scale:,.0f}")
                 for what in SHOWN_TODAY if what in place.levels]
        lines += ["", in_columns(today, ("at a time", "yours, today", "model, on average")),
                  "A run starts from a usual year of the model, not from your census of today."]
    lines += ["", *(f"Assumed: {text}." for text in place.assumed)]
    return "\n".join(lines).rstrip()


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


def _measured(resolved: Resolved) -> dict[str, float]:
    """Levels of one run, and what of it may be compared with today."""
    from outputs.measures.registry import measure
    from outputs.measures.view import build_view
    from outputs.prices import load_prices
    from scenarios.build_model import build
    from scenarios.matching import OCCUPIED, READY
    from simulation.run import simulate

    result = simulate(build(resolved, seed=SEED, replication=0), SEED, 0)
    view = build_view(result, resolved, load_prices(resolved))
    period = view.years[0]

    def value(name: str) -> float:
        return measure(name).values(view, period)["all"]

    found = {words: value(name) for words, name in MEASURED.items()}
    beds = value("emergency_beds_occupied") + value("elective_beds_occupied") + value("other_beds_occupied")
    fit = value("medically_fit_days_per_1000") * resolved.place.people / 1000.0 / 365.25
    return {**found, OCCUPIED: beds, READY: fit}
