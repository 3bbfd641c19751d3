"""What counts as a test of the model, what is said of misses and of failing emulators, what carries a prediction."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtri

from calibration.carriers import carriers_of_fit
from calibration.design import even_points
from calibration.emulator import Floats, fit
from calibration.emulator_check import Check, held_out
from calibration.estimands import Counts
from calibration.fit_pages import emulators_table, first_lines, targets_table
from calibration.fitting import Effort, Fit, fit_effects, positions_of, prior_scores
from calibration.hold_out_pages import (
    carriers_of_predictions,
    hold_outs_summary,
    hold_outs_table,
    misses_lines,
    not_predicted_lines,
)
from calibration.hold_outs import Score
from calibration.judging_fits import Verdict, learned_by, reading_withheld, verdicts
from calibration.made_prior import made_prior
from calibration.misses import MISSES, SHIPPED, UNKNOWN
from calibration.otherwise import without_failing
from calibration.recovery import Recovery, recover, recover_simulated
from calibration.spread import Parts, parts_of
from calibration.tally import tallies
from calibration.target_files import fitted_targets, read_targets
from calibration.targets import FOLDER, HOLD_OUTS, Target
from caresim import calibrating, fit_docs, fits
from caresim.calibrating import Means, points_of, validate
from scenarios.ensembles import parameters, read_ensemble
from scenarios.learned import learned
from tests.calibration import toy_fit

ROWS = {row.id: row for row in read_targets(FOLDER / f"{HOLD_OUTS}.csv")}


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Fit:
    """A small fit of three results on the stand-in."""
    effort = replace(toy_fit.EFFORT, steps=100)
    return fit_effects(toy_fit.targets(tmp_path_factory.mktemp("toy")), effort, toy_fit.simulate, 3)


def scored(target: Target, *, inside: bool, counted: bool, is_prior: bool = False, crps: float = 0.01) -> Score:
    """A row as if it had been predicted; the prior does twice as badly, no effect four times."""
    middle = target.log_value if inside else target.log_value + 0.5
    return Score(target, middle - 0.1, middle, middle + 0.1, inside, crps, 2.0 * crps, 4.0 * crps, counted,
                 "" if counted else "made the prior: E1", is_prior)  # fmt: skip


def test_rows_that_made_the_prior_are_found_in_what_presets_cite() -> None:
    """Numbers behind a value of a service, other numbers of the same study, and what was read for it; nothing else."""
    found = {name: made_prior(row) for name, row in ROWS.items()}
    assert found["rushcliffe-residential"] == "E074 is behind a value of care-home-teams"
    assert found["fylde-extensivist"] == "E103 is behind a value of extensivist-teams"
    assert found["wakefield-avoidable"] == "E093, of the same study, is behind a value of care-home-teams"
    assert found["ne-hampshire-admissions"] == "E100, of the same study, was read for enhanced-primary-care"
    assert found["highest-of-23"] == "E032 is behind a value of vertical-integration"
    free = {name for name, why in found.items() if not why and ROWS[name].role == "hold-out"}
    assert free == {"pioneers", "vanguards-only", "both-programmes", "mcp-2016-17", "pacs-2016-17",
                    "mid-nottinghamshire-admissions", "mid-nottinghamshire-ae", "southwark-lambeth-ae"}  # fmt: skip


def test_a_citation_elsewhere_than_in_the_scenario_does_not_make_its_prior() -> None:
    """Rushcliffe's number is behind care-home teams: a scenario without them is predicted without it."""
    row = replace(ROWS["rushcliffe-residential"], system="gp-access")
    assert made_prior(row) == ""
    assert made_prior(replace(row, system="gp-access+care-home-teams")) == made_prior(ROWS["rushcliffe-residential"])


def test_fitted_rows_that_made_the_prior_too_are_known() -> None:
    """The controlled set fits what the ranges of care-home teams were made of; the vanguards' set does not."""
    assert not [row.id for row in fitted_targets("vanguards") if made_prior(row)]
    twice = {row.id for row in fitted_targets("controlled") if made_prior(row)}
    assert {"rushcliffe-residential", "rushcliffe-nursing", "nottingham-residential"} <= twice
    assert "community-support-trials" not in twice


