"""What runs of a network show, as a table for the screen: at most 100 columns, one block for each question."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from outputs.network_measures import EVERYBODY, NETWORK, OF_NETWORK, OF_PLACES, OF_SETTING, Key
from outputs.network_study import Interval, NetworkResult, interval
from outputs.network_words import MONEY, SHARES, WAITED_OVER, time_in_words
from outputs.words import NO_NUMBER, RICH, Symbols

WIDTH = 100
LONGEST_NAME = 28
GAP = "  "
FEW_DIGITS = 4
TRIFLE = 0.02
"""Share of those who ask by which a queue may grow without a note."""


@dataclass(frozen=True)
class Column:
    """A measure and the heading that it stands under.

    Attributes:
        heading: short words.
        measure: id.
        ranged: whether its 95 % interval is shown beside it.
    """

    heading: str
    measure: str
    ranged: bool = False


@dataclass(frozen=True)
class Block:
    """Columns that answer one question about the settings, or places, of a network."""

    title: str
    scope: str
    columns: tuple[Column, ...]


FLOWS = Block(
    "PATIENTS A DAY",
    OF_SETTING,
    (
        Column("ask", "arrivals"), Column("start", "started"), Column("leave", "throughput"),
        Column("ask again", "asked_again"), Column("passed on", "passed_on"), Column("lost", "lost"),
        Column("give up", "gave_up"),
    ),
)  # fmt: skip
STAYS = Block(
    "TIME THERE",
    OF_SETTING,
    (Column("stay", "stay_mean", ranged=True), Column("care", "service_mean"), Column("kept after", "blocked_mean")),
)
NUMBERS = Block(
    "NUMBER THERE",
    OF_SETTING,
    (
        Column("mean", "present", ranged=True), Column("95 % of time", "present_95%"), Column("most", "present_most"),
        Column("care over", "blocked"), Column("waiting", "waiting", ranged=True),
    ),
)  # fmt: skip
PLACES = Block(
    "PLACES",
    OF_PLACES,
    (
        Column("open", "places"), Column("taken", "present"), Column("in use", "utilisation", ranged=True),
        Column("all taken", "full", ranged=True), Column("95 % of time", "present_95%"),
    ),
)  # fmt: skip
COSTS = Block("POUNDS A DAY", OF_SETTING, (Column("cost", "cost", ranged=True), Column("of delay", "cost_of_delay")))


def screen(result: NetworkResult, symbols: Symbols = RICH) -> str:
    """Everything that matters at a glance; the files have the rest."""
    lines = textwrap.wrap(f"{result.file.title}. {_about(result)}", WIDTH)
    if len(result.runs) > 1:
        lines.append("[..] = 95 % interval of the mean over runs: simulation error, and nothing else.")
    for block in (FLOWS, _waits(result), STAYS, NUMBERS, PLACES, COSTS):
        lines += _laid_out(result, block)
    return "\n".join([*lines, *_whole(result, symbols), *_growing(result)])


def _about(result: NetworkResult) -> str:
    plan = result.file.plan
    counted = f"{time_in_words(plan.length).capitalize()} counted from {plan.start:%d %B %Y %H:%M}"
    found = ", found by MSER-5" if plan.finds_warm_up else ""
    after = f", after a warm-up of {time_in_words(plan.warm_up)}{found}" if plan.warm_up or found else ""
    runs = "one run" if len(result.runs) == 1 else f"{len(result.runs)} runs"
    return f"{counted}{after}; {runs}. Times are in {plan.unit}."


def _waits(result: NetworkResult) -> Block:
    over = [
        Column(f"over {time_in_words(seconds)}", f"{WAITED_OVER}{seconds}") for seconds in result.file.plan.waits_over
    ]
    columns = (
        Column("mean", "wait_mean", ranged=True), Column("waited", "waited"), Column("half within", "wait_50%"),
        Column("9 in 10", "wait_90%"), Column("19 in 20", "wait_95%"), *over[:2],
    )  # fmt: skip
    return Block("WAIT OF THOSE WHO START", OF_SETTING, columns)


def _laid_out(result: NetworkResult, block: Block) -> list[str]:
    """Lines of a block; columns and rows that have nothing to say are left out."""
    rows = list(_rows(result, block))
    shown = [
        column for column in block.columns
        if any(_says_something(row[column.measure].mean) for _, row in rows)
    ]  # fmt: skip
    if not shown:
        return []
    cells = [[block.title, *(column.heading for column in shown)]]
    cells += [
        [name, *(_cell(row[column.measure], column) for column in shown)]
        for name, row in rows
        if any(_says_something(row[column.measure].mean) for column in shown)
    ]
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    return [
        "",
        *(GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()[:WIDTH]
          for row in cells),
    ]  # fmt: skip


def _rows(result: NetworkResult, block: Block) -> Iterator[tuple[str, dict[str, Interval]]]:
    """Names and measures of each setting or pool, and of each class of patients in a setting that has several."""
    seen = dict.fromkeys((key.where, key.who) for key in result.runs[0].values if key.scope == block.scope)
    for where, who in seen:
        name = where if who == EVERYBODY else f"  {who}"
        keys = {column.measure: Key(block.scope, where, who, column.measure) for column in block.columns}
        found = {measure: _interval_of(result, key) for measure, key in keys.items()}
        yield name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 2]}..", found


def _interval_of(result: NetworkResult, key: Key) -> Interval:
    values = result.values(key)
    return interval(values[values == values])


def _says_something(value: float) -> bool:
    return not math.isnan(value) and value != 0.0


def _cell(found: Interval, column: Column) -> str:
    is_share = column.measure in SHARES or column.measure.startswith(WAITED_OVER)
    shown = [_shown(value, column, is_share) for value in (found.mean, found.low, found.high)]
    if not column.ranged or math.isnan(found.low) or found.low == found.high:
        return shown[0] + (" %" if is_share and shown[0] != NO_NUMBER else "")
    return f"{shown[0]}{' %' if is_share else ''} [{shown[1]}, {shown[2]}]"


def _shown(value: float, column: Column, is_share: bool) -> str:
    if math.isnan(value):
        return NO_NUMBER
    if is_share:
        return f"{100.0 * value:.1f}"
    return f"{value:,.0f}" if column.measure in MONEY else digits(value)


def digits(value: float) -> str:
    """A number to four digits, at most three of them decimals: "1,204", "31.06", "0.136", "4"."""
    if float(value).is_integer():
        return f"{value:,.0f}"
    whole = len(f"{abs(int(value))}")
    return f"{value:,.{min(max(FEW_DIGITS - whole, 0), 3)}f}"


def _growing(result: NetworkResult) -> list[str]:
    """A note for each setting before which the queue grows all the time, for sure and by more than a trifle."""
    found = []
    for name in dict.fromkeys(key.where for key in result.runs[0].values if key.scope == OF_SETTING):
        flows = {measure: result.of(name, measure) for measure in ("arrivals", "started", "turned_away", "gave_up")}
        more = flows["arrivals"] - flows["started"] - flows["turned_away"] - flows["gave_up"]
        growth = interval(more)
        for_sure = growth.low if len(more) > 1 else growth.mean
        if for_sure > 0.0 and growth.mean > TRIFLE * float(flows["arrivals"].mean()):
            said = (
                f"NOTE {name}: {digits(growth.mean)} a day more ask than start, give up or are turned away: the"
                " queue grows while this lasts, and waits depend on how long is counted."
            )
            found += ["", *textwrap.wrap(said, WIDTH)]
    return found


def _whole(result: NetworkResult, symbols: Symbols) -> list[str]:
    """The network as a whole, in a line."""

    def of(measure: str) -> float:
        return _interval_of(result, Key(OF_NETWORK, NETWORK, EVERYBODY, measure)).mean

    said = [
        f"{digits(of('arrivals'))} patients a day come and {digits(of('throughput'))} leave",
        f"after {digits(of('time_in_network'))} {result.file.plan.unit} on average",
        f"{digits(of('present'))} are there at a time",
    ]
    cost = of("cost")
    if _says_something(cost):
        said.append(f"all of it costs {symbols.pound}{cost:,.0f} a day")
    return ["", *textwrap.wrap(f"WHOLE NETWORK: {', '.join(said)}.", WIDTH)]
