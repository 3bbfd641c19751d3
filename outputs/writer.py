"""The results folder of a study: what was found, drawn and used, whole or not there at all.

Everything is made in memory, written, and named in `manifest.json`, which comes last: a folder with a manifest is
complete. A new folder is written beside its place and moved there in one step. A folder that is there already, because
a study is being completed in it, gets its files one by one, each whole or not at all. Equal findings give equal bytes;
dates and timings are in `run_facts.json` alone, which no manifest mentions and no comparison of bytes looks at.
"""

from __future__ import annotations

import hashlib
import io
import json
import textwrap
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from outputs import board_words, tables, words
from outputs.comparison import Comparison
from outputs.figures.chart import Chart
from outputs.findings import tables_of
from outputs.finished import INPUTS, MANIFEST, RUN_FACTS, SETTLED, Findings
from outputs.json_document import json_document, to_text
from simulation.studies import canonical_json
from simulation.studies.whole_files import write_folder

README = "README.txt"
CAPTIONS = "figures/captions.txt"
SCHEMA_VERSION = 1
"""Of a study's folder; 0 is one from before there was a number, which has the same files."""
README_MARGIN = 10

Files = dict[str, bytes]
"""Contents by path inside the folder, with "/" between its parts."""


class AlreadyFinished(Exception):
    """A finished study, which is never overwritten."""


def write_results(
    folder: Path,
    comparison: Comparison,
    *,
    study_id: str,
    command: str,
    made_with: Mapping[str, str | int | float],
    inputs: Mapping[str, bytes],
    facts: Mapping[str, object],
) -> Path:
    """Write a study's results folder and return it.

    Args:
        folder: where it goes.
        comparison: what was found.
        study_id: what names the study; kept in the manifest.
        command: the exact command that makes it again.
        made_with: what the findings depend on besides the inputs: seed, replications, engine, versions.
        inputs: files that were used, by name; copies go to `inputs/`.
        facts: dates and timings, for `run_facts.json`.

    Raises:
        AlreadyFinished: when the folder holds a finished study.
        OSError: when the folder cannot be written; nothing half-written stays behind.
    """
    files = results_files(comparison, command, study_id)
    files |= {f"{INPUTS}/{name}": content for name, content in inputs.items()}
    return write_finished(folder, files, study_id=study_id, command=command, made_with=made_with, facts=facts)


def write_finished(
    folder: Path,
    files: Files,
    *,
    study_id: str,
    command: str,
    made_with: Mapping[str, str | int | float],
    facts: Mapping[str, object],
) -> Path:
    """Write files of a finished study with its manifest, which comes last; as `write_results`.

    Raises:
        AlreadyFinished: when the folder holds a finished study.
        OSError: when the folder cannot be written; nothing half-written stays behind.
    """
    if (folder / MANIFEST).exists():
        raise AlreadyFinished(f"{folder} holds a finished study, which is never overwritten")
    manifest = _manifest(files, study_id, command, made_with)
    write_folder(folder, {**files, RUN_FACTS: _json_bytes(dict(facts)), MANIFEST: manifest}, last=MANIFEST)
    return folder


def results_files(comparison: Comparison, command: str, study_id: str) -> Files:
    """Every file that follows from what was found."""
    from outputs.report import charts_of

    files: Files = {README: _readme(comparison, command).encode("utf-8")}
    found = tables_of(comparison)
    charts = charts_of(Findings(comparison, found, study_id, command))
    files |= chart_files(charts, study_id) | table_files(found)
    files["data/findings.json"] = to_text(json_document(comparison)).encode("utf-8")
    for scenario in comparison.scenarios:
        settled = json.loads(canonical_json(scenario))
        files[f"{INPUTS}/{_file_name(scenario.id)}{SETTLED}"] = _json_bytes(settled)
    return files


