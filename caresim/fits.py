"""Fits and validations as the command line does them: what they take, what they show and what they leave behind."""

from __future__ import annotations

import math
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from calibration import fit_pages, hold_out_pages
from calibration.calendar_months import in_words as in_months
from calibration.carriers import carriers_of_fit
from calibration.contrasts import PROGRAMMES
from calibration.ensemble import ensemble_of, write_ensembles, write_whole
from calibration.fitting import Effort, FirstLook, Fit, positions_of, prior_scores
from calibration.hold_outs import Score, skill
from calibration.judging_fits import in_its_unit, learned_by, outcomes, reading_withheld, shown_unit, verdicts
from calibration.made_prior import made_prior
from calibration.misses import why_missed
from calibration.out_of_reach import refuse_beyond_reach
from calibration.own_area import own_rows
from calibration.points import Points
from calibration.recovery import Recovery, recover, recover_simulated
from calibration.tally import SeriesTally, Tally, by_series, tallies
from calibration.target_files import fitted_targets, read_targets
from calibration.targets import SETS, Target
from caresim.calibrating import Means, calibrate, points_of, require_services, runs_of, validate
from caresim.errors import Interrupted
from caresim.estimate import in_words
from caresim.results import results_folder
from caresim.screen import tell
from scenarios.ensembles import ENSEMBLES, is_folder, parameters, require_ensemble
from scenarios.fitted import Ensemble
from scenarios.learned import learned
from simulation.studies.executor import cores

ASK_FROM_SECONDS = 120.0
TRUTHS, SIMULATED_TRUTHS = 100, 5
FITTED_TO = "fitted-to"
"""Folder of the copy of a user's targets, in that of the ensemble that was fitted to them."""
FIT_SECONDS = 90.0
"""Emulators and the chain, beside simulation."""


@dataclass(frozen=True)
class Outlook:
    """What a command would do."""

    in_words: str
    seconds: float


@dataclass(frozen=True)
class Made:
    """What a command found."""

    screen: str
    record: dict[str, Any]
    folder: Path | None = None


def agreed(outlook: Outlook, *, yes: bool) -> bool:
    """Whether to go on: asked only before something long, and where somebody can answer."""
    if yes or outlook.seconds < ASK_FROM_SECONDS or not sys.stdin.isatty():
        return True
    return click.confirm("Go on?", default=True, err=True)


def calibration_outlook(targets: Sequence[Target], effort: Effort, means: Means, seed: int) -> Outlook:
    """What a fit takes; later waves are not known before earlier ones are there.

    Raises:
        BeyondReach: when the first wave is there, and shows that a target lies beyond its dilution ceiling.
    """
    points = Points.of(PROGRAMMES, effort.place, effort.span, means.store, 1, seed)
    first_wave = positions_of(prior_scores(effort.sizes[0], seed))
    missing = points.missing(first_wave, 0)
    if not missing:
        refuse_beyond_reach(targets, points(first_wave, 0))
    rest = sum(effort.sizes[1:])
    seconds = FIT_SECONDS + (missing + rest) * points.seconds / (means.jobs or cores())
    there = effort.sizes[0] - missing
    years = effort.span.years_before + 1 + effort.span.years_from
    return Outlook(
        f"{len(targets)} target{'' if len(targets) == 1 else 's'}, "
        f"{sum(effort.sizes)} points in {len(effort.sizes)} wave{'' if len(effort.sizes) == 1 else 's'}"
        f"{f', {there} of the first wave there already' if there else ''}; each point is {1 + len(PROGRAMMES)} "
        f"scenarios of {points.scenarios[0].place.title} over {years} years: "
        f"{in_words(seconds)}.",
        seconds,
    )


def validation_outlook(rows: Sequence[Target], set_name: str, effort: Effort, means: Means, seed: int) -> Outlook:
    """What a validation takes; BadInput when a row is about members of a service that its scenario does not have."""
    ensemble = require_ensemble(set_name, "--set")
    require_services(rows, effort)
    todo = points_of(rows, ensemble, effort, seed, means)
    missing = sum(lacking for _, _, lacking in todo)
    seconds = sum(lacking * points.seconds for points, _, lacking in todo) / (means.jobs or cores())
    return Outlook(f"{len(rows)} results to predict; {missing} points are to be simulated: {in_words(seconds + 30.0)}.",
                   seconds)  # fmt: skip


def fitted_rows(set_name: str) -> tuple[Target, ...]:
    """To what an ensemble was fitted: rows of a shipped set, or of the file that is kept with one of the user's."""
    if not is_folder(set_name):
        return fitted_targets(set_name)
    kept = next((Path(set_name) / FITTED_TO).glob("*.*"), None)
    if kept is not None:
        return own_rows(read_targets(kept, str(kept)))
    own = require_ensemble(set_name, "--set").name
    return fitted_targets(own) if own in SETS else ()


