"""What was predicted and never fitted, in Markdown: every row, the score, why it was missed, what carries it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from scipy.stats import binom

from calibration.carriers import carriers_table
from calibration.fit_pages import number_of, range_of, table
from calibration.hold_outs import Score, skill
from calibration.judging_fits import in_its_unit
from calibration.misses import not_predicted, why_missed
from calibration.tally import INDEPENDENT, PRIOR, TOGETHER, Tally, by_series, tallies
from calibration.targets import HOLD_OUTS
from scenarios.learned import Learned

PLANS: Final = "what the model expects, middle eight in ten, %"
NO_REFERENCE: Final = "no reference"
IN_WORDS: Final = {
    INDEPENDENT: "Independent rows, which share no data with the fit and did not make the ranges before it",
    PRIOR: "Rows that made the ranges before the fit, which are no test",
    TOGETHER: "Both together",
}


def hold_outs_table(scores: Sequence[Score]) -> str:
    """Every row that was predicted, hit or missed, and those that were not."""
    rows = []
    for one in scores:
        if not one.is_predicted:
            stated = f"{one.target.value:,g} {one.target.unit}"
            rows.append((one.target.title, one.target.source, stated, "not predicted", "", "", "", "", "", one.why, ""))
            continue
        middle, low, high = (in_its_unit(one.target, each) for each in (one.middle, one.low, one.high))
        observed = number_of(one.target, in_its_unit(one.target, one.value))
        rows.append((one.target.title, one.target.source, observed, range_of(one.target, (middle, low, high)),
                     f"{high - low:.1f}", "inside" if one.inside else "OUTSIDE", f"{100.0 * one.crps:.1f}",
                     in_words(skill([one], "nothing")), in_words(skill([one], "prior")), one.why or "counted",
                     "EMULATOR FAILS" if one.emulator_fails else ""))
    heading = ("result", "source", "published, %", PLANS, "width", "", "score (CRPS, log points)",
               "skill against no effect", "skill against before the fit", "counted?", "beware")  # fmt: skip
    return table(heading, rows)


def hold_outs_summary(scores: Sequence[Score]) -> str:
    """How many were hit and the skill: of rows that test the model, and of those that made its prior."""
    found = tallies(scores)
    if not any(each.group == INDEPENDENT for each in found):
        head = ("No row counts: each shares data with a fitted one, made the ranges before the fit, is part of its own "
                "base or of what the baseline was solved on, is only reported, or could not be predicted.")
    else:
        head = "Skill: 1 is perfect, 0 no better than the reference, below 0 worse."
    return "\n".join([head, "", *(f"- {_tally_line(each)}" for each in found)]).strip()


def series_table(scores: Sequence[Score]) -> str:
    """Series by series, how far their months were off; empty when there is none."""
    found = by_series(scores)
    if not found:
        return ""
    rows = [
        (f"{each.series[1]} of {each.series[2]}, {each.series[0]}", str(each.months), str(each.inside),
         f"{100.0 * each.mean_error:+.1f}", f"{100.0 * each.rms_error:.1f}", in_words(each.skill_nothing),
         in_words(each.skill_prior)) for each in found
    ]  # fmt: skip
    heading = ("series", "months that count", "inside their 8 in 10", "observed over expected, log points",
               "root mean square", "skill against no change", "skill against before the fit")  # fmt: skip
    return f"Series by series; months of one are not independent of each other.\n\n{table(heading, rows)}"


def misses_lines(scores: Sequence[Score]) -> str:
    """Every shipped row that lies outside, and why we think so; empty when there is none."""
    found = [(one.target.title, why_missed(one)) for one in scores]
    lines = [f"- {title}: {why}." for title, why in found if why]
    return "\n".join(["Outside, and why we think so:", "", *lines]) if lines else ""


def not_predicted_lines(scores: Sequence[Score]) -> str:
    """What was published beside the shipped hold-outs and cannot be predicted; empty for rows of somebody's own."""
    if not any(one.target.file == f"{HOLD_OUTS}.csv" for one in scores):
        return ""
    lines = [f"- {each.title} ({each.source}: {each.published}). {each.why}." for each in not_predicted()]
    return "\n".join(["Published too, and not set beside the model:", "", *lines])


def carriers_of_predictions(scores: Sequence[Score], learned: Sequence[Learned]) -> str:
    """Which assumptions carry the spread of each prediction; empty when none was emulated."""
    return carriers_table([(one.target.title, one.parts) for one in scores if one.parts is not None], learned)


def in_words(value: float) -> str:
    """A skill; or that there is nothing to set a score against."""
    return NO_REFERENCE if math.isnan(value) else f"{value:+.2f}"


def _tally_line(each: Tally) -> str:
    low, high = binom.interval(0.9, each.rows, 0.8)
    chance = f"; {low:.0f} to {high:.0f} would be no surprise" if each.data_sets == each.rows else ""
    resting = f", {each.failing} on an emulator that fails its test" if each.failing else ""
    sets = f"{each.data_sets} data set{'s' * (each.data_sets != 1)}"
    return (
        f"{IN_WORDS[each.group]}: **{each.inside} of {each.rows}** lie inside their 8-in-10 ranges, from "
        f"{sets}{resting} (8 in 10 would be {0.8 * each.rows:.1f}{chance}); mean width {100.0 * each.width:.0f} log "
        f"points. Skill {in_words(each.skill_nothing)} against no effect, {in_words(each.skill_prior)} against the "
        "assumptions before the fit."
    )
