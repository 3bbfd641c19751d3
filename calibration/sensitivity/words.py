"""What an analysis found, in plain English: what drives a result, what does not, and how much is chance."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from calibration.sensitivity.analysis import ASSUMPTIONS, CHANCE, TOGETHER, Analysis
from calibration.sensitivity.designs import Design
from calibration.sensitivity.inputs import DUMMY, STRUCTURE
from calibration.sensitivity.noise import RULE, Output
from calibration.sensitivity.screening import DELTA, PAWN, SIZE
from calibration.sensitivity.sobol_indices import TOTAL
from outputs import words
from outputs.measures.registry import MEASURES

MAIN_INDEX = {"sobol": TOTAL, "morris": SIZE, "pawn": PAWN, "delta": DELTA}
"""Index by which inputs are put in order."""
NAMED = 3
LARGER = "A larger place, or more runs of each point, would make chance smaller beside what is varied."
HALF = 0.5
METHOD_WORDS = {
    "sobol": "Sobol indices: the share of what varies that each assumption is behind, by itself and in all",
    "morris": "Morris's method: what one large step of each assumption does, from many starting points",
    "pawn": "PAWN: how far the whole spread of results moves when one assumption is pinned down",
    "delta": "delta: how much the whole spread of results shifts when one assumption is known",
    "preview": "a rough preview: each assumption at its low and its high end, one at a time",
}


def title_of(output: Output | tuple[str, str, str]) -> str:
    """An output as one says it: "the difference in emergency admissions, 2019/20"."""
    measure, of, period = (output.measure, output.of, output.period) if isinstance(output, Output) else output
    title = MEASURES[measure].title if measure in MEASURES else measure
    return f"{_of(of)} {title[:1].lower()}{title[1:]}, {period}".rstrip(", ")


def label(design: Design, name: str) -> str:
    """An input as it is called where there is little room: without its service, where the plan has only one."""
    services = {
        one.name.partition(".")[0] for one in design.inputs.every if not one.name.endswith("]") and "." in one.name
    }
    own = f"{next(iter(services))}." if len(services) == 1 else ""
    return " & ".join(part.removeprefix(own) for part in name.split(" & "))


def main_rows(analysis: Analysis, output: Output) -> pd.DataFrame:
    """Rows of the main index of one output, the largest first, the dummy last."""
    table = analysis.indices
    chosen = table[_is_of(table, output) & (table["index"] == MAIN_INDEX.get(analysis.design.method, ""))]
    order = chosen.sort_values("value", ascending=False, kind="stable")
    return pd.concat([order[order["input"] != DUMMY], order[order["input"] == DUMMY]])


def is_above_floor(row: pd.Series, floor: pd.Series) -> bool:
    """Whether an input does more than the dummy could: its range ends above nought and above the dummy's value."""
    return bool(row["low"] > max(float(floor["value"]), 0.0))


def finding(analysis: Analysis) -> list[str]:
    """One sentence or two for each output, differences first."""
    ordered = sorted(analysis.outputs, key=lambda one: one.of != "difference")
    return [_of_output(analysis, output) for output in ordered]


def headline(analysis: Analysis, output: Output) -> str:
    """What drives an output, short enough for a title."""
    rows = main_rows(analysis, output)
    if rows.empty:
        return _from_ends(analysis, output)
    drivers = [sentence(label(analysis.design, name)) for name in _drivers(rows)]
    what = title_of(output)
    if not drivers:
        return f"Nothing that was varied moves {what} by more than chance alone"
    if len(drivers) == 1:
        return f"{drivers[0]} drives {what}"
    return f"{drivers[0]} drives {what} most, then {drivers[1][:1].lower()}{drivers[1][1:]}"


def trust(analysis: Analysis) -> list[str]:
    """How far to trust it: emulators, failed runs, the floor, what was left as it is."""
    design, said = analysis.design, []
    said.append(
        f"{METHOD_WORDS[design.method]}. {len(design)} points of {design.runs} runs each; "
        f"{len(design.inputs.every) - 1} assumptions were varied, all others held at their best guess."
    )
    emulators = analysis.emulators
    for key, own in emulators.groupby(["measure", "of", "period"], sort=False):
        one = own.iloc[0]
        verdict = "may be used" if one["usable"] else "MAY NOT BE USED, and no index comes from it"
        measure, of, period = (str(part) for part in key)
        said.append(f"Emulator of {title_of((measure, of, period))}: {verdict}; {one['why']}.")
    failed = int(analysis.noise["failed"].max()) if len(analysis.noise) else 0
    if failed:
        said.append(f"{failed} points were left out. {RULE}")
    if design.method != "preview":
        said.append(
            "The dummy changes nothing that is modelled. What it seems to do is the floor: an assumption that "
            "does not clear it has not been shown to matter." + _on_morris(design)
        )
    if design.inputs.is_correlated:
        said.append("Assumptions that hang together are taken as one group: apart, their shares would mean nothing.")
    said.append(
        "Published totals are not solved again when an assumption moves, so levels move with it; differences "
        "between plan and doing nothing are hardly touched by that."
    )
    return said


