"""A page for what is no comparison of plans: a question, an answer, how far to trust it, and sections of figures."""

from __future__ import annotations

from dataclasses import dataclass

from outputs.report.page import TEMPLATES, environment
from outputs.report.parts import Section


@dataclass(frozen=True)
class PlainPage:
    """What the page says.

    Attributes:
        kind: what it is, beside the brand: "sensitivity".
        title: of the page.
        where: place, years and how much was run.
        question: as asked.
        answer: the finding, a paragraph each, plain words first.
        trust: how far to trust it, a sentence each.
        sections: figures, tables and notes.
        illustrative: whether it is about an average place.
    """

    kind: str
    title: str
    where: str
    question: str
    answer: tuple[str, ...]
    trust: tuple[str, ...]
    sections: tuple[Section, ...]
    illustrative: bool = False


def plain_page(page: PlainPage, run: str, command: str) -> str:
    """The page as one file of HTML that needs nothing beside it; equal findings give equal bytes."""
    return (
        environment()
        .get_template("plain.html")
        .render(
            page=page,
            run=run,
            command=command,
            style=(TEMPLATES / "style.css").read_text(encoding="utf-8"),
            script=(TEMPLATES / "script.js").read_text(encoding="utf-8"),
        )
    )
