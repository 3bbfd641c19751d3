"""The page of an answer: the question, what came of it, how far to trust it, sections, and how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from outputs import words
from outputs.report.first_page import place_of
from outputs.report.page import rendered
from outputs.report.parts import Note, Section, table
from outputs.report.sections.assumptions import assumed
from scenarios import wording
from scenarios.resolved import Resolved

MADE_WITH = {
    "caresim": "caresim", "model": "fingerprint of the model", "engine": "engine", "seed": "seed",
    "replications": "runs of each scenario at first", "points": "points of the design", "ensemble": "ensemble",
}  # fmt: skip
"""What a run is made with, as a reader calls it."""
RANGES = ("Each run draws its assumptions from their ranges, the same draws in every scenario. The range of a result "
          "is the one in which 8 of 10 runs lie, unless it is called something else beside it. How far an average of "
          "these runs may be from that of very many is another thing, simulation error, and stands apart.")


@dataclass(frozen=True)
class AnswerPage:
    """What the page says of an answer.

    Attributes:
        kind: what it is, beside the brand: "ranking".
        title: of the page.
        question: as asked.
        answer: the finding, a paragraph each, plain words first.
        trust: how far to trust it and how to read it, a sentence or a few each.
        sections: figures, tables and notes.
        scenarios: that the answer is about; their assumptions are said.
        ranges: what the ranges are.
    """

    kind: str
    title: str
    question: str
    answer: tuple[str, ...]
    trust: tuple[str, ...]
    sections: tuple[Section, ...]
    scenarios: tuple[Resolved, ...]
    ranges: str = RANGES

    @property
    def place(self) -> str:
        """Which place it is, and how many people."""
        return place_of(self.scenarios[0])

    @property
    def years(self) -> str:
        """That were run, and whose services and prices they have."""
        first = self.scenarios[0]
        prices = " and prices" if first.price_year == first.place.year else f", {first.price_year} prices"
        return f"{wording.period(first.window.start, first.window.end)}, {first.place.year} services{prices}"

    @property
    def illustrative(self) -> bool:
        """Whether it is about an average place."""
        return self.scenarios[0].place.id.startswith(words.SHIPPED_PLACES)


def answer_html(page: AnswerPage, run: str, command: str, made_with: Mapping[str, object]) -> str:
    """The page as one file of HTML that needs nothing beside it; equal findings give equal bytes."""
    known = assumed(page.scenarios)
    made = _how_it_was_made(page.ranges, run, command, made_with)
    sections = (*page.sections, *([known] if known.blocks else []), made)
    return rendered("answer.html", page=page, kind=page.kind, run_line=f"Run {run}", sections=sections, run=run,
                    date="", command=command)  # fmt: skip


def _how_it_was_made(ranges: str, run: str, command: str, made_with: Mapping[str, object]) -> Section:
    rows = [("run", run), ("command", command)]
    rows += [(MADE_WITH.get(name, name), str(value)) for name, value in made_with.items()]
    where = ("Every table is in the folder data beside this page, every chart in figures, every file that was used in "
             "inputs. The date, the time it took and the machine are in run_facts.json.")
    return Section("made", "How this was made", "The same command gives the same figures, to the last digit.", (
        table("What the figures follow from", ("what", "in this run"), rows),
        Note((ranges, where), "Ranges, and where to find the rest"),
    ))  # fmt: skip
