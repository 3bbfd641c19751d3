"""The inputs of an analysis: uncertain values and switches of structure, each with a law, and a dummy."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

import numpy as np

from calibration.sensitivity.laws import ALWAYS, KINDS, NEEDS, Floats, Kind, Law
from scenarios.evidence import Evidence
from scenarios.messages import BadInput, Message, listed, nearest
from scenarios.resolved import Intervention, RangeValue, Resolved
from scenarios.uncertain import (
    ACTS_ON_CRISES,
    RECORDING,
    Uncertain,
    acts_on_crises,
    of_evidence,
    of_interventions,
    of_recording,
    row_named,
)

DUMMY: Final = "dummy"
STRUCTURE: Final = "structure"
GRADES: Final = ("sourced", "derived", "assumption")
GROUPINGS: Final = ("none", "source", "grade", "file")
STRUCTURES: Final = Path(__file__).with_name("structures.csv")
COLUMNS: Final = ("name", "group", "law", "low", "best", "high", "mean", "sd")


@dataclass(frozen=True)
class Input:
    """One input.

    Attributes:
        name: what it is called in every table.
        law: what it may be.
        names: values of the scenario that it sets; none for the dummy.
        group: inputs of a group are analysed as one; its own name where there is none.
        grade: "sourced", "derived", "assumption", "structure" or "dummy".
        belongs_to: intervention or part of the model.
        unit: of the value; of a switch, what it does.
        stays_when_on: of a switch: whether on leaves the scenario as it is.
    """

    name: str
    law: Law
    names: tuple[str, ...]
    group: str
    grade: str
    belongs_to: str = ""
    unit: str = ""
    stays_when_on: bool = False

    def settings(self, share: float) -> dict[str, float]:
        """Values of the scenario at a share from 0 to 1."""
        if self.stays_when_on and share >= 0.5:
            return {}
        return dict.fromkeys(self.names, self.law.value(share))


@dataclass(frozen=True)
class Inputs:
    """All inputs of an analysis, the dummy last, and how they hang together.

    Attributes:
        every: inputs in order.
        correlation: (inputs, inputs) of their normal scores.
    """

    every: tuple[Input, ...]
    correlation: Floats

    @classmethod
    def of(cls, inputs: Sequence[Input], correlated: Mapping[tuple[str, str], float] | None = None) -> Inputs:
        """With a dummy added, and inputs that are correlated put into one group.

        Raises:
            BadInput: two of a name; a correlation of what is no input, of a switch, or that cannot be.
        """
        every = (*inputs, Input(DUMMY, ALWAYS, (), DUMMY, DUMMY, DUMMY))
        names = [one.name for one in every]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise _bad("--vary", twice, text="This input is there twice.")
        matrix = np.eye(len(every))
        for (one, other), value in (correlated or {}).items():
            i, j = (_position(names, every, name) for name in (one, other))
            matrix[i, j] = matrix[j, i] = value
        if float(np.linalg.eigvalsh(matrix).min()) <= 1e-9:
            raise _bad("--correlate", "", text="These correlations cannot all hold together.")
        return cls(_grouped_by(every, matrix), matrix)

    @property
    def names(self) -> tuple[str, ...]:
        """Of every input, the dummy last."""
        return tuple(one.name for one in self.every)

    @property
    def groups(self) -> tuple[str, ...]:
        """Group of every input, the dummy's last."""
        return tuple(one.group for one in self.every)

    @property
    def has_groups(self) -> bool:
        """Whether some inputs are analysed as one."""
        return self.groups != self.names

    @property
    def is_correlated(self) -> bool:
        """Whether inputs hang together."""
        return not np.array_equal(self.correlation, np.eye(len(self.every)))

    def coordinates(self, shares: Floats) -> Floats:
        """(points, inputs) shares, already correlated, on the axes that emulators use."""
        return np.column_stack([one.law.coordinate(column) for one, column in zip(self.every, shares.T, strict=True)])

    def ends(self) -> tuple[Floats, Floats]:
        """Lowest and highest coordinates of every input."""
        low, high = zip(*(one.law.ends() for one in self.every), strict=True)
        return np.array(low), np.array(high)

    def settings(self, shares: Floats) -> dict[str, float]:
        """Values of the scenario at one point of the design."""
        found: dict[str, float] = {}
        for one, share in zip(self.every, shares, strict=True):
            found |= one.settings(float(share))
        return found

    def values(self, shares: Floats) -> dict[str, float]:
        """What is written into the design table: each input's value."""
        return {one.name: one.law.value(float(share)) for one, share in zip(self.every, shares, strict=True)}


