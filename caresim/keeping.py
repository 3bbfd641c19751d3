"""Keeping a study and handing it over, as Python functions."""

from __future__ import annotations

from pathlib import Path

from caresim.packing import pack as pack_folder
from caresim.results import find_comparison, find_study


def report(study: str | Path | None = None) -> list[Path]:
    """Make the report, paper, workbook and slide of a finished study from its folder, and return where they are.

    Args:
        study: its folder, or how its name in results/ begins; the latest when None.

    Raises:
        scenarios.messages.BadInput: when there is no such study, it cannot be read, or it is no comparison.
        outputs.documents.NoRoom: when they cannot be written; the study itself stays whole.
    """
    from outputs.documents import write_documents

    return list(write_documents(find_comparison(_name(study), "caresim.report")).paths)


def pack(study: str | Path | None = None, out: str | Path | None = None) -> Path:
    """Make one zip of a finished study and return where it is.

    Args:
        study: as for `report`.
        out: the zip; beside the study when None.

    Raises:
        scenarios.messages.BadInput: when there is no such study, or `out` is a folder or lies inside it.
    """
    return pack_folder(find_study(_name(study), "caresim.pack"), None if out is None else Path(out))[0]


def _name(study: str | Path | None) -> str | None:
    return None if study is None else str(study)
