"""Where patients go: ribbons from home through hospital and back, as wide as the number of patients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from outputs import words
from outputs.comparison import Comparison
from outputs.figures.chart import Chart
from outputs.figures.plot import NARROW, SMALL, TINY
from outputs.figures.scene import SOFT_INK, Bar, Mark, Ribbon, Scene, Words
from outputs.measures.moves import ARROW

NAME = "flow_chart"
MEASURE = "patient_moves"
BEFORE, AFTER = "from ", "to "
COLUMNS = (
    ("from home", "from care home"),
    ("type 1 A&E", "walk-in or minor-injury unit"),
    ("same-day emergency care",),
    ("hospital ward",),
    ("hospital at home", "intermediate-care bed", "reablement or care package"),
    ("to home", "to care home", "to died"),
)
"""Kinds of places from left to right; residences stand on both sides, as where people come from and go."""
ACROSS = (0.0, 0.2, 0.36, 0.54, 0.74, 1.0)
"""Where the columns stand, as shares of the width."""
TITLES = {"from home": "Home", "from care home": "Care home", "to home": "Home", "to care home": "Care home",
          "to died": "Died", "same-day emergency care": "Same-day care", "walk-in or minor-injury unit": "Walk-in unit",
          "reablement or care package": "Reablement or package"}
SHORT = {"type 1 A&E": "A&E", "same-day emergency care": "Same-day", "hospital ward": "Ward",
         "walk-in or minor-injury unit": "Walk-in", "hospital at home": "At home", "intermediate-care bed": "Step-down",
         "reablement or care package": "Support"}
"""Names where there is little room; those of the wide drawing and the table are whole."""
COLOURS = {"type 1 A&E": "#c04a00", "walk-in or minor-injury unit": "#866300", "hospital ward": "#005eb8",
           "same-day emergency care": "#3a7ca5", "hospital at home": "#007f61", "intermediate-care bed": "#a1407c",
           "reablement or care package": "#007f61", "from care home": "#a1407c"}
USUAL = "#768692"
HEIGHT, TOP = 380.0, 16.0
NODE, GAP = 12.0, 16.0
SMALLEST_SHARE = 0.002
"""Moves of a smaller share of the largest are not drawn; the table under the chart has them."""


@dataclass(frozen=True)
class _Place:
    """Where a kind of place is drawn, and how much of its edges is taken."""

    x: float
    y: float
    height: float


def flow_chart(comparison: Comparison) -> Chart | None:
    """Moves a year of the first scenario; the table has every scenario's. None when moves were not counted."""
    data = _moves(comparison)
    if data.empty:
        return None
    first = comparison.scenarios[0]
    flows = {
        (str(row["from"]), str(row["to"])): float(row["mean"])
        for row in data[data["scenario"] == first.id].to_dict("records")
    }

    def draw(width: float) -> Scene:
        return _sankey(width, _in_columns(flows))

    caption = (f"{first.title}, {comparison.period.name}: patients a year who move from one kind of place to another; "
               f"ribbons are as wide as their number. Contacts by telephone and in general practice are not drawn. "
               f"{words.about_the_place(first)} Averages of {words.run_count(comparison)}.")
    return Chart(NAME, _finding(flows), caption, data, draw, "flows", "to", "from")


def _moves(comparison: Comparison) -> pd.DataFrame:
    table = comparison.levels
    own = table[(table["measure"] == MEASURE) & (table["period"] == comparison.period.name)]
    ends = own["stratum"].str.split(ARROW, n=1, expand=True)
    if own.empty:
        return pd.DataFrame()
    found = own[["scenario", "period", "mean", "low", "high"]].copy()
    found["from"], found["to"], found["unit"] = ends[0], ends[1], "moves a year"
    return found.reset_index(drop=True)


