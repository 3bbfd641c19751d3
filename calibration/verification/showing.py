"""Verdicts as a table for the screen, as a page for the docs, and as records."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from calibration.verification.both_engines import Agreement
from calibration.verification.judging import DIFFERS, FAILS, OK, Verdict

WIDTH = 100
WHAT, NUMBER = 48, 12
HEADINGS = ("should be", "simulated", "error", "")


def table(verdicts: Sequence[Verdict], agreement: Agreement) -> str:
    """One line a number, case by case, and what is wrong below it; then what both engines tell."""
    lines = []
    for case, inside in groupby(verdicts, key=lambda verdict: verdict.case):
        group = list(inside)
        lines += ["", f"{case}. {group[0].title}"[:WIDTH], f"  {group[0].check.source}"[:WIDTH]]
        lines.append(f"  {'':<{WHAT}}" + "".join(f"{heading:>{NUMBER}}" for heading in HEADINGS).rstrip())
        for verdict in group:
            lines += _lines(verdict)
    return "\n".join([*lines[1:], "", summary(verdicts), str(agreement)])


def summary(verdicts: Sequence[Verdict]) -> str:
    """How many numbers agree."""
    count = {word: sum(verdict.verdict == word for verdict in verdicts) for word in (OK, DIFFERS, FAILS)}
    cases = len({verdict.case for verdict in verdicts})
    known = f", {count[DIFFERS]} differ from a published figure that is known to be wrong" if count[DIFFERS] else ""
    failing = f"{count[FAILS]} FAIL" if count[FAILS] else "none fails"
    return f"{len(verdicts)} numbers of {cases} cases: {count[OK]} agree{known}, {failing}."


def page(verdicts: Sequence[Verdict]) -> str:
    """The table of docs/verification.md."""
    lines = ["| case | number | formula or source | should be | simulated | standard error | verdict |",
             "|---|---|---|---|---|---|---|"]  # fmt: skip
    lines += [
        f"| {one.case} | {one.check.what} | {one.check.source} | {shown(one.check.value)} |"
        f" {shown(one.estimated.mean)} | {shown(one.estimated.error)} | {_said(one)} |"
        for one in verdicts
    ]
    return "\n".join(lines)


def records(verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    """One record a number, for JSON."""
    return [
        {
            "case": one.case, "title": one.title, "number": one.check.what, "source": one.check.source,
            "rule": one.check.rule, "value": one.check.value, "printed": one.check.printed,
            "simulated": _known(one.estimated.mean), "standard_error": _known(one.estimated.error),
            "verdict": one.verdict, "why": one.why,
        }
        for one in verdicts
    ]  # fmt: skip


def shown(value: float) -> str:
    """A number to six digits."""
    return f"{value:.6g}"


def _lines(verdict: Verdict) -> list[str]:
    numbers = (verdict.check.value, verdict.estimated.mean, verdict.estimated.error)
    said = verdict.check.what
    wrapped = said if len(said) <= WHAT else f"{said[: WHAT - 2]}.."
    cells = "".join(f"{shown(number):>{NUMBER}}" for number in numbers)
    lines = [f"  {wrapped:<{WHAT}}{cells}  {verdict.verdict}"]
    return [*lines, f"    {verdict.why}"[:WIDTH]] if verdict.why else lines


def _said(verdict: Verdict) -> str:
    return f"{verdict.verdict}: {verdict.why}" if verdict.why else verdict.verdict


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