def test_the_score_is_told_with_and_without_rows_that_made_the_prior() -> None:
    """Each group has its own hits and skill; rows left out for another reason are in none."""
    rows = [scored(ROWS["pioneers"], inside=False, counted=True, crps=0.08),
            scored(ROWS["neither-programme"], inside=True, counted=True),
            scored(ROWS["fylde-extensivist"], inside=True, counted=False, is_prior=True),
            scored(ROWS["northumberland-ae"], inside=False, counted=False)]  # fmt: skip
    found = {each.group: (each.inside, each.rows) for each in tallies(rows)}
    assert found == {"independent": (1, 2), "made the prior": (1, 1), "both together": (2, 3)}
    assert [each.data_sets for each in tallies([*rows[:2], replace(rows[1], target=ROWS["neither-programme"])])] == [2]
    assert [each.skill_prior for each in tallies(rows)] == pytest.approx([0.5, 0.5, 0.5])
    assert [each.skill_nothing for each in tallies(rows)] == pytest.approx([0.75, 0.75, 0.75])
    text = hold_outs_summary(rows)
    assert "**1 of 2**" in text
    assert "**2 of 3**" in text
    assert "no surprise" in text
    assert "fails its test" not in text
    same = hold_outs_summary([rows[0], replace(rows[0], emulator_fails="badly")])
    assert "from 1 data set, 1 on an emulator that fails its test (8 in 10 would be 1.6);" in same
    assert "No row counts" in hold_outs_summary(rows[2:])


def test_every_row_has_a_score_and_skill_of_its_own() -> None:
    """In the table as in the record."""
    row = scored(ROWS["pioneers"], inside=False, counted=True, crps=0.08)
    line = hold_outs_table([row]).splitlines()[-1]
    assert [cell.strip() for cell in line.split("|")][6:11] == ["OUTSIDE", "8.0", "+0.75", "+0.50", "counted"]
    record = fits._score_record(row)
    assert record["skill_against_no_effect"] == pytest.approx(0.75)
    assert record["skill_against_prior"] == pytest.approx(0.5)
    assert record["made_the_prior"] == ""


def test_misses_are_explained_or_said_not_to_be_understood() -> None:
    """Only what lies outside; somebody's own rows are not explained; every reason belongs to a shipped row."""
    out = [scored(ROWS[name], inside=False, counted=True) for name in ("pioneers", "mid-nottinghamshire-ae")]
    text = misses_lines([*out, scored(ROWS["neither-programme"], inside=True, counted=True)])
    assert "cannot tell three reasons apart" in text
    assert f"Mid-Nottinghamshire, year 6: A&E attendances: {UNKNOWN}." in text
    assert ROWS["neither-programme"].title not in text
    assert misses_lines([scored(replace(ROWS["pioneers"], file="mine.csv"), inside=False, counted=True)]) == ""
    with (FOLDER / MISSES).open(encoding="utf-8", newline="") as stream:
        named = {row["id"] for row in csv.DictReader(stream)}
    assert named <= {row.id for name in SHIPPED for row in read_targets(FOLDER / name)}
    assert "£63 more" in not_predicted_lines(out)


def test_parts_of_a_spread_are_what_made_it() -> None:
    """An outcome of two parameters, three times as much of one: nine parts to one, and the errors the rest."""
    positions = even_points(1024, 8, 0)
    score = ndtri(positions)
    means = 0.03 * score[:, 0] + 0.01 * score[:, 1]
    rng = np.random.default_rng(0)
    variances = np.full(1024, 0.0001)
    draws = np.repeat(means, 8) + rng.standard_normal(8192) * np.sqrt(0.0001 + 0.0008)
    found = parts_of(positions, (means, variances), float(draws.var()))
    whole = means.var() + 0.0009
    assert found.parameters == pytest.approx(means.var() / whole, rel=0.05)
    assert found.emulator == pytest.approx(0.0001 / whole, rel=0.05)
    assert found.parameters + found.emulator + found.errors == pytest.approx(1.0)
    assert found.by_parameter[0] / found.by_parameter[1] == pytest.approx(9.0, rel=0.1)
    assert max(found.by_parameter[2:]) < 0.01


