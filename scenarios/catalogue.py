"""Finds scenarios, interventions, places and contracts: shipped ones by name or alias, a user's by file or folder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from scenarios.evidence import LIBRARY
from scenarios.excel_plan import read_facts
from scenarios.excel_reader import OTHER_FORMATS
from scenarios.excel_reader import SUFFIX as WORKBOOK
from scenarios.messages import BadInput, Message, listed, nearest
from scenarios.resolved import Origin
from scenarios.yaml_reader import Mapping, Scalar, canonical, read_yaml

Kind = Literal["scenario", "intervention", "place", "contract"]
FOLDERS: dict[Kind, str] = {
    "scenario": "scenarios", "intervention": "interventions", "place": "places", "contract": "contracts",
}
PLACE_FILE = "place.yaml"
SUFFIXES = (".yaml", ".yml")
WORKBOOKS = (WORKBOOK, *OTHER_FORMATS)
"""Endings of workbooks: the one that is read, and those that get a message of their own."""
MOST_NAMED = 12
"""Names listed in a message; beyond that the command that lists them is named."""
PLAN_SHEET, PLACE_SHEET = "plan", "place"


@dataclass(frozen=True)
class Found:
    """A file that was asked for by name.

    Attributes:
        id: its name, with hyphens between words.
        path: the file itself: YAML, or an Excel workbook.
        shown: its name in messages.
        shipped: whether it is ours.
        is_place: whether a place was asked for.
    """

    id: str
    path: Path
    shown: str
    shipped: bool
    is_place: bool = False

    def read(self) -> Mapping:
        """What it says; BadInput as `read_yaml` and `read_facts`."""
        if self.path.suffix.lower() in WORKBOOKS:
            return read_facts(self.path, self.shown, PLACE_SHEET if self.is_place else PLAN_SHEET)
        return read_yaml(self.path, self.shown)


def shipped(kind: Kind) -> tuple[str, ...]:
    """Names of the shipped files of a kind, in order; do-nothing comes first."""
    folder = LIBRARY / FOLDERS[kind]
    names = [path.name for path in folder.iterdir() if (path / PLACE_FILE).is_file()] if kind == "place" else [
        path.stem for path in folder.glob("*.yaml")]
    return tuple(sorted(names, key=lambda name: (name != "do-nothing", name)))


def aliases(kind: Kind, name: str) -> tuple[str, ...]:
    """Other names of a shipped file."""
    value = _shipped(kind, name).read().get("also_called")
    return tuple(part.strip() for part in value.text.split(";")) if isinstance(value, Scalar) else ()


def find(kind: Kind, name: str, beside: Path | None = None) -> Found | None:
    """The file of a kind that a name or path means, or nothing. A bare word is a shipped name first.

    Args:
        kind: what is looked for.
        name: a shipped name or alias, or a path to a file (or, for a place, its folder), with or without ".yaml".
        beside: folder of the file that names it; looked in before the present folder.
    """
    if not name.strip():
        return None
    return _named(kind, name) or _own(kind, name, beside)


def require(kind: Kind, name: str, asked: Origin, key: str, beside: Path | None = None) -> Found:
    """As `find`, but what is not found is bad input, put down to where it was asked for."""
    found = find(kind, name, beside)
    if found is None:
        raise BadInput([absent(kind, name, asked, key, beside)])
    return found


def absent(kind: Kind, name: str, asked: Origin, key: str, beside: Path | None = None) -> Message:
    """The message for a name that means nothing."""
    known = (*shipped(kind), *_nearby(kind, beside))
    thing = "folder with a place.yaml" if kind == "place" else "YAML file"
    text = f"There is no {kind} of this name, and no {thing}."
    label = "key" if asked.line else ""
    allowed = listed(known) if len(known) <= MOST_NAMED else f"a name from caresim list {kind}s"
    return Message(asked.file, asked.line, key, name, allowed, nearest(name, known), text, label)


def shown_path(path: Path) -> str:
    """A path as a user would write it from the present folder."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def _named(kind: Kind, name: str) -> Found | None:
    wanted = canonical(name)
    for known in shipped(kind):
        if canonical(known) == wanted:
            return _shipped(kind, known)
    return _by_alias(kind).get(wanted)


@lru_cache(maxsize=4)
def _by_alias(kind: Kind) -> dict[str, Found]:
    return {canonical(alias): _shipped(kind, known) for known in shipped(kind) for alias in aliases(kind, known)}


def _shipped(kind: Kind, name: str) -> Found:
    inside = f"{FOLDERS[kind]}/{name}"
    path = LIBRARY / (f"{inside}/{PLACE_FILE}" if kind == "place" else f"{inside}.yaml")
    return Found(name, path, f"shipped {inside}" if kind == "place" else f"shipped {inside}.yaml", True)


def _own(kind: Kind, name: str, beside: Path | None) -> Found | None:
    """A user's own file."""
    for folder in (beside, Path()) if beside is not None else (Path(),):
        stem = folder / name
        candidates = [stem / PLACE_FILE] if kind == "place" else []
        written = stem.suffix.lower() in (*SUFFIXES, *WORKBOOKS)
        candidates += [stem] if written else [stem.with_name(stem.name + end) for end in (*SUFFIXES, WORKBOOK)]
        candidates += [stem / f"{stem.name}{WORKBOOK}"] if kind == "place" and not written else []
        if kind == "intervention":
            candidates += [folder / "interventions" / f"{name}{end}" for end in SUFFIXES]
        for path in candidates:
            if path.is_file() or (path == stem and path.exists()):
                identity = path.parent.name if path.name == PLACE_FILE else path.stem
                return Found(identity, path, shown_path(path), False, kind == "place")
    return None


def _nearby(kind: Kind, beside: Path | None) -> tuple[str, ...]:
    """A user's own files near to hand, for suggestions."""
    folder = beside or Path()
    if not folder.is_dir():
        return ()
    if kind == "place":
        return tuple(sorted(path.parent.name for path in folder.glob(f"*/{PLACE_FILE}")))
    return tuple(sorted(path.stem for path in folder.glob("*.yaml")))[:20]
