"""An analysis as files: tables, charts as SVG and PNG, a page, and words; equal findings give equal bytes."""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass
from typing import Any

import pandas as pd

from calibration.sensitivity.analysis import Analysis, design_table
from calibration.sensitivity.figures import charts
from calibration.sensitivity.inputs import as_table
from calibration.sensitivity.words import METHOD_WORDS, finding, shares_in_words, title_of, trust
from outputs.figures.chart import Chart
from outputs.json_document import records
from outputs.report.parts import Note, Section, figures, table_of
from outputs.report.plain_page import PlainPage, plain_page
from outputs.writer import Files, chart_files, csv_bytes

TABLES = ("indices", "shares", "noise", "emulators", "convergence", "ends")
WIDTH = 98
PAGE = "report.html"


@dataclass(frozen=True)
class About:
    """What an analysis is of, for people.

    Attributes:
        title: of the scenario.
        place: and how many people.
        years: that were run.
        command: that makes it again.
        study: the six characters that name it.
        illustrative: whether the place is an average one.
    """

    title: str
    place: str
    years: str
    command: str
    study: str
    illustrative: bool

    @property
    def question(self) -> str:
        """As asked."""
        return f"{self.title}: which assumptions drive the result, and how much of it is chance?"


def files_of(analysis: Analysis, about: About) -> Files:
    """Every file that follows from what was found, by path inside the folder."""
    drawn = charts(analysis, f"{about.title} in {about.place}")
    files: Files = {"README.txt": readme(analysis, about).encode(), PAGE: page(analysis, about, drawn).encode()}
    files |= chart_files(drawn, about.study, pictures=True)
    for name in TABLES:
        files[f"data/{name}.csv"] = csv_bytes(getattr(analysis, name))
    files["data/design.csv"] = csv_bytes(design_table(analysis.design, analysis.outputs))
    files["data/inputs.csv"] = csv_bytes(pd.DataFrame(as_table(analysis.design.inputs)))
    files["data/findings.json"] = json.dumps(document(analysis, about), indent=2, allow_nan=False).encode()
    return files


def document(analysis: Analysis, about: About) -> dict[str, Any]:
    """The findings as one JSON document; what is not known is null."""
    design = analysis.design
    return {
        "study": about.study,
        "command": about.command,
        "scenario": about.title,
        "place": about.place,
        "method": design.method,
        "direct": design.direct,
        "points": len(design),
        "runs_of_each_point": design.runs,
        "interval_kind": "95 %: resampling and the emulator's error",
        "finding": finding(analysis),
        **{name: records(getattr(analysis, name)) for name in TABLES},
    }


def readme(analysis: Analysis, about: About) -> str:
    """The finding in plain English, the command, and what is in the folder."""
    said = [line for sentence in finding(analysis) for line in _bullet(sentence)]
    reasons = [line for sentence in trust(analysis) for line in _bullet(sentence)]
    return "\n".join(
        [
            about.question,
            f"{about.place}; {about.years}.",
            "",
            "FOUND",
            *said,
            "",
            "HOW FAR TO TRUST",
            *reasons,
            "",
            f"COMMAND  {about.command}",
            "",
            "data/indices      how much each assumption matters, with 95 % ranges",
            "data/shares       where the spread of single runs comes from: assumptions, structure, chance (the seed)",
            "data/design       one row for each point and output: values of all assumptions, mean, noise",
            "data/noise        what chance does in one run; points left out",
            "data/emulators    how emulators did on runs that they had not seen",
            "data/convergence  the same indices from a part of the points",
            "data/ends         the mean with each assumption at its low and its high end",
            "data/inputs       what was varied, in the form that --inputs reads",
            "report.html       the page: opens in a browser, offline, and prints",
            "figures/          charts as SVG and PNG; what is behind each is in data",
            "",
        ]
    )


def page(analysis: Analysis, about: About, drawn: list[Chart]) -> str:
    """The report page."""
    sections = []
    for output in analysis.outputs:
        name = f"{output.measure}_{output.of}".replace(" ", "_")
        own = [chart for chart in drawn if chart.name.endswith(f"_{name}")]
        title = title_of(output)
        blocks = (*figures(*own), *(() if own else (Note(("No chart can be drawn: see the emulator's test above.",)),)))
        sections.append(Section(name, f"{title[:1].upper()}{title[1:]}", shares_in_words(analysis, output), blocks))
    tables = [table_of(getattr(analysis, name), name.capitalize()) for name in ("noise", "emulators", "indices")]
    inputs = table_of(pd.DataFrame(as_table(analysis.design.inputs)).astype(str), "Assumptions that were varied")
    sections.append(
        Section(
            "tables",
            "What was varied, noise and tests",
            METHOD_WORDS[analysis.design.method],
            (inputs, *(table for table in tables if table.rows)),
        )
    )
    where = f"{about.place} · {about.years} · {len(analysis.design)} points of {analysis.design.runs} runs each"
    return plain_page(
        PlainPage(
            "sensitivity",
            f"{about.title}: what drives it",
            where,
            about.question,
            tuple(finding(analysis)),
            tuple(trust(analysis)),
            tuple(sections),
            about.illustrative,
        ),
        about.study,
        about.command,
    )


def _bullet(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="- ", subsequent_indent="  ")
