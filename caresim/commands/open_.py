"""`caresim open`: the results of a study, in whatever shows files on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click

from caresim.screen import show, tell


@click.command("open")
@click.argument("study", metavar="STUDY", required=False)
@click.option("--print", "only_print", is_flag=True, help="Print where it is, and open nothing.")
def command(study: str | None, only_print: bool) -> None:
    """Open the results of a study.

    STUDY is a folder, or how its name in results/ begins (demo, extensivist-teams); the latest if left out.
    """
    from caresim.results import find_study, first_page

    page = first_page(find_study(study, "caresim open"))
    show(str(page))
    if not only_print and not _open(page):
        tell("This machine shows no files by itself; the results are in the folder above.")


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
