"""Figures beside what was asked of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LABEL_WIDTH, FOUND_WIDTH, TARGET_WIDTH = 62, 13, 22


@dataclass(frozen=True)
class Figure:
    """One row: what was measured, and what was asked."""

    label: str
    found: float
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None
    decimals: int = 0
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether it is what was asked; None when nothing was."""
        if self.at_least is None and self.at_most is None:
            return None
        return (self.at_least is None or self.found >= self.at_least) and (
            self.at_most is None or self.found <= self.at_most
        )

    def __str__(self) -> str:
        """The row as printed."""
        if self.at_least is not None:
            target = f"at least {self._written(self.at_least)}"
        elif self.at_most is not None:
            target = f"at most {self._written(self.at_most)}"
        else:
            target = "no target"
        verdict = {True: "met", False: "MISSED", None: ""}[self.met]
        row = f"{self.label:{LABEL_WIDTH}}{self._written(self.found):>{FOUND_WIDTH}}{target:>{TARGET_WIDTH}}  {verdict}"
        return "\n".join([row.rstrip(), *([f"    {self.note}"] if self.note else [])])

    def _written(self, value: float) -> str:
        return f"{value:,.{self.decimals}f}{f' {self.unit}' if self.unit else ''}"


def judged(figures: Sequence[Figure]) -> str:
    """How many were met, and the names of those that were missed."""
    asked = [figure for figure in figures if figure.met is not None]
    missed = [figure.label for figure in asked if not figure.met]
    counted = f"{len(asked) - len(missed)} of {len(asked)} met"
    return f"{counted}. Missed: {'; '.join(missed)}." if missed else f"{counted}."
