"""The results page of a fit: what was fitted, what was learned and not, what was predicted and missed; in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from calibration.fitting import Effort, FirstLook, Fit
from calibration.hold_outs import Score, skill
from calibration.judging_fits import (
    Expectation,
    Range,
    checks,
    expectations,
    in_its_unit,
    learned_by,
    outcomes,
)
from calibration.recovery import LEVEL, Recovery
from calibration.targets import PER_1000, Target

PLANS = "what the model expects, middle eight in ten, %"
BEFORE = ("target", "reading", "published, % (standard error, log points)", "before the fit, %",
          "chance before of so far out")  # fmt: skip


def first_lines(name: str, fit: Fit, effort: Effort) -> str:
    """What must be known before any table: how sure it is, and what was not updated."""
    found = learned_by(fit)
    kept = [each.parameter.name for each in found if not each.is_updated]
    updated = [each.parameter.name for each in found if each.is_updated]
    readings = ", ".join(f"{words} {share:.0%}" for words, share in fit.reading_probability().items())
    size = "a **reduced fit**" if effort.name == "quick" else "a fit"
    lines = [
        f"The ensemble `{name}` has {len(fit.members)} members from {size}: {len(fit.matched.points)} points of one "
        f"run each, {effort.place}, waves of {' + '.join(map(str, effort.sizes))}.",
        f"**Not updated** by these targets (they keep the range they had): {', '.join(kept) or 'none'}.",
        f"Updated: {', '.join(updated) or 'none'}. A parameter counts as updated when its spread shrank by 15 % or its "
        "mean moved by half a standard deviation.",
    ]
    if len(fit.reading_probability()) > 1:
        lines.append(f"What growth of 2017 is since is not stated; half and half before, after the fit: {readings}.")
    return "\n\n".join(lines)


def parameters_table(fit: Fit) -> str:
    """What was learned of each parameter."""
    rows = [
        (each.parameter.name, each.parameter.title, f"{each.mean:.2f}", f"{each.low:.2f} to {each.high:.2f}",
         f"{each.shrinkage:+.0%}", f"{each.moved:+.2f}", "updated" if each.is_updated else "NOT UPDATED")
        for each in learned_by(fit)
    ]  # fmt: skip
    heading = ("parameter", "is", "mean (0.50 before)", "8 in 10 (0.12 to 0.88 before)", "spread shrank by",
               "mean moved by (SD)", "")  # fmt: skip
    return table(heading, rows)


def values_table(fit: Fit) -> str:
    """What that means for each value of the shipped services."""
    rows = [(each.parameter.name, line) for each in learned_by(fit) for line in each.in_units()]
    return table(("parameter", "8 in 10 of the ensemble, and before the fit"), rows)


def targets_table(fit: Fit) -> str:
    """What was fitted: published, expected before and after."""
    rows = []
    for outcome in outcomes(fit):
        one = outcome.expected
        rows.append((*_before(one), _range(one.target, outcome.after), one.target.grade, one.target.source))
    return table((*BEFORE, "after, %", "grade", "source"), rows)


def first_look_table(look: FirstLook) -> str:
    """What is expected of every target before anything is fitted, and how likely so far out as was published."""
    rows = [
        (*_before(one), "-" if one.ceiling is None else f"{-one.ceiling:.1f}") for one in expectations(look)
    ]
    return table((*BEFORE, "if all of those reached were spared, %"), rows)


def _before(one: Expectation) -> tuple[str, ...]:
    published = f"{_number(one.target, one.published)} (±{one.error:.1f})"
    return one.target.title, one.reading, published, _range(one.target, one.before), f"{one.probability:.2f}"


def emulators_table(fit: Fit) -> str:
    """How emulators did on runs that they had not seen."""
    rows = []
    for target, reading, alone, unseen in checks(fit):
        later = "-" if unseen is None else f"{unseen.coverage:.0%} of {unseen.points}"
        rows.append((target.id, reading, f"{alone.coverage:.0%} of {alone.points}", later, f"{alone.noise_share:.0%}",
                     alone.why))
    heading = ("output", "reading", "95 % range held, each run left out", "runs of the last wave, not seen",
               "of the spread, noise", "")  # fmt: skip
    return f"{_emulators_in_words(fit)}\n\n{table(heading, rows)}"


def _emulators_in_words(fit: Fit) -> str:
    """How many may be used by the rule, and whether those of the wave before were too sure."""
    found = checks(fit)
    usable = sum(alone.usable for _, _, alone, _ in found)
    rule = "70 % of what is not noise foretold, ranges not too narrow"
    lines = f"{usable} of {len(found)} emulators pass the rule: {rule}."
    later = [unseen.coverage for _, _, _, unseen in found if unseen is not None]
    if not later:
        return lines + " There was no further wave to test them on."
    sure = " They were too sure of themselves; with that wave they are better." if np.mean(later) < 0.9 else ""
    return lines + f" Of the last wave's runs, the 95 % ranges of the wave before held {np.mean(later):.0%}.{sure}"


def recovery_lines(found: Recovery, simulated: Recovery | None) -> str:
    """The proof, in words."""
    uneven = ", ".join(f"{each:.2f}" for each in found.uneven)
    lines = [
        f"{found.truths} truths drawn before the fit, results made of them with every error: {LEVEL:.0%} ranges held "
        f"{found.coverage:.1%} of them over all parameters (at least 85 % asked; lowest for one parameter "
        f"{found.by_parameter.min():.0%}).",
        f"Ranks of truths in their posteriors, chance of looking as uneven: {uneven} by parameter; the smallest of "
        f"{len(found.uneven)} is {found.uneven.min():.3f}.",
    ]
    if simulated is not None:
        lines.append(f"{simulated.truths} truths by full simulation: {simulated.coverage:.0%} held.")
    return "\n\n".join(lines)


def hold_outs_table(scores: Sequence[Score]) -> str:
    """Every row that was predicted, hit or missed, and those that were not."""
    rows = []
    for one in scores:
        if not one.is_predicted:
            stated = f"{one.target.value:,g} {one.target.unit}"
            rows.append((one.target.title, one.target.source, stated, "not predicted", "", "", one.why))
            continue
        middle, low, high = (in_its_unit(one.target, each) for each in (one.middle, one.low, one.high))
        observed = _number(one.target, in_its_unit(one.target, one.value))
        rows.append((one.target.title, one.target.source, observed, _range(one.target, (middle, low, high)),
                     f"{high - low:.1f}", "inside" if one.inside else "OUTSIDE", one.why or "counted"))
    heading = ("result", "source", "published, %", PLANS, "width", "", "")
    return table(heading, rows)


def hold_outs_summary(scores: Sequence[Score]) -> str:
    """How many were hit, and the skill."""
    counted = [one for one in scores if one.counted and one.is_predicted]
    if not counted:
        return "No row counts: each shares data with a fitted one, is only reported, or could not be predicted."
    inside = sum(one.inside for one in counted)
    width = float(np.mean([one.high - one.low for one in counted]))
    return (
        f"{inside} of {len(counted)} counted results lie inside their 8-in-10 ranges (8 in 10 would be "
        f"{0.8 * len(counted):.1f}), whose mean width is {100.0 * width:.0f} log points. Skill (1 is perfect, 0 no "
        f"better, below 0 worse): {skill(scores, 'nothing'):+.2f} against no effect, "
        f"{skill(scores, 'prior'):+.2f} against the assumptions before the fit."
    )


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(heading) + " |", "|" + "---|" * len(heading)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def _range(target: Target, values: Range) -> str:
    middle, low, high = (f"{each:,.1f}" if target.unit == PER_1000 else f"{each:+.1f}" for each in values)
    return f"{middle} ({low} to {high}){_unit(target)}"


def _number(target: Target, value: float) -> str:
    return f"{value:,.1f}{_unit(target)}" if target.unit == PER_1000 else f"{value:+.1f}"


def _unit(target: Target) -> str:
    """A change is in per cent, as headings say; a rate says its own unit."""
    return f" {target.unit}" if target.unit == PER_1000 else ""
