"""Writing an ensemble: members as a small table, and a line that says what it was made of."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from calibration.fitting import Effort, Fit
from scenarios.ensembles import ENSEMBLES, Ensemble, parameters

TITLES: Final = {
    "vanguards": "fitted to what the vanguards of 2015-18 published",
    "controlled": "fitted to trials and matched studies of single services",
}


def about(fit: Fit, effort: Effort) -> str:
    """One sentence that every user of an ensemble sees."""
    size = "REDUCED fit" if effort.name == "quick" else "fit"
    points = len(fit.matched.points)
    return f"{len(fit.members)} sets from a {size}: {points} points of one run each, in {effort.place}"


def ensemble_of(name: str, fit: Fit, effort: Effort, title: str = "") -> Ensemble:
    """The ensemble of a fit, ready to be used."""
    members = tuple(tuple(float(each) for each in member) for member in fit.members)
    return Ensemble(name, title or TITLES.get(name, "fitted to targets of your own"), about(fit, effort), parameters(),
                    members)


def members_text(ensemble: Ensemble) -> str:
    """The file of an ensemble: a line a member, positions to four digits. The same members give the same bytes."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([each.name for each in ensemble.parameters])
    writer.writerows([f"{each:.4f}" for each in member] for member in ensemble.members)
    return buffer.getvalue()


def write_ensembles(folder: Path, ensembles: Sequence[Ensemble]) -> list[Path]:
    """Write members and the list of ensembles into a folder, each to a temporary name first; those named stay listed.

    Raises:
        OSError: the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    listing = folder / ENSEMBLES
    known: dict[str, dict[str, str]] = {}
    if listing.exists():
        with listing.open(encoding="utf-8", newline="") as stream:
            known = {row["name"]: row for row in csv.DictReader(stream)}
    written = []
    for one in ensembles:
        known[one.name] = {"name": one.name, "title": one.title, "about": one.about}
        written.append(write_whole(folder / f"{one.name}.csv", members_text(one)))
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, ("name", "title", "about"), lineterminator="\n")
    writer.writeheader()
    order = [*(name for name in TITLES if name in known), *sorted(set(known) - set(TITLES))]
    writer.writerows(known[name] for name in order)
    return [*written, write_whole(listing, buffer.getvalue())]


def write_whole(path: Path, content: str | bytes) -> Path:
    """Write a file under a temporary name first, so that it is never there in part."""
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(content if isinstance(content, bytes) else content.encode())
    partial.replace(path)
    return path
