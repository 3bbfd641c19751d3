"""Which model this is: a name that changes whenever the same scenario could give other results."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from caresim.siblings import SIBLINGS

SUFFIXES = (".py", ".csv", ".yaml")
NOT_RESULTS = (
    "calibration", "documents.py", "ensembles", "figures", "finished.py", "paper.py", "report", "slide.py", "studies",
    "workbook",
)
"""Folders and files whose content cannot change what a run leaves behind."""
LENGTH = 12


@cache
def model_version() -> str:
    """Twelve hexadecimal digits of every source file and table that runs depend on, line endings aside."""
    home = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for package in sorted(set(SIBLINGS) - set(NOT_RESULTS)):
        for path in sorted((home / package).rglob("*")):
            if path.suffix in SUFFIXES and not set(NOT_RESULTS) & set(path.relative_to(home).parts):
                content = path.read_bytes().replace(b"\r\n", b"\n")
                digest.update(f"{path.relative_to(home).as_posix()}\0{len(content)}\0".encode())
                digest.update(content)
    return digest.hexdigest()[:LENGTH]
