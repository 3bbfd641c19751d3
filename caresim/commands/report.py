"""`caresim report`: make a study's report, paper, workbook and slide again."""

from __future__ import annotations

import click

from caresim.errors import CheckFailed
from caresim.screen import show, tell


@click.command("report")
@click.argument("study", metavar="[STUDY]", required=False)
def command(study: str | None) -> None:
    """Make the report, paper, workbook, slide and pictures of a finished study again, from its own folder.

    STUDY is a folder, or how its name in results/ begins (demo, extensivist-teams); the latest if left out. Nothing is
    simulated, and what was found does not change.
    """
    from caresim.results import find_comparison
    from outputs.documents import NoRoom, write_documents

    try:
        written = write_documents(find_comparison(study, "caresim report"))
    except NoRoom as failure:
        tell(str(failure))
        raise CheckFailed from failure
    for path in written.paths:
        show(str(path))
    for remark in written.remarks:
        tell(remark)
