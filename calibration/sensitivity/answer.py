"""An analysis as an answer: words, page, tables and charts; equal findings give equal bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from calibration.sensitivity.analysis import Analysis, design_table
from calibration.sensitivity.figures import charts
from calibration.sensitivity.inputs import as_table
from calibration.sensitivity.words import METHOD_WORDS, finding, shares_in_words, title_of, trust
from outputs.answers import Answer
from outputs.figures.chart import Chart
from outputs.json_document import records
from outputs.report.answer_page import AnswerPage
from outputs.report.first_page import place_of
from outputs.report.parts import Note, Section, figures, table_of
from scenarios.resolved import Resolved

TABLES = ("indices", "shares", "noise", "emulators", "convergence", "ends")
RANGES = (
    "Assumptions are set point by point of a design, and no run draws any. Ranges of indices are 95 %: from resampling "
    "the design, and from the error of the emulator where there is one."
)


def answer_of(analysis: Analysis, scenario: Resolved, study: str, command: str) -> Answer:
    """An analysis ready for the screen and for its folder.

    Args:
        analysis: what was found.
        scenario: whose assumptions were varied.
        study: the six characters that name the analysis.
        command: that makes it again.
    """
    drawn = charts(analysis, f"{scenario.title} in {place_of(scenario)}")
    page = _page(analysis, scenario, drawn)
    sentences = (f"{page.place}; {page.years}.", "", "FOUND", *(f"- {text}" for text in page.answer), "",
                 "HOW FAR TO TRUST", *(f"- {text}" for text in page.trust))  # fmt: skip
    said = document(analysis, page, study, command)
    return Answer(page.question, sentences, tables(analysis), tuple(drawn), said, page)


def tables(analysis: Analysis) -> dict[str, pd.DataFrame]:
    """The tables of docs/sensitivity.md; `inputs` is text, in the form that `--inputs` reads."""
    found = {name: getattr(analysis, name) for name in TABLES}
    found["design"] = design_table(analysis.design, analysis.outputs)
    found["inputs"] = pd.DataFrame(as_table(analysis.design.inputs)).astype(str)
    return found


def document(analysis: Analysis, page: AnswerPage, study: str, command: str) -> dict[str, Any]:
    """The findings as one JSON document; what is not known is null."""
    design = analysis.design
    return {
        "question": "sensitivity",
        "study": study,
        "command": command,
        "scenario": page.scenarios[0].title,
        "place": page.place,
        "method": design.method,
        "direct": design.direct,
        "points": len(design),
        "runs_of_each_point": design.runs,
        "interval_kind": "95 %: resampling and the emulator's error",
        "finding": finding(analysis),
        **{name: records(getattr(analysis, name)) for name in TABLES},
    }


def _page(analysis: Analysis, scenario: Resolved, drawn: Sequence[Chart]) -> AnswerPage:
    """The page, with the charts of each output in a section of its own."""
    sections = []
    for output in analysis.outputs:
        name = f"{output.measure}_{output.of}".replace(" ", "_")
        own = [chart for chart in drawn if chart.name.endswith(f"_{name}")]
        title = title_of(output)
        blocks = (*figures(*own), *(() if own else (Note(("No chart can be drawn: see the emulator's test above.",)),)))
        sections.append(Section(name, f"{title[:1].upper()}{title[1:]}", shares_in_words(analysis, output), blocks))
    found = [table_of(getattr(analysis, name), name.capitalize()) for name in ("noise", "emulators", "indices")]
    inputs = table_of(pd.DataFrame(as_table(analysis.design.inputs)).astype(str), "Assumptions that were varied")
    sections.append(
        Section(
            "tables",
            "What was varied, noise and tests",
            METHOD_WORDS[analysis.design.method],
            (inputs, *(table for table in found if table.rows)),
        )
    )
    return AnswerPage(
        "sensitivity",
        f"{scenario.title}: what drives it",
        f"{scenario.title}: which assumptions drive the result, and how much of it is chance?",
        tuple(finding(analysis)),
        tuple(trust(analysis)),
        tuple(sections),
        (scenario,),
        RANGES,
    )