def inputs_for(
    scenario: Resolved,
    evidence: Evidence,
    *,
    vary: Sequence[str] = (),
    structure: bool = False,
    grouping: str = "none",
    table: Path | None = None,
    correlated: Mapping[tuple[str, str], float] | None = None,
) -> Inputs:
    """The inputs that somebody asked for.

    Args:
        scenario: whose assumptions are meant.
        evidence: the shipped tables.
        vary: exact names, patterns with "*", interventions or parts of the model ("pressure"), or grades. Nothing:
            every value with a range of the scenario's own interventions.
        structure: whether to add the switches of structure.
        grouping: one of `GROUPINGS`; "file" takes the groups of the table.
        table: a CSV of inputs with laws of their own, instead of `vary`, or with it.
        correlated: pairs of names and the correlation of their normal scores.

    Raises:
        BadInput: nothing is varied, or a name, law or grouping is not known.
    """
    own = of_interventions(scenario)
    known = (*own, *of_recording(scenario))
    found: dict[str, Input] = {}
    if table is not None:
        found |= {one.name: one for one in _from_table(table, known, evidence)}
    chosen = _chosen(vary, known, evidence) if vary else (own if table is None else ())
    for each in chosen:
        found.setdefault(each.name, _input(each))
    if structure:
        found |= {one.name: one for one in _switches(scenario, evidence)}
        found = {name: one for name, one in found.items() if one.grade == STRUCTURE or not _is_switched(one, found)}
    if not found:
        text = "This scenario has no value with a range. Name some with --vary; caresim list assumptions shows them."
        raise _bad("--vary", "", text=text)
    return Inputs.of([_regrouped(one, grouping) for one in found.values()], correlated)


def as_table(inputs: Inputs) -> list[dict[str, object]]:
    """The inputs as rows of a table that `--inputs` reads back, the dummy left out."""
    rows = []
    for one in inputs.every[:-1]:
        numbers = dict(one.law.numbers)
        if one.law.range is not None:
            numbers = {"low": one.law.range.low, "best": one.law.range.best, "high": one.law.range.high}
        row: dict[str, object] = {"name": one.name, "group": one.group, "law": one.law.kind}
        rows.append({**row, **{key: numbers.get(key, "") for key in COLUMNS[3:]}, "unit": one.unit, "grade": one.grade})
    return rows


def _input(one: Uncertain) -> Input:
    law = Law("range", range=one.value, least=one.least, most=one.most)
    return Input(one.name, law, (one.name,), one.name, one.grade, one.belongs_to, one.unit)


def _regrouped(one: Input, grouping: str) -> Input:
    if grouping not in GROUPINGS:
        raise _bad("--groups", grouping, GROUPINGS)
    if grouping == "none":
        return replace(one, group=one.name)
    if grouping == "file":
        return one
    return replace(one, group=one.grade if grouping == "grade" or one.grade == STRUCTURE else one.belongs_to)


def _grouped_by(every: tuple[Input, ...], matrix: Floats) -> tuple[Input, ...]:
    """Inputs that are correlated share a group, and so does whoever is in a group with one of them."""
    groups = [one.group for one in every]
    for i, j in zip(*np.nonzero(np.triu(matrix, 1)), strict=True):
        one, other = groups[i], groups[j]
        if one != other:
            joined = f"{one} + {other}"
            groups = [joined if group in (one, other) else group for group in groups]
    return tuple(replace(one, group=group) for one, group in zip(every, groups, strict=True))


def _position(names: Sequence[str], every: Sequence[Input], name: str) -> int:
    if name not in names:
        raise _bad("--correlate", name, names[:-1], "This is not among the inputs.")
    at = names.index(name)
    if every[at].law.is_switch or name == DUMMY:
        raise _bad("--correlate", name, text="Only values that vary evenly can be correlated.")
    return at


def _chosen(vary: Sequence[str], own: Sequence[Uncertain], evidence: Evidence) -> list[Uncertain]:
    known = [*own, *of_evidence(evidence)]
    found: dict[str, Uncertain] = {}
    for selector in vary:
        matching = [one for one in known if _matches(one, selector)]
        if not matching:
            names = [*GRADES, *dict.fromkeys(one.belongs_to for one in known), *(one.name for one in known)]
            row = row_named(evidence, selector)
            text = "No value with a range has this name, belongs to this or has this grade."
            if row is not None:
                text = "This value has no range; give it a law of its own with --inputs FILE."
            raise _bad(
                "--vary", selector, ('a name, a pattern with "*", a group or a grade',), text, nearest(selector, names)
            )
        found |= {one.name: one for one in matching}
    return list(found.values())


def _matches(one: Uncertain, selector: str) -> bool:
    if selector in (one.name, one.belongs_to, one.grade):
        return True
    if "*" in selector:
        return fnmatchcase(one.name.replace("[", "("), selector.replace("[", "("))
    return " ".join(one.name.lower().split()) == " ".join(selector.lower().split())


