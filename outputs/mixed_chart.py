"""The chart of mixes of services: what the money buys, foretold for every spend and as found in fresh runs."""

from __future__ import annotations

from outputs import words
from outputs.figures.chart import Chart
from outputs.figures.plot import SMALL, Scale, foot_axis, haloed, level_axis, look, span
from outputs.figures.scene import SOFT_INK, Anchor, Area, Dot, Line, Mark, Scene, Words, lines_of
from outputs.mixed import Mixed, mixes_table
from outputs.ranges import spread
from outputs.ranked import in_middle, in_pounds

NAME = "mixes_chart"
HEIGHT, TOP, FOOT, LEFT, LEGEND_LINE = 340.0, 34.0, 56.0, 62.0, 18.0
THOUSAND = 1000.0


def mixes_chart(found: Mixed) -> Chart:
    """Money across; what it does up: the foretold front as a line, what was run again as numbered dots with ranges."""
    best = found.best
    measure = in_middle(found.measure.title)
    title = f"No mix for this money surely means {found.better} {measure}"
    if found.is_on_front(best):
        title = f"For {in_pounds(best.spend_gbp)} a year, {found.name(best)} does most for {found.better} {measure}"
    caption = (f"{found.place} {found.measure.title}, {found.period}, against doing nothing. Line and band: the front "
               "as the response foretells it, average and 8-in-10 range over assumptions. Dots and bars: mixes run "
               "again on runs that built nothing, with the same ranges; hollow: something as cheap does as well.")
    return Chart(NAME, title, caption, mixes_table(found), lambda width: _drawn(width, found), "lines", "mix",
                 "spend_gbp_a_year")  # fmt: skip


def _drawn(width: float, found: Mixed) -> Scene:
    scale = 100.0 if found.measure.unit == "share" else 1.0
    foot, right = HEIGHT - FOOT, width - 18.0
    front = found.front
    told = [spread(one.values) for one in found.mixes]
    ends = [end * scale for one in told for end in (one.low, one.high)]
    low, high = span([*ends, *(scale * front["low"]), *(scale * front["high"]), 0.0])
    up = Scale(low, high, foot, TOP)
    across = Scale(*span([0.0, *front["spend_gbp_a_year"] / THOUSAND, found.budget_gbp / THOUSAND]), LEFT + 6.0, right)
    unit = "percentage points" if found.measure.unit == "share" else words.unit_of_difference(found.measure)
    marks: list[Mark] = [Words(0.0, 12.0, f"{unit}, against doing nothing", SMALL, colour=SOFT_INK)]
    marks += foot_axis(across, TOP, foot, signed=False)
    marks += level_axis(up, LEFT, right, signed=True)
    marks.append(Line(((LEFT, up(0.0)), (right, up(0.0))), SOFT_INK, 1.0))
    xs = [across(value / THOUSAND) for value in front["spend_gbp_a_year"]]
    lower, upper = ([up(scale * value) for value in front[end]] for end in ("low", "high"))
    marks.append(Area((*zip(xs, upper, strict=True), *reversed(tuple(zip(xs, lower, strict=True)))),
                      look(1).colour, 0.12, 1))  # fmt: skip
    middle = tuple(zip(xs, (up(scale * value) for value in front["mean"]), strict=True))
    marks.append(Line(middle, look(1).colour, 1.8, (), 0.9, 1))
    for place, (one, its) in enumerate(zip(found.mixes, told, strict=True), start=1):
        x, colour = across(one.spend_gbp / THOUSAND), look(2).colour
        marks.append(Line(((x, up(its.low * scale)), (x, up(its.high * scale))), colour, 2.0, (), 0.6, 2))
        says = f"{found.name(one)}: {words.with_range(its, found.measure.decimals, scale=scale)}"
        marks.append(Dot(x, up(its.mean * scale), colour, 5.0, look(2).sign, says, not found.is_on_front(one), 2))
        side: Anchor = "end" if place % 2 else "start"
        beside = -8.0 if place % 2 else 8.0
        marks += haloed(Words(x + beside, up(its.mean * scale) - 7.0, str(place), SMALL, side, bold=True))
    marks.append(Words((LEFT + right) / 2.0, HEIGHT - 14.0, "£1,000 a year", SMALL, "middle", SOFT_INK))
    y = HEIGHT + LEGEND_LINE
    for place, one in enumerate(found.mixes, start=1):
        marks.append(Words(14.0, y, str(place), SMALL, "end"))
        for line in lines_of(found.name(one), width - 24.0, SMALL):
            marks.append(Words(24.0, y, line, SMALL))
            y += LEGEND_LINE
    return Scene(width, y, tuple(marks))
