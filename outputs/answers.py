"""The answer to a question: its words, page, tables and charts, and the folder they go to.

The folder is like that of a study: everything is made in memory, named in a manifest that comes last, and the same
findings give the same bytes.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from outputs import words
from outputs.figures.chart import Chart
from outputs.finished import INPUTS
from outputs.json_document import to_text
from outputs.report.answer_page import AnswerPage, answer_html
from outputs.writer import README, Files, chart_files, table_files, write_finished

WIDTH = 98
INDENT = "  "
DOCUMENT = "data/answer.json"
REPORT = "report.html"


@dataclass(frozen=True)
class Answer:
    """What came of a question.

    Attributes:
        title: what was asked, in a line.
        sentences: the answer as it is printed, a line or paragraph each; those that begin with a space stay as they
            are, which keeps columns.
        tables: everything that it rests on, by the name of its file.
        charts: with the finding in their titles.
        document: the same for programs: `data/answer.json` and what --json prints.
        page: what `report.html` says.
    """

    title: str
    sentences: tuple[str, ...]
    tables: Mapping[str, pd.DataFrame]
    charts: tuple[Chart, ...]
    document: Mapping[str, object]
    page: AnswerPage

    def in_words(self, symbols: words.Symbols = words.RICH) -> str:
        """The answer for a screen, folded."""
        said = "\n".join([self.title, *(line for text in self.sentences for line in folded(text))])
        return said.replace(words.RICH.pound, symbols.pound).replace(words.RICH.plus_minus, symbols.plus_minus)


def folded(text: str) -> list[str]:
    """A sentence in lines that fit a screen; one that begins with a space, or is empty, stays as it is."""
    if not text or text[0] == " ":
        return [text]
    return textwrap.wrap(text, WIDTH, subsequent_indent=INDENT, break_long_words=False, break_on_hyphens=False)


def write_answer(
    folder: Path,
    answer: Answer,
    *,
    study_id: str,
    command: str,
    made_with: Mapping[str, str | int | float],
    inputs: Mapping[str, bytes],
    facts: Mapping[str, object],
) -> None:
    """Write an answer's folder; arguments as `outputs.writer.write_results`.

    Raises:
        AlreadyFinished: when the folder holds finished results.
        OSError: when the folder cannot be written; nothing half-written stays behind.
    """
    page = answer_html(answer.page, study_id, command, made_with)
    files: Files = {README: _readme(answer, command).encode("utf-8"), REPORT: page.encode("utf-8")}
    files |= chart_files(answer.charts, study_id, pictures=True) | table_files(answer.tables)
    files[DOCUMENT] = to_text(dict(answer.document)).encode("utf-8")
    files |= {f"{INPUTS}/{name}": content for name, content in inputs.items()}
    write_finished(folder, files, study_id=study_id, command=command, made_with=made_with, facts=facts)


def _readme(answer: Answer, command: str) -> str:
    held = [f"  data/{name}.csv, .parquet" for name in answer.tables]
    return "\n".join([
        answer.in_words(),
        "",
        f"COMMAND     {command}",
        "CHECKED BY  ____",
        "",
        "WHAT IS HERE",
        "  report.html           the answer as a page: opens in a browser, offline, and prints",
        *held,
        "  data/answer.json      the same as --json prints",
        "  figures/              charts as SVG and PNG, with captions; the data behind each in data/",
        "  inputs/               files that were used, and which file of the store each run is in",
        "  manifest.json         a fingerprint of each file; run_facts.json has the date and timings",
        "",
    ])  # fmt: skip
