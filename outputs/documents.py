"""The report, workbook, paper, slide and printed pictures of a finished study: made from its folder, at will again.

They carry the date and facts of the run, so no manifest has their fingerprints and no comparison of bytes looks at
them. The study is whole without them: whatever goes wrong here, nothing that was found is lost.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from outputs.finished import Findings, read_findings
from simulation.studies.whole_files import move_into_place

REPORT, PAPER, WORKBOOK, SLIDE = "report.html", "paper.docx", "workbook.xlsx", "slide.png"


class NoRoom(Exception):
    """A document could not be written; the text says what to do, and that nothing is lost."""


@dataclass(frozen=True)
class Written:
    """Documents that are there now, and what a user should know of them."""

    paths: tuple[Path, ...]
    remarks: tuple[str, ...]


def _report(findings: Findings) -> bytes:
    from outputs.report import report_html

    return report_html(findings).encode("utf-8")


def _paper(findings: Findings) -> bytes:
    from outputs.paper import paper_docx

    return paper_docx(findings)


def _workbook(findings: Findings) -> bytes:
    from outputs.workbook import workbook_xlsx

    return workbook_xlsx(findings)


def _slide(findings: Findings) -> bytes:
    from outputs.slide import slide_png

    return slide_png(findings)


MAKERS: dict[str, Callable[[Findings], bytes]] = {REPORT: _report, PAPER: _paper, WORKBOOK: _workbook, SLIDE: _slide}
PICTURES = "figures"


def have_documents(folder: Path) -> bool:
    """Whether a study's folder has them all."""
    return all((folder / name).is_file() for name in MAKERS)


def write_documents(folder: Path) -> Written:
    """Make all documents of a finished study; one that is open elsewhere gets a second name.

    Raises:
        BadInput: when the folder holds no whole study.
        NoRoom: when the disk is full or the folder may not be written.
    """
    from outputs.report import charts_of

    findings = read_findings(folder)
    paths, remarks = [], []
    for name, make in MAKERS.items():
        path, remark = _saved(folder, name, make(findings))
        paths.append(path)
        remarks += [remark] if remark else []
    for chart in charts_of(findings):
        _saved(folder, f"{PICTURES}/{chart.name}.png", chart.picture(findings.study))
    return Written(tuple(paths), tuple(remarks))


def _saved(folder: Path, name: str, content: bytes) -> tuple[Path, str]:
    """Where a document was saved, and what to say when that is not under its own name."""
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    beside = path.with_name(f".{path.name}.part-{os.getpid()}")
    try:
        beside.write_bytes(content)
        try:
            move_into_place(beside, path)
        except PermissionError:
            second = _free_name(path)
            move_into_place(beside, second)
            return second, (f"{path} is open in another program. Close it and run: caresim report {folder.name}; "
                            f"for now the new one is {second.name}")
    except OSError as error:
        raise NoRoom(_in_words(error, path, folder)) from error
    finally:
        beside.unlink(missing_ok=True)
    return path, ""


def _free_name(path: Path) -> Path:
    """The first name like "workbook-2.xlsx" that is free."""
    number = 2
    while (found := path.with_name(f"{path.stem}-{number}{path.suffix}")).exists():
        number += 1
    return found


def _in_words(error: OSError, path: Path, folder: Path) -> str:
    why = "the disk is full" if error.errno == errno.ENOSPC else (error.strerror or str(error)).lower()
    return (f"{path} could not be written: {why}. The study itself is whole in {folder}; once there is room, "
            f"caresim report {folder.name} makes its report, paper, workbook and slide.")