def test_what_carries_predictions_is_told_by_parameter_and_by_whether_it_was_updated() -> None:
    """The table names the parameter; the sentence adds up those that the ensemble left as they were."""
    names = [each.name for each in parameters()]
    members = even_points(256, len(names), 0)
    members[:, 0] = 0.5 + 0.1 * (members[:, 0] - 0.5)
    parts = Parts((0.2, 0.1, *(0.0,) * (len(names) - 2)), 0.35, 0.05, 0.6)
    row = replace(scored(ROWS["pioneers"], inside=True, counted=True), parts=parts)
    text = carriers_of_predictions([row], learned(parameters(), members.tolist()))
    assert f"{names[0]} 20%; {names[1]} 10%" in text
    assert f"carry alone 10% ({names[1]} 10%); updated ones 20%" in text
    assert carriers_of_predictions([replace(row, parts=None)], learned(parameters(), members.tolist())) == ""


def test_runs_not_seen_are_judged_by_the_same_rule() -> None:
    """An emulator of one corner, too sure of all others, fails on them though it foretells its own runs well."""
    rng = np.random.default_rng(1)
    inputs = rng.uniform(-1.0, 1.0, (40, 2))
    emulator = fit(inputs[:20], inputs[:20, 0], noise_variance=1e-6, lower=np.full(2, -1.0), upper=np.full(2, 1.0))
    off = held_out(emulator, inputs[20:], inputs[20:, 0] + 0.3 * inputs[20:, 1] ** 2)
    good = held_out(emulator, inputs[20:], inputs[20:, 0])
    row = ROWS["pioneers"]
    assert Verdict(row, "since the start", good, good).fails == ""
    assert Verdict(row, "since the start", good, None).fails == ""
    assert Verdict(row, "since the start", good, off).fails.startswith("the wave not seen: its 95 % ranges held only")


def test_fifteen_of_twenty_four_are_too_few_for_nine_in_ten() -> None:
    """What the first results page let pass, 62 % of 24 runs."""
    noise = Check(24, 15 / 24, 1.0, 0.9, 0.9, 0.1, too_sure=True, usable=False, why="held only 15 of 24")
    assert noise.foretells_badly
    only_noise = replace(noise, too_sure=False, explained=float("nan"))
    assert not only_noise.foretells_badly


