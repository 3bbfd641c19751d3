"""How well a study shall know its figures, as written after --precision, and how well it does, in words."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from caresim.study import Study
from outputs import words
from outputs.headline import HEADLINE, Target, enough
from outputs.measures.registry import MEASURES
from scenarios.messages import BadInput, Message, listed, nearest
from simulation.studies.precision import Precision

ENOUGH = "enough"
AMOUNT = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(%?)\s*")
PERCENT = 100.0
OPTION = "--precision"
NEARLY_NOTHING = 1e-12


def targets_of(written: Sequence[str]) -> tuple[Target, ...]:
    """What was asked for: "enough", "0.5 %", or "measure=amount" with the amount in the measure's unit or in per cent.

    The first two are about the measures of the first screen; a measure that is named has its own target.

    Raises:
        BadInput: for anything else.
    """
    found: dict[str, Target] = {}
    named: dict[str, Target] = {}
    for text in written:
        name, equals, amount = text.partition("=")
        if equals:
            target = _named(name.strip(), amount, text)
            named[target.measure] = target
        elif text.strip() == ENOUGH:
            found |= {target.measure: target for target in enough()}
        else:
            share, is_percent = _amount(text, text)
            if not is_percent:
                raise _wrong(text, 'An amount without a measure must be in per cent: "0.5 %".')
            found |= {target.measure: target for target in enough(share)}
    return tuple({**found, **named}.values())


def in_words(study: Study, targets: Sequence[Target], precision: Precision) -> list[str]:
    """What is known how well, a line for each measure: that of the scenario in which it is known least."""
    shown = len(study.scenarios) - 1 if study.reference is not None else len(study.scenarios)
    lines = []
    for position, target in enumerate(targets):
        places = [position + len(targets) * scenario for scenario in range(shown)]
        known = [place for place in places if not math.isnan(precision.half_widths[place])]
        if not known:
            lines.append(f"{MEASURES[target.measure].title}: nothing to know here.")
            continue
        widths, limits = precision.half_widths.tolist(), precision.allowed.tolist()
        worst = max(known, key=lambda place: widths[place] / max(limits[place], NEARLY_NOTHING))
        width, allowed = _number(target, widths[worst]), _number(target, limits[worst])
        lines.append(f"{MEASURES[target.measure].title}: ±{width}, wanted ±{allowed}.")
    return lines


def _number(target: Target, value: float) -> str:
    """A half-width with its unit, with as many digits as say something."""
    measure = MEASURES[target.measure]
    scale, unit = (PERCENT, " points") if measure.unit == "share" else (1.0, "")
    size = abs(value) * scale
    decimals = 0 if size >= 100.0 else 1 if size >= 10.0 else 2 if size >= 1.0 else 3
    return f"{words.number(value * scale, decimals)}{unit}"


def _named(name: str, amount: str, text: str) -> Target:
    if name not in MEASURES:
        raise BadInput([Message(
            "", 0, OPTION, name, listed(HEADLINE), nearest(name, MEASURES), label="option",
            text="There is no such measure. data/measures.csv in a study's folder lists them all.",
        )])  # fmt: skip
    value, is_percent = _amount(amount, text)
    return Target(name, value, is_percent)


def _amount(amount: str, text: str) -> tuple[float, bool]:
    found = AMOUNT.fullmatch(amount)
    if found is None or float(found[1]) <= 0.0:
        raise _wrong(text, 'It must be "enough", "0.5 %", or a measure and an amount: "emergency_admissions=30".')
    return (float(found[1]) / PERCENT, True) if found[2] else (float(found[1]), False)


def _wrong(found: str, text: str) -> BadInput:
    return BadInput([Message("", 0, OPTION, found, text=text, label="option")])
