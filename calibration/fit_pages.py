"""The results page of a fit in Markdown: what was fitted, what was learned and what not; then `hold_out_pages`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from calibration.emulator_check import Check
from calibration.fitting import Effort, FirstLook, Fit
from calibration.judging_fits import (
    Expectation,
    Range,
    Verdict,
    expectations,
    learned_by,
    outcomes,
    reading_withheld,
    verdicts,
)
from calibration.made_prior import made_prior
from calibration.otherwise import with_other_errors, without_failing
from calibration.recovery import LEVEL, Recovery
from calibration.targets import PER_1000, Target
from scenarios.ensembles import parameters

BEFORE = ("target", "reading", "published, % (standard error, log points)", "before the fit, %",
          "chance before of so far out")  # fmt: skip


def first_lines(name: str, fit: Fit, effort: Effort) -> str:
    """What must be known before any table: how sure it is, and what was not updated."""
    found = learned_by(fit)
    kept = [each.parameter.name for each in found if not each.is_updated]
    updated = [each.parameter.name for each in found if each.is_updated]
    size = "a **reduced fit**" if effort.name == "quick" else "a fit"
    lines = [
        f"The ensemble `{name}` has {len(fit.members)} members from {size}: {len(fit.matched.points)} points of one "
        f"run each, {effort.place}, waves of {' + '.join(map(str, effort.sizes))}.",
        "**Not updated** by these targets (changed by less than what counts; runs take them as the fit left them): "
        f"{', '.join(kept) or 'none'}.",
        f"Updated: {', '.join(updated) or 'none'}. A parameter counts as updated when its spread shrank by 15 % or its "
        "mean moved by half a standard deviation.",
    ]
    lines += [each for each in (_failing_line(fit), _twice_line(fit), _readings_line(fit)) if each]
    return "\n\n".join(lines)


def _failing_line(fit: Fit) -> str:
    """Which fitted rows rest on emulators that fail, and what would be left without them."""
    found, without = verdicts(fit), without_failing(fit)
    failing = sum(bool(each.fails) for each in found)
    if without is None:
        return ""
    return (
        f"**{failing} of {len(found)} emulators fail their tests**; the rows that rest on them are marked. Without "
        f"{', '.join(without.targets)} these would be updated: {', '.join(without.updated) or 'none'}; the mean of "
        f"{without.most_moved} would move most, by {without.moved:.2f} of its range (by weighting the prior)."
    )


def _twice_line(fit: Fit) -> str:
    """Which fitted rows stand behind the prior too."""
    twice = [target.id for target in fit.targets if made_prior(target)]
    if not twice:
        return ""
    return (
        f"**Counted twice**: {', '.join(twice)} made the ranges before the fit as well, so that what they taught looks "
        "surer than it is."
    )


def _readings_line(fit: Fit) -> str:
    """How likely each reading has become, or why that is not told."""
    shares = fit.reading_probability()
    if len(shares) < 2:
        return ""
    withheld = reading_withheld(fit)
    if withheld:
        return (
            "What growth of 2017 is since is not stated; half and half before the fit. How likely each reading has "
            f"become is withheld: {withheld}."
        )
    readings = ", ".join(f"{words} {share:.0%}" for words, share in shares.items())
    return f"What growth of 2017 is since is not stated; half and half before, after the fit: {readings}."


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


def otherwise_lines(fit: Fit) -> str:
    """What would have been learned had errors been assumed otherwise: of parameters that any of these would update."""
    found = with_other_errors(fit)
    names = [each.name for each in parameters()]
    shown = [i for i, name in enumerate(names) if any(name in one.updated for _, one in found)]
    own = found[0][1]
    moved = np.array([np.abs(one.mean - own.mean) for _, one in found])
    line, parameter = (int(each) for each in np.unravel_index(moved.argmax(), moved.shape))
    rows = [
        (errors.words, *(f"{one.mean[i]:.2f} ({one.low[i]:.2f} to {one.high[i]:.2f})" for i in shown),
         ", ".join(one.updated) or "none") for errors, one in found
    ]  # fmt: skip
    return (
        "How the errors of rows that share data go together, and how far the model may be off, is assumed: no source "
        f"says. Of all means {names[parameter]} moves most, by {moved[line, parameter]:.2f} of its range "
        f"({found[line][0].words}). By weighting the prior, worth at least "
        f"{min(one.effective for _, one in found):.0f} independent draws in each line.\n\n"
        + table(("what is assumed", *(names[i] for i in shown), "updated"), rows)
    )


def targets_table(fit: Fit) -> str:
    """What was fitted: published, expected before and after."""
    rows = []
    for outcome, verdict in zip(outcomes(fit), verdicts(fit), strict=True):
        one = outcome.expected
        marks = ["EMULATOR FAILS" if verdict.fails else "", "made the prior" if made_prior(one.target) else ""]
        rows.append((*_before(one), range_of(one.target, outcome.after), one.target.grade, one.target.source,
                     "; ".join(each for each in marks if each)))
    return table((*BEFORE, "after, %", "grade", "source", "beware"), rows)


def first_look_table(look: FirstLook) -> str:
    """What is expected of every target before anything is fitted, and how likely so far out as was published."""
    rows = [
        (*_before(one), "-" if one.ceiling is None else f"{-one.ceiling:.1f}") for one in expectations(look)
    ]
    return table((*BEFORE, "if all of those reached were spared, %"), rows)


def _before(one: Expectation) -> tuple[str, ...]:
    published = f"{number_of(one.target, one.published)} (±{one.error:.1f})"
    return one.target.title, one.reading, published, range_of(one.target, one.before), f"{one.probability:.2f}"


def emulators_table(fit: Fit) -> str:
    """How emulators did on runs that they had not seen."""
    rows = []
    for each in verdicts(fit):
        later = "-" if each.unseen is None else f"{each.unseen.coverage:.0%} of {each.unseen.points}"
        rows.append((each.target.id, each.reading, f"{each.alone.coverage:.0%} of {each.alone.points}",
                     _explained(each.alone), later, "-" if each.unseen is None else _explained(each.unseen),
                     f"{each.alone.noise_share:.0%}", _verdict(each)))
    heading = ("output", "reading", "95 % range held, each run left out", "foretold of them",
               "95 % range held, last wave not seen", "foretold of it", "of the spread, noise", "")  # fmt: skip
    return f"{_emulators_in_words(fit)}\n\n{table(heading, rows)}"


def _verdict(each: Verdict) -> str:
    if each.fails:
        return f"FAILS, {each.fails}"
    return "passes: hardly depends on the parameters" if np.isnan(each.alone.explained) else "passes"


def _explained(check: Check) -> str:
    return "only noise" if np.isnan(check.explained) else f"{max(check.explained, 0.0):.0%}"


def _emulators_in_words(fit: Fit) -> str:
    """How many pass the rule, on each kind of unseen runs."""
    found = verdicts(fit)
    passing = sum(not each.fails for each in found)
    lines = (
        f"{passing} of {len(found)} emulators pass both tests: of each run left out, and of the last wave's runs, by "
        "the emulators of the waves before, which had not seen them. Either asks that 70 % of what is not noise is "
        "foretold, and that 95 % ranges hold no fewer than ranges that hold nine in ten would once in a thousand times."
    )
    later = [each.unseen for each in found if each.unseen is not None]
    if not later:
        return lines + " There was no further wave: the second test was not made."
    sure = sum(each.too_sure for each in later)
    return (
        f"{lines} Of the last wave's runs these ranges held {np.mean([each.coverage for each in later]):.0%}; {sure} "
        f"of {len(later)} were too sure. The emulators that the fit uses have since seen that wave; whether they are "
        "better on runs that nobody has seen was not tested."
    )


def recovery_lines(found: Recovery, simulated: Recovery | None) -> str:
    """The proof, in words."""
    uneven = ", ".join(f"{each:.2f}" for each in found.uneven)
    misses = ", ".join(f"{each:.2f}" for each in found.misses)
    lines = [
        f"{found.truths} truths drawn before the fit, results made of them by the emulators, failing ones included, "
        f"with every error that the fit allows for: {LEVEL:.0%} ranges held "
        f"{found.coverage:.1%} of them over all parameters (at least 85 % asked; lowest for one parameter "
        f"{found.by_parameter.min():.0%}).",
        f"Ranks of truths in their posteriors, chance of looking as uneven: {uneven} by parameter; the smallest of "
        f"{len(found.uneven)} is {found.uneven.min():.3f}.",
        "Coverage alone would be had by learning nothing. Posterior means miss truths by so much of what the middle of "
        f"the range before the fit does (root mean square; 1 is nothing learned): {misses} by parameter.",
    ]
    if simulated is not None:
        asked = simulated.ranks.size
        lines.append(f"{simulated.truths} truths by full simulation: {simulated.coverage:.0%} of {asked} held.")
    return "\n\n".join(lines)


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(heading) + " |", "|" + "---|" * len(heading)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def range_of(target: Target, values: Range) -> str:
    """A middle and its ends."""
    middle, low, high = (f"{each:,.1f}" if target.unit == PER_1000 else f"{each:+.1f}" for each in values)
    return f"{middle} ({low} to {high}){_unit(target)}"


def number_of(target: Target, value: float) -> str:
    """A change in per cent; a rate with its unit."""
    return f"{value:,.1f}{_unit(target)}" if target.unit == PER_1000 else f"{value:+.1f}"


def _unit(target: Target) -> str:
    """A change is in per cent, as headings say; a rate says its own unit."""
    return f" {target.unit}" if target.unit == PER_1000 else ""
