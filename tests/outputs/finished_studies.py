"""Finished studies made by hand, with every table that docs/tables.md and docs/tables-accounting.md name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd

from outputs.comparison import Comparison
from outputs.findings import tables_of
from outputs.finished import Findings
from tests.outputs.studies import named_study
from tests.outputs.test_figures import PLANS
from tests.outputs.test_tables_and_words import around

COMMAND = "caresim compare do-nothing a-team b-team --seed 1"
FACTS = {"finished": "2026-11-22T10:00:00+00:00", "seconds": 61.0, "jobs": 2, "python": "3.11.7", "system": "Linux",
         "libraries": {"numpy": "2.4.6"}}
MADE_WITH = {"caresim": "0.1.0", "model": "abcdef123456", "engine": "compiled", "seed": 1, "replications": 12}
EXTRA = {
    **PLANS, "emergency_beds_occupied": 357.0, "beds_medically_fit": 31.0, "gp_consultations_per_person": 5.8,
    "patient_moves|home > type 1 A&E": 7200.0, "patient_moves|home > hospital ward": 680.0,
    "patient_moves|type 1 A&E > hospital ward": 1900.0, "patient_moves|type 1 A&E > home": 5300.0,
    "patient_moves|hospital ward > home": 2200.0, "patient_moves|hospital ward > died": 100.0,
    "patient_moves|hospital ward > intermediate-care bed": 54.0, "patient_moves|intermediate-care bed > home": 53.0,
    "patient_moves|care home > type 1 A&E": 128.0,
    "marginal_care_cost_gbp|emergency admissions": 9e6, "marginal_care_cost_gbp|A&E": 3e6,
}
Tables = dict[str, list[dict[str, object]]]
CHANGE = {"difference_mean": -0.4, "difference_low": -0.9, "difference_high": 0.1, "verdict": "lower (9 in 10)"}
NUMBERS = {"low": -2.0, "high": 1.0, "simulation_error": 0.2, "runs": 12}


def compared(plans: int = 2, runs: int = 12) -> Comparison:
    """Doing nothing and some plans: the first lowers admissions, the rest change little."""
    others = {
        f"plan-{index}": around(EXTRA, {"emergency_admissions": -900.0 if index == 1 else 0.0, "net_cost_gbp": 8e5},
                                0.001, 1 + index, runs)
        for index in range(1, plans + 1)
    }
    return named_study(around(EXTRA, {}, 0.0, 1, runs), others)


@cache
def whole_study() -> Findings:
    """A finished study with every table, made once for all tests that only read it."""
    return finished()


def finished(comparison: Comparison | None = None, *, whole: bool = True) -> Findings:
    """A finished study; `whole` gives it a row or more of every table there is."""
    comparison = comparison or compared()
    tables = dict(tables_of(comparison))
    if whole:
        made = {**_on_growth_and_choice(comparison), **_on_money(comparison), **_on_people(comparison)}
        tables |= {name: pd.DataFrame(rows) for name, rows in made.items()}
    return Findings(comparison, tables, "7f3a91", COMMAND, MADE_WITH, FACTS)


def _on_growth_and_choice(comparison: Comparison) -> Tables:
    ids, others = _ids(comparison)
    period, base = comparison.period.name, comparison.base.name
    quarters = [f"{year}/{(year + 1) % 100:02d} Q{quarter}" for year in range(2015, 2020) for quarter in (1, 2, 3, 4)]
    return {
        "growth": [
            {"scenario": name, "series": "total", "step": step, "period": when, "from_period": base,
             "reading": "on the year before", "interval_kind": "assumptions", "unit": "%", "mean": mean,
             **NUMBERS, **CHANGE}
            for name in ids
            for step, times in (("quarter", quarters), ("year", ["2018/19", "2019/20"]))
            for when, mean in zip(times, _wave(len(times)), strict=True)
        ],
        "vanguard_marks": [
            {"mark": mark, "title": f"Vanguards, {mark}", "group": "MCP", "reading": reading, "people": "whole area",
             "published_percent": 2.6, "published_comparator_percent": 4.9, "published_gap_percent": -2.2,
             "published_low": np.nan, "published_high": np.nan, "scenario": name, "model_gap_mean": -0.4,
             "model_gap_low": -1.1, "model_gap_high": 0.2, "chance_beats": 0.08, "comparable": "yes", "reason": "",
             "source_id": "E001"}
            for mark in ("mcp-quarter", "pacs-quarter") for reading in ("on the year before", "since the base year")
            for name in others
        ],
        "best": [
            {"scenario": name, "measure": measure, "period": period, "better": "fewer", "chance_best": 1.0 / len(ids),
             "loss_mean": 12.0, "loss_high": 40.0, "loss_worst": 66.0, "unit": "a year", "verdict": ""}
            for measure in ("emergency_admissions", "net_cost_gbp") for name in ids
        ],
        "pairing": [
            {"scenario": name, "measure": "emergency_admissions", "times": 14.2, "correlation": 0.97, "runs": 12}
            for name in others
        ],
    }


def _on_money(comparison: Comparison) -> Tables:
    ids, others = _ids(comparison)
    period = comparison.period.name
    return {
        "organisations": [
            {"scenario": name, "period": period, "organisation": organisation, "line": "position", "mean": 0.0,
             **NUMBERS, "difference_mean": amount, "difference_low": amount - 2e5, "difference_high": amount + 2e5,
             "verdict": "no clear difference"}
            for name in others for organisation, amount in (("commissioner", -1.2e6), ("acute trust", 3e5))
        ],
        "ledger": [
            {"scenario": name, "view": "payments", "period": period, "organisation": "commissioner",
             "account": "block contract", "counterparty": "acute trust", "unit": "£", "mean": 1e8, **NUMBERS, **CHANGE}
            for name in ids
        ],
        "break_even": [{"scenario": name, "period": when, "cumulative": 4e5 * year, "cumulative_low": 1e5 * year,
                        "cumulative_high": 9e5 * year, "share_of_runs": 0.0}
                       for name in others for year, when in enumerate(("2017/18", "2018/19", "2019/20"), 1)],
    }


def _on_people(comparison: Comparison) -> Tables:
    ids, others = _ids(comparison)
    period = comparison.period.name
    return {
        "people": [{"scenario": name, "measure": "days_at_home_per_person", "title": "Days at home per person",
                    "unit": "days a year", "rule": "", "period": period, "stratum": "all", "mean": 361.0, **NUMBERS,
                    **CHANGE} for name in ids],
        "equity": [
            {"scenario": name, "measure": "emergency_admissions_per_1000", "title": "Emergency admissions per 1,000",
             "kind": "use", "unit": "per 1,000 people a year", "period": period, "group": f"fifth {fifth}",
             "mean": 140.0 - 14.0 * fifth, "low": 130.0 - 14.0 * fifth, "high": 150.0 - 14.0 * fifth,
             "simulation_error": 1.0, "runs": 12, **CHANGE}
            for name in ids for fifth in range(1, 6)
        ],
        "accounting": list(_accounting(others, period)),
        "instead": [{"scenario": name, "period": period, "group": "reached", "group_title": "other people reached",
                     "item": "gp", "title": "GP consultation", "unit": "consultations", "units": 310.0,
                     "marginal_cost_gbp": 9300.0, "marginal_cost_gbp_low": 8000.0, "marginal_cost_gbp_high": 11000.0,
                     "average_cost_gbp": 12400.0} for name in others],
        "attribution": [
            {"scenario": name, "reference": ids[0], "measure": "emergency_admissions", "period": period, "part": part,
             "title": part.replace("-", " "), "method": "exact", "orders": 2, "runs": 12,
             **{f"{key}{end}": np.nan if (part, key) == ("overlap", "last") else value + shift
                for key in ("alone", "share", "last") for end, shift in (("", 0.0), ("_low", -3.0), ("_high", 3.0))}}
            for name in others[:1]
            for part, value in (("a-team", -20.0), ("b-team", -9.0), ("overlap", 4.0), ("total", -25.0))
        ],
    }


def _ids(comparison: Comparison) -> tuple[list[str], list[str]]:
    """Of all scenarios, and of those that are compared with the first."""
    return [one.id for one in comparison.scenarios], [one.id for one in comparison.others()]


def _accounting(scenarios: list[str], period: str) -> Iterator[dict[str, object]]:
    kinds = {"reference": 28410.0, "avoided": -310.0, "shifted": -40.0, "induced": 120.0, "spill_over_more": 60.0}
    for name in scenarios:
        for kind, mean in {**kinds, "scenario": sum(kinds.values())}.items():
            yield {"scenario": name, "reference": "do-nothing", "period": period, "kind": kind,
                   "title": kind.replace("_", " "), "where": "", "reached": "reached", "mean": mean, "low": mean - 20.0,
                   "high": mean + 20.0, "simulation_error": 3.0, "runs": 12}


def _wave(length: int) -> list[float]:
    return [2.5 + float(np.sin(place)) for place in range(length)]