def name_of(targets: Path) -> str:
    """How the ensemble of a file of targets is called; its members must not take the name of the list of ensembles."""
    return f"{targets.stem}-targets" if targets.stem == Path(ENSEMBLES).stem else targets.stem


def make_fit(
    name: str, targets: Sequence[Target], effort: Effort, means: Means, *, seed: int, prove: bool,
    file: Path | None = None,
) -> Made:
    """Fit, prove, and write the ensemble with its page; Interrupted when the user pressed Ctrl-C.

    A copy of the user's `file` of targets stays with the ensemble, so that what was fitted is known when it predicts.
    """
    copy = None if file is None else file.read_bytes()
    try:
        fit = calibrate(targets, effort, means, seed=seed, on_first_look=None if means.quiet else tell_first_look)
        found = recover(fit, TRUTHS, seed)
        simulated = proved(fit, effort, means, seed) if prove else None
    except KeyboardInterrupt:
        raise Interrupted(_kept(means)) from None
    folder = results_folder(means.out) / f"fit-{name}"
    shutil.rmtree(folder / FITTED_TO, ignore_errors=True)
    write_ensembles(folder, [ensemble_of(name, fit, effort)])
    write_whole(folder / "README.md", page(name, fit, effort, found, simulated))
    if file is not None and copy is not None:
        (folder / FITTED_TO).mkdir()
        write_whole(folder / FITTED_TO / file.name, copy)
    return Made(screen(name, fit, effort, found, simulated), record(name, fit, found, simulated), folder)


def tell_first_look(look: FirstLook) -> None:
    """Says, before anything is fitted, what is expected of every target and how likely so far out is."""
    tell(f"Before anything is fitted, as the first wave shows:\n\n{fit_pages.first_look_table(look)}\n")


def make_validation(
    set_name: str, rows: Sequence[Target], effort: Effort, means: Means, *, seed: int
) -> Made:
    """Predict and score; Interrupted when the user pressed Ctrl-C."""
    ensemble = require_ensemble(set_name, "--set")
    try:
        scores = validate(rows, ensemble, fitted_rows(set_name), effort, means, seed=seed)
    except KeyboardInterrupt:
        raise Interrupted(_kept(means)) from None
    parts = [f"Predicted with the ensemble {ensemble.name}: {ensemble.about}.", *hold_out_parts(scores, ensemble)]
    counted = [one for one in scores if one.counted]
    found = {"ensemble": ensemble.name, "about": ensemble.about, "results": [_score_record(one) for one in scores],
             "groups": [_tally_record(each) for each in tallies(scores)],
             "series": [_series_record(each) for each in by_series(scores)],
             "skill_against_no_effect": _known(skill(counted, "nothing")),
             "skill_against_prior": _known(skill(counted, "prior"))}  # fmt: skip
    return Made("\n\n".join(parts), found)


def hold_out_parts(scores: Sequence[Score], ensemble: Ensemble) -> list[str]:
    """What is said of predictions, part by part: the table, the score, why rows were missed, and what carries them."""
    found = [hold_out_pages.hold_outs_table(scores), hold_out_pages.hold_outs_summary(scores),
             hold_out_pages.series_table(scores), hold_out_pages.misses_lines(scores),
             hold_out_pages.not_predicted_lines(scores),
             hold_out_pages.carriers_of_predictions(scores, learned(parameters(), ensemble.members))]  # fmt: skip
    return [each for each in found if each]


