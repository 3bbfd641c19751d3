"""What evaluations of a plan would report, beside what is true: in words, tables and a chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from outputs import words
from outputs.figures.chart import Chart
from outputs.figures.plot import look
from outputs.figures.rows import Row, Rows, Value, rows_of_values
from outputs.figures.scene import Scene
from outputs.json_document import records
from outputs.report.answer_page import AnswerPage
from outputs.report.parts import Note, Section, figures, table
from scenarios.resolved import Resolved

TITLES = {
    "before_and_after": "Before and after",
    "matched_controls": "Matched controls",
    "difference_in_differences": "Difference in differences",
    "synthetic_control": "Synthetic control",
}
ABOUT = {
    "before_and_after": "the same people's 12 months after joining against their 12 months before",
    "matched_controls": "people who joined against others of the same sex, age band, frailty and kind of home with as "
                        "many admissions in the year before, from the same day on",
    "difference_in_differences": "how the whole area's admissions changed against how other areas' did",
    "synthetic_control": "the whole area against a mixture of others that was like it before",
}  # fmt: skip
PEOPLE = ("before_and_after", "matched_controls")
CLAIM = "#8a5a00"
PERCENT = 100.0
FEWEST_ESTIMATES = 10
"""Below so many runs a share of intervals says too little to be told."""


@dataclass(frozen=True)
class Evaluation:
    """What was found.

    Attributes:
        title: of the plan.
        summary: one row a method, as `calibration.evaluate.summary`.
        by_run: one row a run and method.
        runs: of the plan.
        places_apart: how areas were made to differ, in words; empty when areas were not compared.
        missing: why some method is not there, a sentence each.
        place: which place and year it is.
    """

    title: str
    summary: pd.DataFrame
    by_run: pd.DataFrame
    runs: int
    places_apart: str
    missing: tuple[str, ...]
    place: str


def in_words(found: Evaluation) -> tuple[str, ...]:
    """The answer, a line or paragraph each."""
    rows = records(found.summary)
    lines = [found.place, finding(found) + ".", ""]
    for about, methods in (("PEOPLE WHO JOINED, THEIR FIRST 12 MONTHS", PEOPLE),
                           ("THE WHOLE AREA, YEARS AFTER THE CHANGE", tuple(TITLES)[2:])):  # fmt: skip
        own = [row for row in rows if row["method"] in methods]
        if own:
            lines += [f"  {about:<42}{'true effect':>22}{'would be reported':>26}"]
            lines += [f"    {TITLES[str(row['method'])]:<40}{_said(row, 'true'):>22}{_said(row, 'estimate'):>26}"
                      for row in own]  # fmt: skip
    lines.append("")
    for row in rows:
        lines.append(f"{TITLES[str(row['method'])]}: {ABOUT[str(row['method'])]}. {_how_far(row)}")
    return (*lines, "", *_how_to_read(found))


def page(found: Evaluation, drawn: Sequence[Chart], scenario: Resolved) -> AnswerPage:
    """The answer as a page, with what the plan assumes."""
    rows = [
        (TITLES[method := str(row["method"])], ABOUT[method], _said(row, "true"), _said(row, "estimate"), _how_far(row))
        for row in records(found.summary)
    ]
    compared = table("Each method, middle and 8-in-10 range", (
        "method", "what it compares", "true effect", "would be reported", "how far it can be trusted",
    ), rows, (2, 3)) if rows else Note(found.missing)  # fmt: skip
    section = Section("methods", "Truth, and what would be reported", "Evaluators see records only; the model also "
                      "knows what the same people would have done without the plan.",
                      (*figures(*drawn), compared))  # fmt: skip
    return AnswerPage(
        "evaluation", f"What would evaluations say? {found.title}",
        f"What would four ways of evaluating {found.title} report of emergency admissions, and what is true?",
        (f"{finding(found)}.",), _how_to_read(found), (section,), (scenario,),
    )  # fmt: skip


def _how_to_read(found: Evaluation) -> tuple[str, ...]:
    what = (f"Middle and 8-in-10 range over {found.runs} runs, emergency admissions. The true effect is what the same "
            "people do without the plan; no evaluation can see it. Matched controls read admissions, age, sex, "
            "frailty, deprivation and kind of home; not conditions, nor what a GP sees who refers.")
    return (what, *([found.places_apart] if found.places_apart else []), *found.missing)


def tables(found: Evaluation) -> dict[str, pd.DataFrame]:
    """The tables `evaluation` and `evaluation_runs` of docs/tables.md."""
    return {"evaluation": found.summary, "evaluation_runs": found.by_run}


def charts(found: Evaluation) -> tuple[Chart, ...]:
    """True effect beside what would be reported, one row a method."""
    rows: list[Row] = []
    data = []
    for number, row in enumerate(records(found.summary), start=1):
        name = TITLES[str(row["method"])]
        style = look(1)
        values = []
        for what, key, colour in (("true effect", "true", style.colour), ("would be reported", "estimate", CLAIM)):
            ends = _ends(row, key)
            values.append(Value.of([PERCENT * one for one in ends], colour, f"{name}, {what}: {_said(row, key)}",
                                   style.sign if key == "true" else "diamond", hollow=key != "true"))  # fmt: skip
            data.append((name, what, *(PERCENT * one for one in ends), "% change of emergency admissions"))
        note = f"true {words.percent(float(str(row['true'])), signed=True)}, said " \
               f"{words.percent(float(str(row['estimate'])), signed=True)}"  # fmt: skip
        rows.append(Row(name, tuple(values), note, number))

    def draw(width: float) -> Scene:
        return rows_of_values(width, Rows(rows, "% change of emergency admissions", "fewer", "more"))

    caption = (f"{found.place} Filled: true effect, the same people with and without the plan. Hollow diamond: what an "
               "evaluation by that method would report. The first two are about people who joined, the others about "
               f"the whole area. Bars: 8-in-10 range over {found.runs} runs.")  # fmt: skip
    columns = ["method", "what", "middle", "low", "high", "unit"]
    return (Chart("evaluation_chart", finding(found), caption, pd.DataFrame(data, columns=columns), draw, "rows",
                  "what", "method"),)  # fmt: skip


def finding(found: Evaluation) -> str:
    """The finding in a line: what each study of the people would report, or each of the area, and what is true."""
    rows = {str(row["method"]): row for row in records(found.summary)}
    if not rows:
        return "Nobody was followed for long enough for any evaluation"
    for methods in (PEOPLE, tuple(TITLES)[2:]):
        here = [rows[name] for name in methods if name in rows]
        if here:
            said = _and([f"{TITLES[str(row['method'])].lower()} would report "
                         f"{words.percent(float(str(row['estimate'])), signed=True)}" for row in here])  # fmt: skip
            trues = list(dict.fromkeys(words.percent(_ends(row, "true")[0], signed=True) for row in here))
            truth = f"the true effect is {trues[0]}" if len(trues) == 1 else f"the true effects are {_and(trues)}"
            return f"{found.title}: {said}; {truth}"
    raise AssertionError(f"no known method among {sorted(rows)}")


def _and(parts: Sequence[str]) -> str:
    return " and ".join(parts)


def _ends(row: Mapping[str, object], key: str) -> tuple[float, float, float]:
    wide = "change" if key == "estimate" else key
    middle, low, high = (float(str(row[name])) for name in (key, f"{wide}_low", f"{wide}_high"))
    return middle, low, high


def _said(row: Mapping[str, object], key: str) -> str:
    return words.percent_with_range(*_ends(row, key), int(str(row["runs"])))


def _how_far(row: Mapping[str, object]) -> str:
    runs = int(str(row["runs"]))
    if runs < FEWEST_ESTIMATES:
        return f"From {runs} runs it cannot be said how often its interval holds the truth."
    off, error, level = (float(str(row[name])) for name in ("off", "off_error", "level"))
    side = "too many" if off > 0.0 else "too few"
    average = (f"on average it reports {words.percent(abs(off))} {side} admissions" if abs(off) > 2.0 * error
               else "on average it is not clearly off")  # fmt: skip
    return (f"Its {words.percent(level)} interval holds the truth in {words.percent(float(str(row['covers'])))} of "
            f"{runs} runs; {average}.")  # fmt: skip