def test_the_posterior_of_the_reading_is_withheld_when_an_emulator_under_it_fails(
    toy: Fit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the reason, on the page and in the record; the rows are marked, and what is left without them is told."""
    bad = Check(36, 0.5, 1.0, 0.1, 0.2, 0.1, too_sure=True, usable=False, why="its ranges held 18 of 36")
    good = replace(bad, too_sure=False, usable=True, explained=0.9, why="fine")
    real = verdicts(toy)
    fine = [replace(each, alone=good, unseen=good) for each in real]
    for module in ("calibration.judging_fits", "calibration.otherwise"):
        monkeypatch.setattr(f"{module}.verdicts", lambda _: fine)
    assert reading_withheld(toy) == ""
    assert without_failing(toy) is None
    fails = [replace(each, alone=bad) if each.target.id == "late" and each.reading == "on the year before" else each
             for each in fine]  # fmt: skip
    for module in ("calibration.judging_fits", "calibration.otherwise", "calibration.fit_pages", "caresim.fits"):
        monkeypatch.setattr(f"{module}.verdicts", lambda _: fails)
    assert "late, on the year before" in reading_withheld(toy)
    without = without_failing(toy)
    assert without is not None
    assert without.targets == ("late",)
    assert without.most_moved == "prevention_by_teams"
    assert without.moved > 0.02
    text = first_lines("toy", toy, toy_fit.EFFORT)
    assert "is withheld: 1 of the 2 emulators" in text
    assert "after the fit:" not in text
    assert targets_table(toy).count("EMULATOR FAILS") == 1
    assert "3 of 4 emulators pass" in emulators_table(toy)
    assert "with that wave they are better" not in emulators_table(toy)
    record = fits.record("toy", toy, recover(toy, 2, 1), None)
    assert record["readings"] is None
    assert "fail their tests" in record["readings_withheld"]
    assert sum(bool(each["emulator_fails"]) for each in record["targets"]) == 1


def test_a_whole_part_about_hold_outs_names_the_ensemble_and_every_group() -> None:
    """Table, score, reasons, what is not predicted and what carries, one after the other."""
    ensemble = read_ensemble("vanguards")
    assert ensemble is not None
    row = replace(scored(ROWS["pioneers"], inside=False, counted=True), parts=Parts((0.1,) * 8, 0.8, 0.1, 0.1))
    assert len(fits.hold_out_parts([row], ensemble)) == 5


def test_own_months_are_simulated_with_members_of_the_ensemble_beside_the_prior(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the same numbers, so of the same people and chance; both are in what the command says it will take."""
    asked: list[tuple[Floats, int]] = []

    def runs(positions: Floats, first: int) -> list[Counts]:
        asked.append((positions, first))
        return toy_fit.simulate(positions, first)

    ensemble = read_ensemble("vanguards")
    assert ensemble is not None
    path = tmp_path / "mine.csv"
    months = "".join(f"2017-{month:02d},emergency admissions,{1000 + month}\n" for month in range(4, 13))
    path.write_text(f"period,measure,value\n{months}", encoding="utf-8")
    rows, means = read_targets(path), Means(1, tmp_path / "out")
    todo = points_of(rows, ensemble, toy_fit.EFFORT_SOMEWHERE, 1, means)
    assert [(count, missing) for _, count, missing in todo] == [(8, 8), (8, 8)]
    monkeypatch.setattr(calibrating, "runs_of", lambda *_: runs)
    scores = validate(rows, ensemble, (), toy_fit.EFFORT_SOMEWHERE, means)
    assert len(scores) == 9
    (after, first), (before, again) = asked
    assert first == again == 0
    members = {tuple(member) for member in ensemble.members}
    assert len({tuple(position) for position in after} & members) == 8
    assert before == pytest.approx(positions_of(prior_scores(8, 1)))


def test_the_page_is_made_of_the_fits_it_shows_and_says_what_they_cost(
    toy: Fit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One set in full and one reduced, as asked; effort and cost are the fits' own; every part of each set is there."""
    asked: list[tuple[str, bool]] = []

    def effort_of(name: str, *, quick: bool) -> Effort:
        asked.append((name, quick))
        return replace(toy_fit.EFFORT, name="quick" if quick else "full", place="england-average-25k")

    def proof(*_: object) -> Recovery:
        return recover_simulated(toy, toy_fit.simulate, 2, 900, 1)

    rows = [scored(ROWS["pioneers"], inside=False, counted=True)]
    for name, stand_in in (("effort_of", effort_of), ("calibrate", lambda *_, **__: toy), ("FOLDER", tmp_path),
                           ("validate", lambda *_, **__: rows), ("proved", proof),
                           ("DOCS", tmp_path), ("TRUTHS", 3)):  # fmt: skip
        monkeypatch.setattr(fit_docs, name, stand_in)
    monkeypatch.setattr("sys.argv", ["fit_docs", "--jobs", "1", "--full", "vanguards"])
    fit_docs.main()
    page = (tmp_path / fit_docs.PAGE).read_text(encoding="utf-8")
    assert asked == [("vanguards", False), ("controlled", True)]
    assert "`vanguards`: 36 points of one run each, in waves of 24 + 12; a place of 25,000 people, 3 years" in page
    assert page.count("A **reduced fit**: treat it as a first look.") == 1
    assert page.count("### What was predicted and never fitted") == 2
    assert page.count("### Which assumptions carry it") == 2
    assert page.count("2 truths by full simulation: ") == 2
    assert page.count("Outside, and why we think so:") == 2
    assert (tmp_path / fit_docs.CHART).read_text(encoding="utf-8").startswith("<?xml")
    assert {path.name for path in tmp_path.glob("*.csv")} == {"vanguards.csv", "controlled.csv", "ensembles.csv"}


def test_what_carries_a_fits_own_expectations_is_told(toy: Fit) -> None:
    """The stand-in's first year follows from case finding alone; its other programme from integration alone."""
    text = carriers_of_fit(toy, learned_by(toy))
    early = next(line for line in text.splitlines() if line.startswith("| early"))
    other = next(line for line in text.splitlines() if line.startswith("| other"))
    assert early.split("|")[3].strip().startswith("case_finding")
    assert other.split("|")[3].strip().startswith("integration_with_hospital")
