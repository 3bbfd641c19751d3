"""Tables for the screen, at most 100 columns wide."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

from outputs import words
from outputs.comparison import Comparison
from outputs.measures.measure import Measure
from outputs.measures.registry import MEASURES
from outputs.ranges import Spread
from outputs.words import NO_NUMBER, RICH, Symbols

WIDTH = 100
NARROW_NAME = 16
NARROW_VERDICT = 12
LEVEL_TITLE = 60
FEW_BEDS = 3.0


@dataclass(frozen=True)
class Block:
    """A table: header cells (each of one or two lines) and rows, the name of each first."""

    header: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]


def two_block(comparison: Comparison, symbols: Symbols = RICH, next_commands: Sequence[str] = ()) -> str:
    """The first screen: the whole area, then the people reached, then what it means.

    Args:
        comparison: with a reference.
        symbols: signs that the screen can show; see `words.symbols_for`.
        next_commands: commands to offer at the end.
    """
    lines = [
        words.about_the_place(comparison.scenarios[0]),
        f"{words.about_the_period(comparison)}. {words.about_growth(comparison)}".strip(),
        words.about_runs(comparison, symbols),
    ]
    blocks = [_whole_area(comparison, symbols)]
    if not comparison.reached.empty:
        blocks.append(_among_those_reached(comparison))
    lines += _laid_out(blocks)
    meaning = words.meaning(comparison)
    if meaning:
        lines += textwrap.wrap(f"What it means: {meaning}", WIDTH)
    if next_commands:
        lines += textwrap.wrap(f"Next:  {'  |  '.join(next_commands)}", WIDTH, break_on_hyphens=False)
    return "\n".join(lines)


def levels(comparison: Comparison, symbols: Symbols = RICH) -> str:
    """Levels of one scenario: each measure with its range and simulation error, by topic."""
    scenario = comparison.scenarios[0]
    lines = [
        words.about_the_place(scenario),
        f"{scenario.title}. {words.about_the_period(comparison)}. {words.about_growth(comparison)}".strip(),
        words.about_runs(comparison, symbols)
        + (f" {symbols.plus_minus} = simulation error of the average." if comparison.runs > 1 else ""),
    ]
    shown = [measure for measure in MEASURES.values() if measure.headline]
    for topic, measures in groupby(shown, key=lambda measure: measure.topic):
        rows = [line for measure in measures if (line := _level_line(comparison, measure, symbols))]
        if rows:
            lines += ["", topic.upper(), *rows]
    covered = comparison.level(scenario.id, "spending_covered_share")
    if covered is not None:
        share = words.percent(covered.mean)
        lines += ["", f"The model covers {share} of England's spending on health and adult social care per head."]
    return "\n".join(lines)


def _whole_area(comparison: Comparison, symbols: Symbols) -> Block:
    header = (
        ("WHOLE AREA", ""), ("Emergency", "admissions"), ("Growth", "a year"), ("Beds in", "use"),
        ("Net cost", f"{symbols.pound}m a year"), ("Verdict on", "admissions"),
    )
    reference = comparison.scenario(str(comparison.reference))
    admissions, growth, beds = (
        comparison.level(reference.id, name) for name in (words.ADMISSIONS, words.GROWTH, words.BEDS)
    )
    first = (
        reference.title,
        NO_NUMBER if admissions is None else words.number(admissions.mean),
        NO_NUMBER if growth is None else f"{words.number(growth.mean, 1, signed=True)} %",
        NO_NUMBER if beds is None else words.number(beds.mean),
        NO_NUMBER,
        "",
    )
    rows = [first]
    costs = [found for one in comparison.others() if (found := comparison.difference(one.id, words.NET_COST))]
    cost_decimals = 1 if any(max(-cost.low, cost.high) >= words.MILLION for cost in costs) else 2
    for one in comparison.others():
        change = comparison.difference(one.id, words.GROWTH)
        beds_change = comparison.difference(one.id, words.BEDS)
        rows.append((
            one.title,
            words.with_range(comparison.difference(one.id, words.ADMISSIONS)),
            NO_NUMBER if change is None else f"{words.number(change.mean, 1, signed=True)} points",
            words.with_range(beds_change, _decimals_for(beds_change)),
            words.with_range(comparison.difference(one.id, words.NET_COST), cost_decimals, scale=1.0 / words.MILLION),
            comparison.verdict(one.id, words.ADMISSIONS),
        ))
    return Block(header, tuple(rows))


def _among_those_reached(comparison: Comparison) -> Block:
    header = (
        ("AMONG THOSE REACHED", ""), ("People at", "a time"), ("True effect", ""),
        ("Before-and-after", "would claim"), ("Most it could do,", "whole area"),
    )
    rows = []
    for row in comparison.reached.to_dict("records"):
        scenario = comparison.scenario(row["scenario"])
        team = next(plan for plan in scenario.interventions if plan.id == row["team"])
        rows.append((
            scenario.title if len(scenario.interventions) == 1 else team.title,
            words.number(row["people_at_a_time"]),
            words.percent_with_range(
                row["true_effect"], row["true_effect_low"], row["true_effect_high"], comparison.runs
            ),
            words.percent(row["before_and_after"], signed=True),
            words.percent(row["ceiling"], signed=True),
        ))
    return Block(header, tuple(rows))


def _level_line(comparison: Comparison, measure: Measure, symbols: Symbols) -> str:
    found = comparison.level(comparison.scenarios[0].id, measure.id)
    if found is None:
        return ""
    value, low, high = (words.in_unit(x, measure, symbols) for x in (found.mean, found.low, found.high))
    error = "" if math.isnan(found.simulation_error) else (
        symbols.plus_minus + words.in_unit(found.simulation_error, measure, symbols)
    )
    title = textwrap.shorten(measure.title, LEVEL_TITLE, placeholder="...")
    between = f"[{low}, {high}]" if found.runs > 1 else ""
    return f"{title:<{LEVEL_TITLE}}{value:>10} {between:>20} {error}"[:WIDTH].rstrip()


def _decimals_for(beds: Spread | None) -> int:
    """One decimal for small numbers of beds."""
    return 1 if beds is not None and max(-beds.low, beds.high) < FEW_BEDS else 0


def _laid_out(blocks: Sequence[Block]) -> list[str]:
    """Lines of blocks one under another: two spaces between columns where they fit, else one, else words wrapped."""
    lines: list[str] = []
    layouts = ((2, WIDTH, WIDTH), (1, WIDTH, WIDTH), (1, NARROW_NAME, WIDTH), (1, NARROW_NAME, NARROW_VERDICT))
    for gap, most_of_name, most_of_last in layouts:
        names = [part for block in blocks for cell in _first_column(block) for part in _wrapped(cell, most_of_name)]
        name_width = max(len(name) for name in names)
        lines = [line for block in blocks for line in _lines(block, gap, name_width, most_of_last)]
        if max(len(line) for line in lines) <= WIDTH:
            break
    return lines


def _lines(block: Block, gap: int, name_width: int, last_width: int) -> list[str]:
    """Lines of a block whose first and last columns are at most so wide; longer ones go on below."""
    rows = [[_wrapped(block.header[0][0], name_width), *(list(cell) for cell in block.header[1:])]]
    for row in block.rows:
        rows.append([_wrapped(row[0], name_width), *([cell] for cell in row[1:-1]), _wrapped(row[-1], last_width)])
    widths = [name_width, *(max(len(line) for row in rows for line in row[i]) for i in range(1, len(block.header)))]
    return [
        (" " * gap).join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for row in rows
        for line in zip_longest(*row, fillvalue="")
    ]


def _first_column(block: Block) -> list[str]:
    return [block.header[0][0], *(row[0] for row in block.rows)]


def _wrapped(name: str, width: int) -> list[str]:
    return textwrap.wrap(name, width, break_long_words=True) or [""]
