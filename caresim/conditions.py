"""Conditions as a planner writes them: "emergency admission growth <= 2 % a year by 2030/31"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from caresim.amounts import PERCENT, amount, in_unit_of, may_be_percent, measure_named
from caresim.asking import bad_option
from outputs import words
from outputs.measures.measure import Measure
from outputs.ranked import in_middle

SIGNS = {
    "<=": "<=", "at most": "<=", "no more than": "<=", "≤": "<=", ">=": ">=", "at least": ">=", "no less than": ">=",
    "≥": ">=", "<": "<", "under": "<", "below": "<", "less than": "<", ">": ">", "over": ">", "above": ">",
    "more than": ">",
}  # fmt: skip
FORM = re.compile(
    rf"(?P<measure>.+?)\s*(?P<sign>{'|'.join(sorted(map(re.escape, SIGNS), key=len, reverse=True))})\s*(?P<bound>.+?)"
    r"(?:,?\s+(?:by|in)\s+(?P<year>[0-9]{4}(?:/[0-9]{2})?))?\s*", re.IGNORECASE,
)  # fmt: skip
NOTHING = re.compile(r"do(?:ing)? nothing\s*(?P<change>[-+−].*)?", re.IGNORECASE)
BOUND = re.compile(r"(?P<amount>[-+−]?\s*£?\s*[0-9.,]+\s*(?:k|m|bn)?\b\s*%?)\s*(?P<unit>[A-Za-z ,/0-9&]*)")
UNIT_WORDS = ("a", "year", "per", "percentage", "points", "point")
EXAMPLE = '"emergency admission growth <= 2 % a year by 2030/31" or "net cost <= do nothing"'

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Condition:
    """What shall be so in a run.

    Attributes:
        measure: what it is about.
        sign: "<=", ">=", "<" or ">".
        bound: of the measure, or of how it differs from doing nothing.
        against: "level", "difference" from doing nothing, or "percent" by which it differs.
        year: in which; None: the reported one.
    """

    measure: Measure
    sign: str
    bound: float
    against: str
    year: str | None

    def quantity(self, values: Floats, nothing: Floats) -> Floats:
        """What is held against the bound, from a scenario's values and doing nothing's in the same runs."""
        if self.against == "level":
            return values
        if self.against == "difference":
            return np.asarray(values - nothing, np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(PERCENT * (values / nothing - 1.0), np.float64)

    def holds(self, quantity: Floats) -> NDArray[np.bool_]:
        """Whether it is so; never where a run has no value."""
        compare = {"<=": np.less_equal, ">=": np.greater_equal, "<": np.less, ">": np.greater}[self.sign]
        return np.asarray(compare(quantity, self.bound), np.bool_)

    @property
    def wants_less(self) -> bool:
        """Whether less is better."""
        return self.sign.startswith("<")

    def number(self, value: float, *, signed: bool = False, unit: bool = True) -> str:
        """A quantity as it is printed, with its unit."""
        measure = self.measure
        if self.against == "percent":
            return f"{words.number(value, 1, signed=True)} %" if unit else words.number(value, 1, signed=True)
        signed = signed or self.against == "difference"
        scale, decimals, sign = 1.0, measure.decimals, ""
        if measure.unit == "share":
            scale, decimals = PERCENT, max(measure.decimals - 2, 0)
            sign = " %" if self.against == "level" else " points"
        elif measure.unit.startswith("%"):
            sign = " %" if self.against == "level" else " points"
        if measure.unit == "£":
            return words.millions(value)
        return f"{words.number(value * scale, decimals, signed=signed)}{sign if unit else ''}"

    def about(self) -> str:
        """What the quantity is, in the middle of a sentence: "growth of emergency admissions, total"."""
        title = in_middle(self.measure.title)
        return title if self.against == "level" else f"{title} against doing nothing"

    def in_words(self, period: str) -> str:
        """The condition: "growth of emergency admissions, total at most 2.0 %, 2016/17 to 2019/20"."""
        return f"{self.claim()}, {period}"

    def claim(self) -> str:
        """The condition without its period: "emergency admissions at most -1.0 % against doing nothing"."""
        said = {"<=": "at most", ">=": "at least", "<": "below", ">": "above"}[self.sign]
        against = "" if self.against == "level" else " against doing nothing"
        return f"{in_middle(self.measure.title)} {said} {self.number(self.bound)}{against}"


def condition(text: str, option: str, years: Sequence[str]) -> Condition:
    """The condition that a text is.

    Args:
        text: as written.
        option: after which, for messages.
        years: of the study.

    Raises:
        BadInput: saying what cannot be read, and what may stand there.
    """
    found = FORM.fullmatch(text.strip())
    if found is None:
        raise bad_option(option, text, f"It must be a measure, a sign and a bound, such as {EXAMPLE}.")
    measure = measure_named(found["measure"], option)
    year = found["year"]
    if year is not None and year not in years:
        raise bad_option(option, year, "This study has no such year.", ", ".join(years))
    sign = SIGNS[found["sign"].lower()]
    against = NOTHING.fullmatch(found["bound"])
    if against is not None and not against["change"]:
        return Condition(measure, sign, 0.0, "difference", year)
    bound = BOUND.fullmatch((against["change"] if against is not None else found["bound"]).strip())
    value = amount(bound["amount"]) if bound is not None else None
    if bound is None or value is None:
        text_of = f"The bound must be a number in {measure.unit}, or doing nothing, such as {EXAMPLE}."
        raise bad_option(option, found["bound"], text_of)
    _check_unit(bound["unit"], measure, option)
    if against is not None and value.is_percent and not may_be_percent(measure):
        return Condition(measure, sign, value.value, "percent", year)
    if value.is_percent and not may_be_percent(measure):
        text_of = f'This measure is in {measure.unit}. A part of doing nothing is written "do nothing - 5 %".'
        raise bad_option(option, found["bound"], text_of)
    return Condition(measure, sign, in_unit_of(value, measure), "level" if against is None else "difference", year)


def _check_unit(said: str, measure: Measure, option: str) -> None:
    """Refuse a unit that is not the measure's."""
    known = {*re.findall(r"[a-z&0-9]+", f"{measure.unit} {measure.title}".lower()), *UNIT_WORDS}
    strange = [word for word in re.findall(r"[a-z&0-9]+", said.lower()) if word not in known]
    if strange:
        raise bad_option(option, said.strip(), f"{measure.title} is in {measure.unit}.")
