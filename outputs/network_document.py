"""What runs of a network show as one JSON document, and as the files of a folder."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pandas as pd

from outputs import network_tables
from outputs.figures.network_diagram import network_diagram
from outputs.network_study import LEVEL, NetworkResult
from outputs.network_words import words_of
from outputs.writer import Files, csv_bytes
from simulation.studies.whole_files import write_folder

Document = dict[str, Any]


def document(result: NetworkResult) -> Document:
    """The document: how it was run, each measure with its interval, and the distribution of numbers present."""
    file = result.file
    return {
        "network": file.name,
        "title": file.title,
        "start": file.plan.start.isoformat(sep=" ", timespec="minutes"),
        "warm_up_seconds": file.plan.warm_up,
        "length_seconds": file.plan.length,
        "runs": len(result.runs),
        "seed": file.plan.seed,
        "unit_of_time": file.plan.unit,
        "interval_kind": "simulation error of the mean",
        "level": LEVEL,
        "measures": _records(result.summary),
        "waits": _records(result.waits),
        "distributions": _records(result.distributions),
        "by_day": _by_day(result),
        "flows": _records(result.flows),
    }


def to_text(content: Document) -> str:
    """The document as text; the same bytes for the same findings."""
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)


def write_network(folder: Path, result: NetworkResult, command: str) -> Path:
    """Write a folder of what was found, whole or not at all, and return it.

    Args:
        folder: a new one.
        result: what was found.
        command: the one that makes it again.

    Raises:
        OSError: when the folder cannot be written.
    """
    write_folder(folder, network_files(result, command), last="data/findings.json")
    return folder


def network_files(result: NetworkResult, command: str) -> Files:
    """Every file that follows from what was found, by path inside the folder."""
    tables = {
        "summary": result.summary, "runs": result.by_run, "waits": result.waits,
        "distributions": result.distributions, "by_day": result.by_day, "flows": result.flows,
        "measures": _measures(result),
    }  # fmt: skip
    files: Files = {f"data/{name}.csv": csv_bytes(table) for name, table in tables.items()}
    files["data/findings.json"] = (to_text(document(result)) + "\n").encode()
    files |= {f"figures/{name}": content for name, content in network_diagram(result).files().items()}
    files[f"inputs/{result.file.name}.yaml"] = result.file.text.encode()
    files["README.txt"] = _readme(result, command).encode()
    return files


def _measures(result: NetworkResult) -> pd.DataFrame:
    measures = dict.fromkeys(key.measure for run in result.runs for key in run.values)
    return pd.DataFrame([(measure, words_of(measure)) for measure in measures], columns=["measure", "what"])


def _readme(result: NetworkResult, command: str) -> str:
    return "\n".join([
        network_tables.screen(result),
        "",
        f"COMMAND  {command}",
        "",
        "data/summary        each measure: mean, 95 % interval, standard error, spread from run to run",
        "data/runs           each measure of each run",
        "data/waits          waits that 5 %, 10 %, ... of those who start do not exceed",
        "data/distributions  share of time with 0, 1, 2, ... present",
        "data/by_day         each day that is counted",
        "data/flows          patients a day from one setting to the next",
        "data/measures       what each measure is",
        "figures/            the network drawn",
        "inputs/             the network file",
        "",
    ])  # fmt: skip


def _records(table: pd.DataFrame) -> list[Document]:
    rows = [{str(key): _plain(value) for key, value in row.items()} for row in table.to_dict("records")]
    return [row for row in rows if row]


def _by_day(result: NetworkResult) -> Document:
    """Each whole day that is counted: dates, and by setting and measure the means of all days."""
    table = result.by_day
    found: Document = {"dates": list(dict.fromkeys(table["date"])), "settings": {}}
    for (where, measure), rows in table.groupby(["where", "measure"], sort=False):
        means = [_plain(mean) for mean in rows["mean"]]
        found["settings"].setdefault(where, {})[measure] = means
    return found


def _plain(value: Any) -> Any:  # noqa: ANN401 - cells of a table
    """A cell as JSON has it; what is not known is null."""
    if isinstance(value, str):
        return value
    number = float(value)
    if math.isnan(number):
        return None
    return int(number) if number.is_integer() and not isinstance(value, float) else number
