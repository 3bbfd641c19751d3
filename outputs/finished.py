"""A finished study as reports read it: what was found, every table, and where it is from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from outputs.comparison import Comparison
from outputs.measures.registry import MEASURES
from outputs.periods import Period, years_of
from scenarios.messages import BadInput, Message
from scenarios.resolved import Resolved

MANIFEST = "manifest.json"
RUN_FACTS = "run_facts.json"
INPUTS = "inputs"
SETTLED = ".settled.json"
DOCUMENT = "data/findings.json"
GROWTH = "emergency_admission_growth_percent"
NEEDED = ("runs", "levels")


@dataclass(frozen=True)
class Findings:
    """What a study found, and where it is from.

    Attributes:
        comparison: what was found.
        tables: every table of the study, by the name of its file; a section shows those that it knows.
        study: the six characters that name it, the "run" that every figure is footnoted with.
        command: that makes it again.
        made_with: seed, replications, engine, versions.
        facts: date, timings and machine; empty before they are known.
    """

    comparison: Comparison
    tables: Mapping[str, pd.DataFrame]
    study: str
    command: str
    made_with: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)

    def table(self, name: str) -> pd.DataFrame:
        """A table by name; an empty one when the study has none."""
        return self.tables.get(name, pd.DataFrame())

    def titled(self, name: str) -> pd.DataFrame:
        """As `table`, with titles of scenarios, services and measures where the table has their ids."""
        return self.with_titles(self.table(name))

    def with_titles(self, found: pd.DataFrame) -> pd.DataFrame:
        """A table with titles of scenarios, services and measures where it has their ids."""
        scenarios = {one.id: one.title for one in self.comparison.scenarios}
        services = {plan.id: plan.title for one in self.comparison.scenarios for plan in one.interventions}
        measures = {one.id: one.title for one in MEASURES.values()}
        columns = {"scenario": scenarios, "reference": scenarios, "team": services, "part": services,
                   "measure": measures}
        return found.assign(**{
            column: found[column].map(lambda text, known=known: known.get(text, text))
            for column, known in columns.items() if column in found
        })

    @property
    def date(self) -> str:
        """The day on which it was finished, "22 November 2026"; empty before it is."""
        found = str(self.facts.get("finished", ""))[:10]
        if not found:
            return ""
        day = datetime.fromisoformat(found)
        return f"{day.day} {day:%B %Y}"


def read_findings(folder: Path) -> Findings:
    """A finished study from its folder.

    Raises:
        BadInput: when the folder holds no whole study, or one of a caresim that wrote other files.
    """
    try:
        manifest = _json(folder / MANIFEST)
        document = _json(folder / DOCUMENT)
        tables = {path.stem: pd.read_parquet(path) for path in sorted((folder / "data").glob("*.parquet"))}
        scenarios = _scenarios(folder, [one["id"] for one in document["scenarios"]])
        if missing := [name for name in NEEDED if name not in tables]:
            raise FileNotFoundError(2, "No such file", str(folder / "data" / f"{missing[0]}.parquet"))
        comparison = _comparison(document, tables, scenarios)
    except FileNotFoundError as error:
        raise _unusable(folder, f"{error.filename} is missing") from error
    except (ValueError, KeyError, TypeError) as error:
        raise _unusable(folder, f"a file in it is damaged or of another version of caresim ({error})") from error
    facts = _json(folder / RUN_FACTS) if (folder / RUN_FACTS).is_file() else {}
    return Findings(comparison, tables, manifest["study"], manifest["command"], manifest["made_with"], facts)


def _comparison(
    document: Mapping[str, Any], tables: Mapping[str, pd.DataFrame], scenarios: tuple[Resolved, ...]
) -> Comparison:
    by_name = {year.name: year for year in years_of(scenarios[0].window)}
    compared = document["comparisons"]
    levels = tables["levels"]
    return Comparison(
        scenarios=scenarios,
        reference=compared[0]["reference"] if compared else None,
        period=by_name[document["period"]],
        base=by_name[document["base_period"]],
        growth_period=_growth_period(document, by_name),
        runs=int(document["runs"]),
        run_values=tables["runs"],
        levels=levels,
        differences=tables.get("differences", pd.DataFrame()),
        reached=tables.get("reached", pd.DataFrame()),
        accounting=tables.get("accounting", pd.DataFrame()),
        instead=tables.get("instead", pd.DataFrame()),
        attribution=tables.get("attribution", pd.DataFrame()),
    )


def _growth_period(document: Mapping[str, Any], by_name: Mapping[str, Period]) -> Period | None:
    growth = document["scenarios"][0]["measures"].get(GROWTH)
    return None if growth is None else by_name[growth["period"]]


def _scenarios(folder: Path, ids: list[str]) -> tuple[Resolved, ...]:
    from pydantic import TypeAdapter

    adapter = TypeAdapter(Resolved)
    settled = [adapter.validate_json(path.read_bytes()) for path in sorted((folder / INPUTS).glob(f"*{SETTLED}"))]
    by_id = {one.id: one for one in settled}
    return tuple(by_id[name] for name in ids)


def _json(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _unusable(folder: Path, why: str) -> BadInput:
    text = f"This study cannot be read: {why}. The command in its README.txt makes it again."
    return BadInput([Message("", 0, "study", str(folder), text=text, label="folder")])