def shares_in_words(analysis: Analysis, output: Output) -> str:
    """Where the spread of single runs comes from, in one sentence; empty where it is not known."""
    table = analysis.shares
    own = table[_is_of(table, output)] if len(table) else table
    if own.empty:
        return ""
    names = {
        CHANCE: "chance (the seed)",
        ASSUMPTIONS: "assumptions",
        STRUCTURE: "structure",
        TOGETHER: "assumptions and structure together",
    }
    parts = [f"{words.percent(float(row['share']))} {names[str(row['source'])]}" for row in own.to_dict("records")]
    return f"Of what makes single runs differ in {title_of(output)}: {_listed(parts)}."


def _of_output(analysis: Analysis, output: Output) -> str:
    rows = main_rows(analysis, output)
    what = title_of(output)
    if rows.empty:
        table = analysis.emulators
        if len(table):
            why = str(table[_is_of(table, output)]["why"].iloc[0])
            return (
                f"{sentence(what)}: no index can be given, because the emulator did not pass: {why}. "
                "More runs of each point (--runs), more points or --direct would help."
            )
        return f"{_from_ends(analysis, output)}."
    drivers = _drivers(rows)
    floor = rows[rows["input"] == DUMMY].iloc[0]
    quiet = len(rows) - 1 - len(drivers)
    if not drivers:
        none = f"none of {len(rows) - 1} clears the dummy's {_value(floor, analysis)}"
        return f"{headline(analysis, output)}: {none}. {LARGER}"
    named = [_named(rows.iloc[place], analysis) for place in range(min(NAMED, len(drivers)))]
    rest = f" {_count(quiet)} not clear the floor ({_value(floor, analysis)})." if quiet else ""
    driven = f"{sentence(what)} is driven by {_listed(named)}"
    return f"{driven}.{rest} {shares_in_words(analysis, output)}".strip()


def _from_ends(analysis: Analysis, output: Output) -> str:
    """The widest swing of a preview."""
    table = analysis.ends
    own = table[_is_of(table, output)] if len(table) else table
    if own.empty:
        return f"Nothing can be said of {title_of(output)}"
    swing = (own["at_high"] - own["at_low"]).abs()
    widest = own[own["input"] != DUMMY].assign(swing=swing).sort_values("swing", kind="stable").iloc[-1]
    chance = float(swing[own["input"] == DUMMY].iloc[0])
    said = "more" if float(swing.max()) > chance else "no more"
    name = sentence(label(analysis.design, str(widest["input"])))
    return f"{name} moves {title_of(output)} most, {said} than chance does"


def _drivers(rows: pd.DataFrame) -> list[str]:
    floor = rows[rows["input"] == DUMMY].iloc[0]
    return [str(row["input"]) for _, row in rows.iterrows() if row["input"] != DUMMY and is_above_floor(row, floor)]


def _named(row: pd.Series, analysis: Analysis) -> str:
    behind = {"sobol": "behind", "morris": "by"}.get(analysis.design.method, "at")
    return f"{label(analysis.design, str(row['input']))} ({behind} {_value(row, analysis)})"


def _value(row: pd.Series, analysis: Analysis) -> str:
    """An index with its range, shares of variance in per cent."""
    ends = [float(row[name]) for name in ("value", "low", "high")]
    if analysis.design.method == "sobol":
        value, low, high = (words.percent(end) for end in ends)
        return f"{value} of what varies, {low} to {high}"
    decimals = 2 if analysis.design.method in ("pawn", "delta") else _decimals(ends[0])
    value, low, high = (words.number(end, decimals) for end in ends)
    return f"{value}, {low} to {high}"


def _decimals(value: float) -> int:
    size = abs(value)
    return 0 if size >= 100.0 else 1 if size >= 1.0 else 3


def _on_morris(design: Design) -> str:
    if design.method != "morris":
        return ""
    return " Here its step changes the chance that people meet and nothing else, so its effect is that of chance."


def _is_of(table: pd.DataFrame, output: Output) -> pd.Series:
    found: pd.Series = (
        (table["measure"] == output.measure) & (table["of"] == output.of) & (table["period"] == output.period)
    )
    return found


def _of(of: str) -> str:
    return {"difference": "the difference in", "level": "the level of"}.get(of, of)


def sentence(text: str) -> str:
    """With a capital."""
    return f"{text[:1].upper()}{text[1:]}"


def _count(number: int) -> str:
    return f"{number} other{'s do' if number > 1 else ' does'}"


def _listed(parts: Iterable[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