def chart_files(charts: Iterable[Chart], study_id: str, *, pictures: bool = False) -> Files:
    """Charts as SVG, and as PNG when pictures are wanted, the numbers behind each, and captions to paste below them."""
    files: Files = {}
    captions = []
    for chart in charts:
        files[f"figures/{chart.name}.svg"] = chart.drawing(study_id)
        if pictures:
            files[f"figures/{chart.name}.png"] = chart.picture(study_id)
        files[f"data/{chart.name}.csv"] = chart.numbers()
        captions.append(f"{chart.name}\n  {chart.title}.\n  {chart.caption} Run {study_id}.\n")
    return {**files, CAPTIONS: "\n".join(captions).encode("utf-8")}


def table_files(tables: Mapping[str, pd.DataFrame]) -> Files:
    """Each table as CSV, for people, and as Parquet, for programs."""
    files: Files = {}
    for name, table in tables.items():
        files[f"data/{name}.csv"] = csv_bytes(table)
        files[f"data/{name}.parquet"] = _parquet_bytes(table)
    return files


def csv_bytes(table: pd.DataFrame) -> bytes:
    """A table as CSV that a spreadsheet opens with its pound signs whole (UTF-8 with a byte-order mark)."""
    return table.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")


def _readme(comparison: Comparison, command: str) -> str:
    first = comparison.others()[0] if comparison.reference and comparison.others() else comparison.scenarios[0]
    screen = tables.two_block(comparison) if comparison.reference else tables.levels(comparison)
    return "\n".join([
        " / ".join(one.title for one in comparison.scenarios),
        "",
        *_hanging("QUESTION", first.question),
        *(line for sentence in words.answer(comparison) for line in _hanging("ANSWER", sentence)),
        "",
        screen,
        "",
        *([board, ""] if (board := board_words.in_words(comparison)) else []),
        f"COMMAND     {command}",
        f"MADE BY     {first.owner or '____'}",
        "CHECKED BY  ____",
        "",
        "HOW TO READ RANGES",
        "  Each run draws its assumptions from their ranges, the same draws in every scenario. [..] is the range in",
        "  which 8 of 10 runs lie. Simulation error is another thing: how far the average of these runs may be from",
        "  the average of very many. A verdict of n in 10 is the chance of a direction, judged by the runs.",
        "",
        "WHAT IS HERE",
        "  data/levels, differences, reached   what the tables and charts show, for every year (CSV and Parquet)",
        "  data/growth, vanguard_marks         growth by quarter and year, beside the published figures",
        "  data/best, pairing                  which is best and how surely; what pairing is worth",
        "  data/ledger, organisations, ...     the money: three views that are never added, who gains and loses",
        "  data/people, equity                 the people's side; every headline by deprivation fifth",
        "  data/accounting                     where each admission went that is in one scenario only",
        "  data/instead                        what people received instead, by setting and cost",
        "  data/runs                           every measure of every run",
        "  data/measures                       what each measure counts",
        "  data/findings.json                  the same as --json prints",
        "  report.html                         the report: opens in a browser, offline, and prints",
        "  paper.docx, workbook.xlsx           a two-page paper for Word, and everything for Excel",
        "  slide.png                           the answer as one picture, for a slide",
        "  figures/                            charts as PNG and SVG at print size, with captions; data in data/",
        "  inputs/                             every file that was used, and each scenario with everything settled",
        "  manifest.json                       a fingerprint of each file; run_facts.json has the date and timings",
        "",
    ])


def _hanging(word: str, text: str) -> list[str]:
    """A text under a word in the margin."""
    margin = " " * README_MARGIN
    return textwrap.wrap(text, tables.WIDTH, initial_indent=f"{word:<{README_MARGIN}}", subsequent_indent=margin)


def _manifest(
    files: Files, study_id: str, command: str, made_with: Mapping[str, str | int | float]
) -> bytes:
    fingerprints = {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}
    about = {"schema": SCHEMA_VERSION, "study": study_id, "command": command, "made_with": dict(made_with)}
    return _json_bytes({**about, "files": fingerprints})


def _json_bytes(value: object) -> bytes:
    return (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode("utf-8")


def _parquet_bytes(table: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), buffer, compression="zstd")
    return buffer.getvalue()


def _file_name(scenario: str) -> str:
    """A scenario's id as a file name: anything but letters, digits, "-" and "_" becomes "-"."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in scenario)
