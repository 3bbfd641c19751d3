"""`caresim open`: the results of a study, in whatever shows files on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click

from caresim.screen import show, tell

FIRST_TO_LOOK_AT = ("report.html", "README.txt")


@click.command("open")
@click.argument("study", metavar="STUDY", required=False)
@click.option("--print", "only_print", is_flag=True, help="Print where it is, and open nothing.")
def command(study: str | None, only_print: bool) -> None:
    """Open the results of a study.

    STUDY is a folder, or how its name in results/ begins (demo, extensivist-teams); the latest if left out.
    """
    folder = find_study(study)
    page = next((folder / name for name in FIRST_TO_LOOK_AT if (folder / name).is_file()), folder)
    show(str(page))
    if not only_print and not _open(page):
        tell("This machine shows no files by itself; the results are in the folder above.")


def find_study(name: str | None) -> Path:
    """The folder of a finished study.

    Raises:
        BadInput: when there is none of that name.
    """
    from caresim.results import RESULTS, finished_studies, is_finished
    from scenarios.messages import BadInput, Message, listed, nearest

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
    near = nearest(name or "", names)
    raise BadInput([Message("caresim open", 0, "", name or "", listed(names[-5:]), near)])


def _open(path: Path) -> bool:
    """Show a file or folder with the system's own means; False when there are none."""
    if sys.platform == "win32":
        os.startfile(path)
        return True
    opener = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    if opener is None:
        return False
    quiet = subprocess.DEVNULL
    opened = subprocess.run([opener, str(path)], check=False, stdin=quiet, stdout=quiet, stderr=quiet)
    return opened.returncode == 0