def _in_columns(flows: Mapping[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """Flows between kinds as drawn: a residence is another on the left than on the right; small flows left out."""
    least = SMALLEST_SHARE * max(flows.values())
    column = {name: place for place, names in enumerate(COLUMNS) for name in names}
    found = {}
    for (source, target), number in flows.items():
        start = source if source in column else f"{BEFORE}{source}"
        stop = target if target in column else f"{AFTER}{target}"
        if number >= least and start in column and stop in column and column[start] < column[stop]:
            found[start, stop] = number
    return found


def _finding(flows: Mapping[tuple[str, str], float]) -> str:
    admitted = sum(number for (_, target), number in flows.items() if target == "hospital ward")
    through = flows.get(("type 1 A&E", "hospital ward"), 0.0)
    home = sum(number for (source, target), number in flows.items()
               if source == "hospital ward" and target == "home")
    left = sum(number for (source, _), number in flows.items() if source == "hospital ward")
    if not admitted or not left:
        return "Where patients go"
    return (f"{words.percent(through / admitted)} of those who reach a ward come through A&E; "
            f"{words.percent(home / left)} of those who leave one go straight home")


def _sankey(width: float, flows: Mapping[tuple[str, str], float]) -> Scene:
    narrow = width < NARROW
    through = {name: max(sum(n for (s, _), n in flows.items() if s == name),
                         sum(n for (_, t), n in flows.items() if t == name))
               for names in COLUMNS for name in names}
    used = [[name for name in names if through[name] > 0.0] for names in COLUMNS]
    room = [HEIGHT - TOP - GAP * (len(names) + 0.0) for names in used]
    per_patient = min(space / max(sum(through[name] for name in names), 1.0)
                      for space, names in zip(room, used, strict=True) if names)
    places = _placed(width, used, through, per_patient)
    marks: list[Mark] = list(_ribbons(flows, places, per_patient))
    for column, names in enumerate(used):
        for name in names:
            marks += _node(name, places[name], through[name], column, narrow=narrow)
    return Scene(width, HEIGHT + 8.0, tuple(marks))


def _placed(
    width: float, used: Sequence[Sequence[str]], through: Mapping[str, float], per_patient: float
) -> dict[str, _Place]:
    places = {}
    for column, names in enumerate(used):
        x = ACROSS[column] * (width - NODE)
        tall = sum(through[name] * per_patient for name in names) + GAP * (len(names) - 1)
        y = TOP + (HEIGHT - TOP - tall) / 2.0
        for name in names:
            places[name] = _Place(x, y, max(through[name] * per_patient, 2.0))
            y += places[name].height + GAP
    return places


def _ribbons(
    flows: Mapping[tuple[str, str], float], places: Mapping[str, _Place], per_patient: float
) -> list[Ribbon]:
    """Flows in the order of where they end, so that ribbons cross as little as may be."""
    down = dict.fromkeys(places, 0.0)
    up = dict.fromkeys(places, 0.0)
    found = {}
    for source, target in sorted(flows, key=lambda pair: (places[pair[0]].x, places[pair[1]].y, places[pair[1]].x)):
        thick = flows[source, target] * per_patient
        found[source, target] = (places[source].y + down[source] + thick / 2.0, thick)
        down[source] += thick
    ribbons = []
    for source, target in sorted(flows, key=lambda pair: (places[pair[0]].y, places[pair[0]].x)):
        start, thick = found[source, target]
        stop = places[target].y + up[target] + thick / 2.0
        up[target] += thick
        says = f"{_title(source)} to {_title(target).lower()}: {words.number(flows[source, target])} a year"
        shade = COLOURS.get(source, COLOURS.get(target, USUAL) if source.startswith(BEFORE) else USUAL)
        ribbons.append(Ribbon((places[source].x + NODE, start), (places[target].x, stop), max(thick, 0.8), shade, says))
    return ribbons


def _node(name: str, place: _Place, number: float, column: int, *, narrow: bool) -> list[Mark]:
    colour = COLOURS.get(name, SOFT_INK)
    says = f"{_title(name)}: {words.number(number)} a year"
    marks: list[Mark] = [Bar(place.x, place.y, NODE, place.height, colour, says, rounded=2.0)]
    text = f"{SHORT.get(name, _title(name)) if narrow else _title(name)} {words.number(number)}"
    size = TINY if narrow else SMALL
    if column == len(COLUMNS) - 1:
        marks.append(Words(place.x + NODE, place.y - 4.0, text, size, "end", bold=True))
    else:
        marks.append(Words(place.x, place.y - 4.0, text, size, bold=True))
    return marks


def _title(name: str) -> str:
    found = TITLES.get(name, name)
    return found[:1].upper() + found[1:]
