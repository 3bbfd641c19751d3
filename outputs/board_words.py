"""What a board asks next, in sentences: who gains and loses, whether it pays back, which is best, the vanguards."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator
from textwrap import wrap
from typing import Any

from outputs import words
from outputs.choosing import best_table, pairing_table
from outputs.comparison import Comparison
from outputs.growth_tables import SINCE_BASE
from outputs.ledger.views import NET, Ledger, ledger_of
from outputs.measures.registry import MEASURES
from outputs.ranges import FEWEST_RUNS, NO_CLEAR_DIFFERENCE, TOO_FEW_RUNS, in_ten
from outputs.vanguard_marks import vanguard_marks
from outputs.words import RICH, Symbols
from scenarios.resolved import Resolved
from scenarios.wording import pounds as in_pounds

WIDTH = 98
TENTH = 0.1
FIGURES = 3
Record = dict[Hashable, Any]
SHOWN_CRITERIA = ("emergency_admissions", "emergency_beds_occupied", "net_cost_gbp", "days_at_home_per_person")
SHOWN_MARKS = ("mcp-quarter", "pacs-quarter")


def in_words(comparison: Comparison, symbols: Symbols = RICH) -> str:
    """Sentences below the first table of a comparison; empty without a reference."""
    if comparison.reference is None:
        return ""
    parts = [_vanguards(comparison), _best(comparison), _money(comparison, ledger_of(comparison)),
             _pairing(comparison)]
    text = "\n".join(line for part in parts for line in part)
    return text.replace("£", symbols.pound).replace("±", symbols.plus_minus)


def _vanguards(comparison: Comparison) -> Iterator[str]:
    """The model's gap in growth beside the published one, as long after the change."""
    table = vanguard_marks(comparison)
    table = table[table["mark"].isin(SHOWN_MARKS)]
    shown = table[table["comparable"] == "yes"]
    if shown.empty:
        reason = str(table["reason"].iloc[0]) if len(table) else ""
        yield from _folded(f"VANGUARDS  not compared: {reason}.")
        return
    published = ", ".join(
        f"{words.number(row['published_gap_percent'], 1)} % ({row['group']})"
        for row in shown.drop_duplicates("mark").to_dict("records")
    )
    yield from _folded(f"VANGUARDS  Growth against the rest, {shown['period'].iloc[0]} (as long after the change as "
                       f"July-September 2017 was): published {published}. What it is since was not published:")
    for scenario in comparison.others():
        own = shown[(shown["scenario"] == scenario.id)].drop_duplicates("reading")
        gaps = "; ".join(
            f"{row['reading']} {words.number(row['model_gap_mean'], 1, signed=True)} % "
            f"[{words.number(row['model_gap_low'], 1, signed=True)}, "
            f"{words.number(row['model_gap_high'], 1, signed=True)}]"
            for row in sorted(own.to_dict("records"), key=lambda row: row["reading"] == SINCE_BASE)
        )
        yield from _folded(f"  {scenario.title}: {gaps}")


def _best(comparison: Comparison) -> Iterator[str]:
    """Chance that each is best, and what choosing it costs on average."""
    if comparison.runs < FEWEST_RUNS:
        yield f"WHICH IS BEST  {TOO_FEW_RUNS}."
        return
    table = best_table(comparison)
    for name, rows in table[table["measure"].isin(SHOWN_CRITERIA)].groupby("measure", sort=False):
        measure = MEASURES[str(name)]
        each = "; ".join(
            f"{_title(comparison, str(row['scenario']))} {in_ten(row['chance_best'])} in 10, loses "
            f"{words.number(row['loss_mean'], measure.decimals)}"
            for row in rows.sort_values("chance_best", ascending=False).to_dict("records")
        )
        better = rows["better"].iloc[0]
        yield from _folded(f"BEST  {measure.title}, {better} is better ({measure.unit}): {each}")


def _money(comparison: Comparison, ledger: Ledger | None) -> Iterator[str]:
    if ledger is None:
        return
    summary = {row["scenario"]: row for row in ledger.summary.to_dict("records")}
    for scenario in comparison.others():
        row = summary[scenario.id]
        contracts = scenario.contracts.title if scenario.contracts else ""
        against = _title(comparison, str(comparison.reference)).lower()
        yield from _folded(f"MONEY, {scenario.title} ({contracts}), {comparison.period.name}, nominal, against "
                           f"{against}: {_gains(comparison, ledger, scenario)}")
        yield from _folded(f"  {_whole(ledger, scenario)} {_pays_back(row)} {_bays(row)} {_per_admission(row)}")
    covered = float(summary[str(comparison.reference)]["spending_covered_share"])
    if not math.isnan(covered):
        share = words.percent(covered)
        yield from _folded(f"  The books cover {share} of England's spending on health and adult social care per head; "
                           "the rest is taken as unchanged.")