def page(name: str, fit: Fit, effort: Effort, found: Recovery, simulated: Recovery | None) -> str:
    """The page of a fit, in Markdown."""
    parts = [
        f"# The fit `{name}`", fit_pages.first_lines(name, fit, effort),
        "## What was fitted", fit_pages.targets_table(fit),
        "## What was learned", fit_pages.parameters_table(fit), fit_pages.values_table(fit),
        "## Which assumptions carry it", carriers_of_fit(fit, learned_by(fit)),
        "## Had errors been assumed otherwise", fit_pages.otherwise_lines(fit),
        "## Are truths found again", fit_pages.recovery_lines(found, simulated),
        "## Emulators, on runs that they had not seen", fit_pages.emulators_table(fit), waves_line(fit),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def screen(name: str, fit: Fit, effort: Effort, found: Recovery, simulated: Recovery | None) -> str:
    """What the command prints: the page without the emulators' table."""
    parts = [fit_pages.first_lines(name, fit, effort), fit_pages.targets_table(fit), fit_pages.parameters_table(fit),
             fit_pages.recovery_lines(found, simulated), waves_line(fit)]  # fmt: skip
    return "\n\n".join(parts)


def record(name: str, fit: Fit, found: Recovery, simulated: Recovery | None) -> dict[str, Any]:
    """The same as plain data."""
    withheld = reading_withheld(fit)
    return {
        "ensemble": name,
        "points": len(fit.matched.points),
        "parameters": [
            {"name": each.parameter.name, "mean": each.mean, "low": each.low, "high": each.high,
             "shrinkage": each.shrinkage, "moved": each.moved, "updated": each.is_updated} for each in learned_by(fit)
        ],
        "targets": [
            {"id": one.expected.target.id, "reading": one.expected.reading, "unit": shown_unit(one.expected.target),
             "published": one.expected.published, "standard_error_log_points": one.expected.error,
             "before": one.expected.before, "after": one.after, "prior_probability": one.expected.probability,
             "emulator_fails": verdict.fails, "made_the_prior": made_prior(one.expected.target)}
            for one, verdict in zip(outcomes(fit), verdicts(fit), strict=True)
        ],
        "readings": None if withheld else fit.reading_probability(),
        "readings_withheld": withheld,
        "recovery": {"truths": found.truths, "coverage": found.coverage,
                     "chance_of_uneven_ranks": found.uneven.tolist(),
                     "simulated_coverage": None if simulated is None else simulated.coverage},
    }  # fmt: skip


def _kept(means: Means) -> str:
    return f"Stopped. Points simulated so far are kept in {means.store.folder}; the same command goes on from there."


def proved(fit: Fit, effort: Effort, means: Means, seed: int) -> Recovery:
    """Known truths, simulated in full, and sought again."""
    runs = runs_of((PROGRAMMES, effort.span), effort, means, seed)
    return recover_simulated(fit, runs, SIMULATED_TRUTHS, 10_000, seed)


def waves_line(fit: Fit) -> str:
    """How much each wave ruled out, and whether the chain can be trusted."""
    shares = "; ".join(f"wave {i}: {wave.left:.0%}" for i, wave in enumerate(fit.matched.waves, 1))
    off = max(abs(a - b) for a, b in zip(fit.members.mean(axis=0), fit.weighted_mean(), strict=True))
    return (
        f"Share of the space not ruled out after each wave: {shares}. The chain is worth {fit.effective_draws:.0f} "
        f"independent draws; its means differ from those by weighting the prior by {off:.2f} of a range at most."
    )


def _score_record(one: Score) -> dict[str, Any]:
    target = one.target
    ends = {key: _known(in_its_unit(target, getattr(one, key))) if one.is_predicted else None
            for key in ("low", "middle", "high")}  # fmt: skip
    observed = in_its_unit(target, one.value) if one.is_predicted else target.value
    unit = shown_unit(target) if one.is_predicted else target.unit
    return {"id": target.id, "title": target.title, "system": target.system, "measure": target.measure,
            "people": target.people, "period": in_words_of(target), "unit": unit, "observed": observed, **ends,
            "inside": one.inside if one.is_predicted else None, "crps": _known(one.crps),
            "crps_no_effect": _known(one.crps_nothing), "crps_prior": _known(one.crps_prior),
            "skill_against_no_effect": _known(skill([one], "nothing")),
            "skill_against_prior": _known(skill([one], "prior")), "counted": one.counted,
            "made_the_prior": made_prior(target), "why": one.why, "why_missed": why_missed(one),
            "emulator_fails": one.emulator_fails, "spread": _parts_record(one), "lineage": target.lineage,
            "source": target.source}  # fmt: skip


def in_words_of(target: Target) -> str:
    """Which months a row is about: by the calendar, or of the programme."""
    if target.period is not None:
        return in_months(target.period)
    return "" if target.window is None else f"programme months {target.window[0]} to {target.window[1]}"


def _parts_record(one: Score) -> dict[str, Any] | None:
    if one.parts is None:
        return None
    alone = dict(zip((each.name for each in parameters()), one.parts.by_parameter, strict=True))
    return {"parameters": one.parts.parameters, "each_alone": alone, "emulator": one.parts.emulator,
            "errors": one.parts.errors}  # fmt: skip


def _tally_record(each: Tally) -> dict[str, Any]:
    return {"group": each.group, "rows": each.rows, "data_sets": each.data_sets, "inside": each.inside,
            "on_failing_emulators": each.failing,
            "width_log": each.width,
            "skill_against_no_effect": _known(each.skill_nothing), "skill_against_prior": _known(each.skill_prior)}


def _series_record(each: SeriesTally) -> dict[str, Any]:
    system, measure, people = each.series
    return {"system": system, "measure": measure, "people": people, "months": each.months, "inside": each.inside,
            "mean_error_log": each.mean_error, "rms_error_log": each.rms_error,
            "skill_against_no_change": _known(each.skill_nothing), "skill_against_prior": _known(each.skill_prior)}


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
