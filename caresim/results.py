"""Where results go: one folder a study, one folder for the runs that studies share."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from caresim.study import DO_NOTHING, Study
from outputs.finished import DOCUMENT
from scenarios.messages import BadInput, Message, listed, nearest

RESULTS = Path("results")
RUNS = "runs"
MANIFEST = "manifest.json"
LONGEST_TITLE = 50
FIRST_TO_LOOK_AT = ("report.html", "README.txt")


def results_folder(out: Path | None) -> Path:
    """The folder under which everything of a command goes."""
    return out or RESULTS


def runs_folder(out: Path | None) -> Path:
    """Where single runs are kept: shared by all studies, or inside a folder that the user named."""
    return results_folder(out) / RUNS


def study_folder(study: Study, period: str | None, out: Path | None, title: str = "") -> Path:
    """The folder of a study: the one it has already, else a new name; nothing is created.

    Args:
        study: whose results are meant.
        period: year that is reported.
        out: folder that the user named; None: one in results/.
        title: how a new folder's name begins; made from the scenarios when empty.

    Raises:
        BadInput: when `out` holds another study or is a file.
    """
    return folder_named(title or title_of(study), study.identity(period), out)


def folder_named(title: str, identity: str, out: Path | None) -> Path:
    """The folder of results that begins with a title: the one that is there already, else a new name.

    Args:
        title: how a new folder's name begins.
        identity: six characters that change with anything that the results depend on.
        out: folder that the user named; None: one in results/.

    Raises:
        BadInput: when `out` holds other results or is a file.
    """
    if out is not None:
        _refuse_others(out, identity)
        return out
    earlier = sorted(RESULTS.glob(f"{title}_*_{identity}"))
    return earlier[-1] if earlier else RESULTS / f"{title}_{date.today():%Y-%m-%d}_{identity}"


def is_finished(folder: Path) -> bool:
    """Whether a study was written out completely."""
    return (folder / MANIFEST).is_file()


def finished_studies() -> list[Path]:
    """Folders of finished studies, the latest last."""
    return sorted((path.parent for path in RESULTS.glob(f"*/{MANIFEST}")), key=lambda path: path.stat().st_mtime)


def find_study(name: str | None, asked_by: str) -> Path:
    """The folder of a finished study: a folder, or the latest in results/ whose name begins so.

    Args:
        name: as the user gave it; None for the latest.
        asked_by: the command, for the message.

    Raises:
        BadInput: when there is none of that name.
    """
    if name is not None and is_finished(Path(name)):
        return Path(name)
    studies = finished_studies()
    matching = [path for path in studies if name is None or path.name.startswith(name)]
    if matching:
        return matching[-1]
    if not studies:
        text = f"There are no finished studies in {RESULTS.resolve()}. caresim demo makes one."
        raise BadInput([Message("", 0, "", text=text)])
    names = [path.name for path in studies]
    raise BadInput([Message(asked_by, 0, "", name or "", listed(names[-5:]), nearest(name or "", names))])


def find_comparison(name: str | None, asked_by: str) -> Path:
    """As `find_study`, for what works only on studies that `caresim compare` and `caresim run` make.

    Raises:
        BadInput: also for the answer to another question, with the command that asks it again.
    """
    folder = find_study(name, asked_by)
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        command, is_comparison = str(manifest["command"]), DOCUMENT in manifest["files"]
    except (OSError, ValueError, TypeError, KeyError):
        return folder
    if is_comparison:
        return folder
    text = (
        f"This is the answer of {' '.join(command.split()[:2])}, and {asked_by} works only on studies of caresim "
        f"compare and caresim run. The answer is in {first_page(folder).name}; caresim pack and caresim open work on "
        f"it. Once the model is another, the same command asks again, into a new folder: {command}"
    )
    raise BadInput([Message("", 0, "study", str(folder), text=text, label="folder")])


def first_page(folder: Path) -> Path:
    """What to look at first in the folder of a study; the folder itself when there is nothing of the kind."""
    return next((folder / name for name in FIRST_TO_LOOK_AT if (folder / name).is_file()), folder)


def title_of(study: Study) -> str:
    """A short name for a study's folder, from the scenarios that are not the reference."""
    names = [s.id for s in study.scenarios if s.id not in (study.reference, DO_NOTHING)] or [study.scenarios[0].id]
    return title_from(names)


def title_from(words: Iterable[str]) -> str:
    """How the name of a folder begins: lower-case letters, digits and hyphens, not too long."""
    return re.sub(r"[^a-z0-9]+", "-", "-".join(words).lower()).strip("-")[:LONGEST_TITLE].rstrip("-")


def _refuse_others(out: Path, study_id: str) -> None:
    if out.exists() and not out.is_dir():
        raise BadInput([Message("", 0, "--out", str(out), text="This is a file; a folder is wanted.", label="option")])
    if is_finished(out) and study_id not in (out / MANIFEST).read_text(encoding="utf-8"):
        text = "This folder holds another finished study, which is never overwritten. Name another folder."
        raise BadInput([Message("", 0, "--out", str(out), text=text, label="option")])