def _switches(scenario: Resolved, evidence: Evidence) -> Iterable[Input]:
    """Switches of structure: those of the table; what each service does to whom; and how admissions are recorded."""
    with STRUCTURES.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            names = tuple(name.strip() for name in row["values"].split(";"))
            usual = evidence.find(names[0])
            law = Law("switch", (("off", float(row["off"])), ("on", usual.value if usual else 1.0)))
            yield Input(row["switch"], law, names, row["switch"], STRUCTURE, STRUCTURE, row["what"], stays_when_on=True)
    for plan in scenario.interventions:
        yield from _switches_of(plan)
    for one in of_recording(scenario):
        said = "programme areas record otherwise"
        law = Law("switch", (("off", 0.0), ("on", one.value.best)))
        unit = f"off: as before; on: {one.value.best:.1%} of admissions without a night are recorded as outpatients"
        yield Input(said, law, (RECORDING,), said, STRUCTURE, STRUCTURE, unit)


def _switches_of(plan: Intervention) -> Iterable[Input]:
    """Which stays a service avoids first, and whether it acts on crises or on the stays that they end in."""
    law = Law("switch", (("off", 0.0), ("on", 1.0)))
    said = f"{plan.id} avoids short stays first"
    yield Input(said, law, (f"{plan.id}.avoids",), said, STRUCTURE, STRUCTURE,
                "off: all stays alike; on: short stays first")  # fmt: skip
    if acts_on_crises(plan):
        said = f"{plan.id} {ACTS_ON_CRISES}"
        yield Input(said, law, (f"{plan.id}.{ACTS_ON_CRISES}",), said, STRUCTURE, STRUCTURE,
                    "off: as large an effect on nights in hospital instead; on: on how often crises come",
                    stays_when_on=True)  # fmt: skip


def _is_switched(one: Input, found: Mapping[str, Input]) -> bool:
    """Whether a switch sets what an input would vary; the switch goes first."""
    switched = {name for each in found.values() if each.grade == STRUCTURE for name in each.names}
    return bool(switched & set(one.names))


def _from_table(path: Path, own: Sequence[Uncertain], evidence: Evidence) -> Iterable[Input]:
    """Inputs of a user's table."""
    if not path.is_file():
        raise _bad("--inputs", str(path), text="There is no such file.")
    known = {one.name: one for one in own}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        if "name" not in (reader.fieldnames or ()):
            raise BadInput(
                [
                    Message(
                        str(path),
                        1,
                        "",
                        ", ".join(reader.fieldnames or ()),
                        f"columns name, and any of {', '.join(COLUMNS[1:])}",
                    )
                ]
            )
        for row in reader:
            yield _from_row(row, path, reader.line_num, known, evidence)


def _from_row(
    row: Mapping[str, str], path: Path, line: int, known: Mapping[str, Uncertain], evidence: Evidence
) -> Input:
    name, kind = (row["name"] or "").strip(), (row.get("law") or "range").strip().lower()
    one = known.get(name) or row_named(evidence, name)
    if one is None:
        names = [*known, *(each.name for each in of_evidence(evidence))]
        raise BadInput(
            [
                Message(
                    str(path),
                    line,
                    "name",
                    name,
                    'a name from "caresim list assumptions" or of the plan',
                    nearest(name, names),
                )
            ]
        )
    if kind not in KINDS or kind == "switch":
        raise BadInput([Message(str(path), line, "law", kind, listed(KINDS[:-1]), nearest(kind, KINDS[:-1]))])
    numbers = {key: _number(row, key, path, line) for key in COLUMNS[3:] if (row.get(key) or "").strip()}
    group = (row.get("group") or "").strip() or one.name
    try:
        law = _law(kind, numbers, one)
    except ValueError as error:
        raise BadInput([Message(str(path), line, "law", kind, text=f"{error}.".capitalize())]) from None
    return Input(one.name, law, (one.name,), group, one.grade, one.belongs_to, one.unit)


def _law(kind: Kind, numbers: Mapping[str, float], one: Uncertain) -> Law:
    if kind != "range":
        return Law.of(kind, **{key: numbers[key] for key in NEEDS[kind] if key in numbers})
    best = numbers.get("best", one.value.best)
    low, high = numbers.get("low", one.value.low), numbers.get("high", one.value.high)
    if not low <= best <= high or low == high:
        raise ValueError("low, best and high must be in this order, and low below high")
    value = RangeValue(best, low, high, one.value.scale)
    return Law("range", range=value, least=one.least, most=one.most)


def _number(row: Mapping[str, str], key: str, path: Path, line: int) -> float:
    try:
        return float(row[key].replace(",", ""))
    except ValueError:
        raise BadInput([Message(str(path), line, key, row[key], "a number")]) from None


def _bad(option: str, found: str, allowed: Iterable[str] = (), text: str = "", close: str = "") -> BadInput:
    words = tuple(allowed)
    return BadInput(
        [
            Message(
                "",
                0,
                option,
                found,
                listed(words) if words else "",
                close or nearest(found, words),
                text=text,
                label="option",
            )
        ]
    )
