"""What it costs, who pays, who gains, and when it has paid for itself."""

from __future__ import annotations

import pandas as pd

from outputs import words
from outputs.figures.cost_chart import cost_chart, cost_waterfall
from outputs.figures.money_charts import break_even_chart, organisations_chart
from outputs.finished import Findings
from outputs.report.parts import Block, Note, Section, figures, table_of

MOST_PLANS = 6
NUMBERS = {"mean": "£", "low": "low", "high": "high", "difference_mean": "£, against the reference",
           "difference_low": "low ", "difference_high": "high ", "verdict": "verdict"}
WHOLE = dict.fromkeys((*NUMBERS, "saved_gbp", "double_running_gbp", "cost_per_admission_avoided",
                       "cost_per_admission_avoided_low", "cost_per_admission_avoided_high"), 0)
VIEWS = (
    "Money is seen in three views that are never added to each other: payments between organisations by contract; "
    "resources, what is used; and average cost, for reference. A bed that fills again is activity, not cash.",
)


def money_section(findings: Findings) -> Section:
    """Cost of every plan and how it comes about; ledgers where the study keeps them."""
    comparison = findings.comparison
    organisations = findings.table("organisations")
    plans = comparison.others()[:MOST_PLANS] if comparison.reference else ()
    blocks: list[Block] = [*figures(cost_chart(comparison), *(cost_waterfall(comparison, plan) for plan in plans)),
                           Note(VIEWS)]
    blocks += figures(organisations_chart(comparison, organisations),
                      break_even_chart(comparison, findings.table("break_even")))
    blocks += _tables(findings)
    absent = () if not organisations.empty else ("who pays and who gains: ledgers by organisation",)
    return Section("money", "What does it cost, and who pays?", _lead(findings), tuple(blocks), absent)


def _tables(findings: Findings) -> list[Block]:
    period = findings.comparison.period.name
    organisations, ledger = findings.titled("organisations"), findings.titled("ledger")
    summary, bays = findings.titled("money_summary"), findings.titled("bays")
    blocks: list[Block] = []
    if not summary.empty:
        blocks.append(table_of(summary, "Money in short", None, WHOLE))
    if not organisations.empty:
        blocks.append(table_of(
            _of(organisations, period), f"Received, paid, used and position of each organisation, {period}",
            {"scenario": "scenario", "organisation": "organisation", "line": "line", **NUMBERS}, WHOLE,
        ))
    if not ledger.empty:
        blocks.append(table_of(
            _of(ledger, period), f"The ledger of {period}: positive, the organisation pays; negative, it receives",
            {"scenario": "scenario", "view": "view", "organisation": "organisation", "account": "account",
             "counterparty": "with", **NUMBERS}, WHOLE,
        ))
    if not bays.empty:
        blocks.append(table_of(_of(bays, period), f"Beds freed and bays closed, {period}"))
    for name, caption in (("present_values", "Present values"), ("contracts", "Agreements that were used"),
                          ("capacity", "Assumptions about bays, discounting and shares")):
        if not findings.table(name).empty:
            blocks.append(table_of(findings.titled(name), caption))
    return blocks


def _of(table: pd.DataFrame, period: str) -> pd.DataFrame:
    return table[table["period"] == period]


def _lead(findings: Findings) -> str:
    comparison = findings.comparison
    covered = comparison.level(comparison.scenarios[0].id, "spending_covered_share")
    share = "" if covered is None else (
        f" The model covers {words.percent(covered.mean)} of England's spending on health and adult social care a head."
    )
    return f"In {comparison.scenarios[0].price_year} prices, {comparison.period.name}.{share}"