def _gains(comparison: Comparison, ledger: Ledger, scenario: Resolved) -> str:
    """Organisations whose position changes, each with its range; the rest by name."""
    table = ledger.organisations
    rows = table[(table["scenario"] == scenario.id) & (table["line"] == "position")
                 & (table["period"] == comparison.period.name)].to_dict("records")
    unclear = (NO_CLEAR_DIFFERENCE, TOO_FEW_RUNS, "")
    clear = [f"{row['organisation']} {_change(row)}" for row in rows if row["verdict"] not in unclear]
    few = [str(row["organisation"]) for row in rows if row["verdict"] == TOO_FEW_RUNS]
    parts = ["; ".join(clear) if clear else "nobody clearly gains or loses"]
    parts += [f"too few runs to say: {', '.join(few)}"] if few else []
    return "; ".join(parts) + "."


def _change(row: Record) -> str:
    mean, low, high = (float(str(row[f"difference_{name}"])) for name in ("mean", "low", "high"))
    word = "gains" if mean > 0.0 else "loses"
    return f"{word} {pounds(abs(mean))} [{_signed(low)}, {_signed(high)}]"


def pounds(value: float) -> str:
    """Money to three figures: more would only look exact."""
    if value == 0.0:
        return in_pounds(0.0)
    digits = FIGURES - 1 - math.floor(math.log10(abs(value)))
    return in_pounds(round(value, digits))


def _signed(value: float) -> str:
    return f"{'-' if value < 0.0 else '+'}{pounds(abs(value))}"


def _whole(ledger: Ledger, scenario: Resolved) -> str:
    table = ledger.present_values
    rows = table[(table["scenario"] == scenario.id) & (table["line"] == NET) & (table["rate_percent"] > 0.0)]
    row = rows.iloc[0]
    return (f"All organisations together, since the change, present value at {row['rate_percent']:g} %, "
            f"{row['price_year']} prices: {_signed(row['mean'])} [{_signed(row['low'])}, {_signed(row['high'])}].")


def _pays_back(row: Record) -> str:
    share = f"{_in_ten(float(row['break_even_share_of_runs']))} in 10 runs"
    if row["break_even_year"]:
        return f"Breaks even in {row['break_even_year']} ({share} by the end)."
    return f"Does not break even in the run ({share} do)."


def _bays(row: Record) -> str:
    closed = float(row["bays_closed_at_end"])
    ends = f"{words.number(closed, 1)} bays are closed at the end" if abs(closed) > TENTH else "no bay closes"
    return (f"Double running {words.number(float(row['double_running_months']))} months, "
            f"{pounds(float(row['double_running_gbp']))}; {ends}.")


def _per_admission(row: Record) -> str:
    if math.isnan(float(row["cost_per_admission_avoided"])):
        return f"Cost of an admission avoided: none given; {row['warning']}."
    found = pounds(float(row["cost_per_admission_avoided"]))
    low, high = (pounds(float(row[f"cost_per_admission_avoided_{end}"])) for end in ("low", "high"))
    warning = f"; {row['warning']}" if row["warning"] else ""
    return f"Cost of an admission avoided: {found} ({low} to {high}{warning})."


def _pairing(comparison: Comparison) -> Iterator[str]:
    """How many times more runs it would take without pairing."""
    table = pairing_table(comparison)
    shown = table[table["measure"].isin([words.ADMISSIONS, words.BEDS, "days_at_home_per_person"])]
    shown = shown[shown["times"].notna()]
    if shown.empty:
        return
    by_measure = shown.groupby("measure", sort=False)["times"].median()
    each = ", ".join(f"{MEASURES[str(name)].title.lower()} x{times:,.0f}" for name, times in by_measure.items())
    yield from _folded(f"PAIRING  Scenarios share people, chance and assumptions. Without that so many times the runs "
                       f"would be needed: {each}.")


def _title(comparison: Comparison, scenario: str) -> str:
    return comparison.scenario(scenario).title


def _in_ten(chance: float) -> str:
    return f"{10.0 * chance:.0f}"


def _folded(line: str) -> list[str]:
    return wrap(line, WIDTH, subsequent_indent="    ", break_on_hyphens=False)

