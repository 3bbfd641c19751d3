"""Amounts and measures as people write them on the command line: "95%", "£1.2m", "1,200", "emergency admissions"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from caresim.asking import bad_option
from outputs import words
from outputs.choosing import CRITERIA
from outputs.measures.measure import Measure
from outputs.measures.registry import MEASURES
from scenarios.messages import listed, nearest

PERCENT = 100.0
MAGNITUDES = {"": 1.0, "k": 1e3, "m": 1e6, "bn": 1e9}
FORM = re.compile(
    r"\s*([+-]?)\s*(£?)\s*([0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+)\s*(k|m|bn)?\s*(%)?\s*", re.IGNORECASE
)
IN_PERCENT = ("% a year", "%")
BETTER = dict(CRITERIA)


@dataclass(frozen=True)
class Amount:
    """A number as written; `is_percent` when a % sign follows it, of which `value` is the number before the sign."""

    value: float
    is_percent: bool
    is_money: bool


def amount(text: str) -> Amount | None:
    """The amount that a text is, or None."""
    found = FORM.fullmatch(text.replace("−", "-"))
    if found is None:
        return None
    sign, pound, digits, magnitude, unit = found.groups()
    value = float(digits.replace(",", "")) * MAGNITUDES[(magnitude or "").lower()]
    return Amount(-value if sign == "-" else value, unit == "%", bool(pound))


def share_of(text: str, option: str, least: float = 0.5) -> float:
    """A confidence such as "95%" or "0.95".

    Raises:
        BadInput: when it is none between `least` and below 100 %.
    """
    found = amount(text)
    value = 0.0 if found is None else found.value / PERCENT if found.is_percent else found.value
    if found is None or not least <= value < 1.0:
        raise bad_option(option, text, f'It must be from {words.percent(least)} to below 100 %, such as "80%".')
    return value


def pounds_of(text: str, option: str) -> float:
    """An amount of money such as "£1.2m" or "£300,000".

    Raises:
        BadInput: when it is none, or nothing.
    """
    found = amount(text)
    if found is None or not found.is_money or found.value <= 0.0:
        raise bad_option(option, text, 'It must be an amount of money above nothing, such as "£1.2m" or "£300,000".')
    return found.value


def measure_named(text: str, option: str) -> Measure:
    """A measure by its id, or by its title or what its title begins with, in any capitals.

    Raises:
        BadInput: naming the nearest.
    """
    asked = _plain(text)
    usual_last = sorted(MEASURES.values(), key=lambda one: one.id in BETTER)
    known = {name: one for one in usual_last for name in (_plain(one.title), *_shorter(one))}
    known |= {_plain(one.id): one for one in MEASURES.values()}
    if asked in known:
        return known[asked]
    near = nearest(asked, known)
    text_of = "There is no such measure. data/measures.csv in a study's folder lists them all."
    raise bad_option(option, text, text_of, listed(BETTER), known[near].id if near else "")


def better_of(measure: Measure, said: str | None) -> str:
    """Whether fewer or more of a measure is better.

    Raises:
        BadInput: when nobody has said so.
    """
    if said is not None:
        return said
    if measure.id not in BETTER:
        raise bad_option("--better", "", f"Say whether fewer or more is better of: {measure.title}.", "fewer or more")
    return BETTER[measure.id]


def in_unit_of(found: Amount, measure: Measure) -> float:
    """An amount in a measure's unit: a per cent of a share is a hundredth."""
    return found.value / PERCENT if found.is_percent and measure.unit == "share" else found.value


def may_be_percent(measure: Measure) -> bool:
    """Whether a % sign after a number can be the measure's own unit."""
    return measure.unit == "share" or measure.unit in IN_PERCENT


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("_", " ").replace(",", " ").split())


def _shorter(measure: Measure) -> list[str]:
    """Shorter names by which a measure is known: "emergency admission growth", "net cost"."""
    name = _plain(measure.id)
    endings = (" percent", " gbp", " per person", " share")
    return [name.removesuffix(end) for end in endings if name.endswith(end)]
