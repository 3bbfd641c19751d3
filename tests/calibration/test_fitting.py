"""A fit finds what is true on a stand-in whose truth is known, says what it did not learn, and opens no hold-outs."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtri

from calibration import fitting, points
from calibration.contrasts import plan_of
from calibration.design import even_points, spread_out
from calibration.ensemble import ensemble_of, members_text, write_ensembles
from calibration.estimands import Counts
from calibration.fitting import FirstLook, Fit, Floats, fit_effects, goals_of
from calibration.history_matching import CUT, Goal, implausibility
from calibration.hold_outs import Simulated, crps, score, skill, unpredicted
from calibration.judging_fits import learned_by, outcomes, verdicts
from calibration.monthly_counts import ADMISSIONS, EVERYONE
from calibration.out_of_reach import BeyondReach, refuse_beyond_reach
from calibration.posterior import alike, covariance
from calibration.recovery import LEVEL, recover, recover_simulated
from calibration.targets import BOTH, FOLDER, SINCE_START, YEAR_BEFORE
from caresim import calibrating, fits
from caresim.calibrating import Means
from caresim.cli import run_command_line
from scenarios.ensembles import FOLDER as SHIPPED
from scenarios.ensembles import parameters, read_members
from scenarios.fitted import EDGE
from tests.calibration import formula_points, toy_fit
from tests.calibration.opened import files_opened

UNEVEN = 0.01 / 8
"""Chance that the most uneven ranks of eight even ones look so: one in a hundred."""
NAMES = [each.name for each in parameters()]


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Fit:
    """A fit of three results on the stand-in."""
    return fit_effects(toy_fit.targets(tmp_path_factory.mktemp("toy")), toy_fit.EFFORT, toy_fit.simulate, 3)


def test_a_fit_opens_no_file_of_hold_outs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`caresim calibrate` as typed, with the shipped set, the study runner and its worker; a formula simulates.

    The interpreter tells of every file that is opened: here from the command on, in the worker from its first line on.
    Among targets that is the set's own file, here, and none in the worker.
    """
    heard = tmp_path / "opened by the worker"
    (tmp_path / "sitecustomize.py").write_text(formula_points.LISTENS, encoding="utf-8")
    monkeypatch.setenv("FILES_OPENED", str(heard))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    effort = replace(fitting.QUICK, sizes=(12,), members=24, steps=40)
    monkeypatch.setattr(calibrating, "QUICK", effort)
    monkeypatch.setattr(fits, "TRUTHS", 4)
    monkeypatch.setattr(points, "plan_of", lambda *given: replace(plan_of(*given), recipe=formula_points.FORMULA))
    with files_opened(FOLDER) as opened:
        code = run_command_line(["calibrate", "--quick", "-q", "-y", "--jobs", "1", "--out", str(tmp_path / "out")])
    assert code == 0
    assert len(read_members(tmp_path / "out" / "fit-vanguards" / "vanguards.csv")) == 24
    assert opened == {"vanguards.csv"}
    by_worker = [Path(line) for line in heard.read_text(encoding="utf-8").splitlines()]
    assert any(path.suffix == ".py" or "__pycache__" in path.parts for path in by_worker), "the worker was not heard"
    assert not [path for path in by_worker if FOLDER.resolve() in path.resolve().parents]


def test_the_same_seed_gives_the_same_bytes(toy: Fit, tmp_path: Path) -> None:
    """From targets to the ensemble's file: a second fit is the first."""
    again = fit_effects(toy_fit.targets(tmp_path), toy_fit.EFFORT, toy_fit.simulate, 3)
    first, second = (members_text(ensemble_of("toy", one, toy_fit.EFFORT)) for one in (toy, again))
    assert first == second


def test_members_agree_with_the_targets(toy: Fit) -> None:
    """What the members foretell without noise is within what errors and discrepancy allow, on average well inside."""
    found = toy_fit.effects(toy.members)
    late = np.array([-0.05])
    sd = np.sqrt(np.diag(toy.observed.covariance))[1]
    assert abs(found[:, 1].mean() - late[0]) < 2.0 * sd
    assert found[:, 1].std() < 0.03


def test_what_targets_say_nothing_of_is_called_not_updated(toy: Fit) -> None:
    """The stand-in has no care homes and no pressure; prevention and integration are what its results are about."""
    updated = {each.parameter.name for each in learned_by(toy) if each.is_updated}
    assert {"prevention_by_teams", "integration_with_hospital"} <= updated
    assert not {"care_home_teams", "pressure", "short_end_share"} & updated


def test_the_chain_and_weighting_the_prior_agree(toy: Fit) -> None:
    """Two ways to the same posterior means; the chain is worth a known number of draws."""
    error = 0.29 * np.sqrt(1.0 / toy.effective_draws)
    assert np.abs(toy.chain.reshape(-1, len(NAMES)).mean(axis=0) - toy.weighted_mean()).max() < 4.5 * error + 0.02


def test_known_truths_are_found_again(toy: Fit) -> None:
    """Nine-in-ten ranges hold at least 85 % of 100 truths over all parameters, and ranks look even."""
    found = recover(toy, 100, 5)
    assert found.coverage >= 0.85
    assert found.coverage <= LEVEL + 0.05
    assert found.uneven.min() > UNEVEN


def test_it_is_told_how_much_nearer_to_the_truth_a_fit_comes_than_its_prior(toy: Fit) -> None:
    """Which coverage does not: a fit whose results say nothing covers as well, and comes no nearer."""
    found = recover(toy, 100, 5)
    blind = replace(toy, targets=tuple(replace(each, standard_error=1e6) for each in toy.targets))
    nothing = recover(blind, 100, 5)
    assert found.misses.min() < 0.8
    assert nothing.misses == pytest.approx(np.ones(len(nothing.misses)), abs=0.02)
    assert nothing.coverage >= 0.85


def test_truths_that_are_simulated_are_found_again(toy: Fit) -> None:
    """With the emulators' own errors in the results."""
    assert recover_simulated(toy, toy_fit.simulate, 40, 10_000, 7).coverage >= 0.85


def test_ranks_and_coverage_notice_a_posterior_that_is_too_sure(toy: Fit) -> None:
    """When the errors of results are twice what the fit believes, the test above fails, by either measure."""
    sure = recover(toy, 100, 5, errors=4.0 * toy.observed.covariance)
    assert sure.coverage < 0.85
    assert sure.uneven.min() < UNEVEN


def test_waves_rule_out_what_cannot_be(toy: Fit) -> None:
    """The first wave leaves more than the second; a truth that made the targets is never ruled out."""
    first, second = toy.matched.waves
    assert second.left <= first.left < 1.0
    assert toy.matched.plausible(ndtri(toy.members[:, :7]), _goals(toy)).mean() > 0.95


def test_implausibility_is_a_distance_in_standard_deviations(toy: Fit) -> None:
    """Of two readings the nearer counts."""
    goals = _goals(toy)
    points = toy.matched.points[:5]
    found = implausibility(toy.matched.emulators, points, goals)
    means, variances = (np.array([getattr(each.predict(points), what) for each in toy.matched.emulators])
                        for what in ("mean", "variance"))  # fmt: skip
    both = [abs(goals[1].value - means[k]) / np.sqrt(goals[1].variance + variances[k]) for k in goals[1].outputs]
    assert found[1] == pytest.approx(np.minimum(*both))
    assert CUT == 3.0


def test_emulators_are_tested_on_runs_they_never_saw(toy: Fit) -> None:
    """The last wave's runs, foretold by the emulators of the wave before."""
    for verdict in verdicts(toy):
        alone, unseen = verdict.alone, verdict.unseen
        assert alone.points == 36
        assert unseen is not None
        assert unseen.points == 12
        assert unseen.coverage >= 0.75


def test_a_target_far_from_the_prior_is_said_to_be_so(toy: Fit, tmp_path: Path) -> None:
    """The chance before the fit of so far out: near one for the middle, near nothing far out."""
    near = {one.expected.target.id: one.expected.probability for one in outcomes(toy)}
    far = replace(toy, targets=toy_fit.targets(tmp_path, late=-30.0))
    assert near["other"] > 0.2
    assert {one.expected.target.id: one.expected.probability for one in outcomes(far)}["late"] < 0.001


class Stopped(Exception):
    """Raised to end a fit where it stands."""


def test_how_likely_targets_are_is_told_after_the_first_wave_and_before_anything_is_fitted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """After the 24 points of the first wave, of 36; a row for each reading, with ceilings where reach is known."""
    simulated = 0

    def runs(positions: Floats, first: int) -> list[Counts]:
        nonlocal simulated
        simulated += len(positions)
        return [toy_fit.with_reach(one, 0.2) for one in toy_fit.simulate(positions, first)]

    def told(look: FirstLook) -> None:
        fits.tell_first_look(look)
        raise Stopped

    monkeypatch.setattr("calibration.fitting.sample", lambda *_, **__: pytest.fail("it was fitted"))
    with pytest.raises(Stopped):
        fit_effects(toy_fit.targets(tmp_path), toy_fit.EFFORT, runs, 3, told)
    assert simulated == toy_fit.EFFORT.sizes[0]
    shown = capsys.readouterr().err
    assert shown.startswith("Before anything is fitted")
    rows = [line.split(" | ") for line in shown.splitlines() if line.startswith(("| early", "| late", "| other"))]
    assert [row[1] for row in rows] == [SINCE_START, SINCE_START, YEAR_BEFORE, SINCE_START]
    assert all(0.0 < float(row[4]) <= 1.0 for row in rows)
    assert [row[5] for row in rows] == ["-20.0 |", "-20.0 |", "-20.0 |", "- |"]


def test_a_target_that_the_first_wave_shows_to_be_out_of_reach_is_refused_before_the_fit(tmp_path: Path) -> None:
    """Log points against per cent: 4.1 log points are 4.02 %: people with 4.05 % can bring it, with 4 % not."""
    targets = toy_fit.targets(tmp_path, late=-4.1)
    points = toy_fit.simulate(even_points(4, 8, 0), 0)

    def of_share(share: float) -> list[Counts]:
        whole = np.mean([one.total("do-nothing", ADMISSIONS, EVERYONE, 24, 36) for one in points])
        return [toy_fit.with_reach(one, share * float(whole) / 12_000.0) for one in points]

    assert refuse_beyond_reach(targets, of_share(0.0405))[1] == pytest.approx(4.05)
    with pytest.raises(BeyondReach) as refused:
        fit_effects(targets, toy_fit.EFFORT, lambda *_: of_share(0.04), 3)
    said = str(refused.value)
    assert 'toy.csv, line 3, column value: found "-4.1"' in said
    assert "have 4 % of what is counted: preventing all of theirs" in " ".join(said.split())
    assert "Allowed: -4.08 log points or more" in said
    assert "Nothing was fitted" in said


def test_errors_of_the_same_data_are_correlated_and_discrepancies_are_not() -> None:
    """Two rows of one lineage share half of their errors."""
    together = alike(["a", "a", "b"], 0.5)
    found = covariance(np.array([2.0, 1.0, 1.0]), np.array([1.0, 1.0, 0.0]), together, np.eye(3))
    assert found == pytest.approx(np.array([[5.0, 1.0, 0.0], [1.0, 2.0, 0.0], [0.0, 0.0, 1.0]]))


def test_designs_are_even_and_spread_out() -> None:
    """Every eighth of a position is met equally often; points are taken far from those there are."""
    points = even_points(64, 7, 1)
    counts = np.histogram(points[:, 0], 8, (EDGE, 1.0 - EDGE))[0]
    assert set(counts) == {8}
    assert (even_points(40, 7, 1) == points[:40]).all()
    chosen = spread_out(np.array([[0.0], [0.5], [0.9]]), 2, np.array([[1.0]]))
    assert chosen.tolist() == [[0.0], [0.5]]


def test_an_ensemble_is_written_whole_and_read_back(toy: Fit, tmp_path: Path) -> None:
    """As it will be used; the list keeps those that were there."""
    made = ensemble_of("mine", toy, toy_fit.EFFORT)
    write_ensembles(tmp_path, [made])
    write_ensembles(tmp_path, [ensemble_of("vanguards", toy, toy_fit.EFFORT)])
    assert read_members(tmp_path / "mine.csv") == made.members
    assert len(made.members) == 200
    listing = (tmp_path / "ensembles.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[0] for line in listing] == ["name", "vanguards", "mine"]
    assert "REDUCED fit" in listing[1]
    assert SHIPPED.is_dir()


def test_a_result_is_predicted_and_scored(toy: Fit, tmp_path: Path) -> None:
    """Inside when it is what the model shows; skill above nothing when there is an effect; same data is not counted."""
    positions = even_points(48, 8, 0)
    simulated = Simulated(positions, tuple(toy_fit.simulate(positions, 500)))
    early, late, other = toy_fit.targets(tmp_path, late=-5.0)
    found = score(late, simulated, toy.members, toy.prior[:512], (), 1)
    assert found.inside
    assert found.counted
    assert skill([found], "nothing") > 0.2
    shared = score(other, simulated, toy.members, toy.prior[:512], (other,), 1)
    assert (shared.counted, shared.why) == (False, "same data as other")
    assert not unpredicted(early, "not simulated").is_predicted


def test_a_result_of_which_the_base_is_not_stated_is_predicted_half_under_each_reading(tmp_path: Path) -> None:
    """Half a logarithm lower in every year: so far down since the start, not at all on the year before."""
    late = toy_fit.targets(tmp_path)[1]
    positions = even_points(24, 8, 0)
    counts = tuple(toy_fit.point(np.full(3, -0.5), number) for number in range(24))
    both, since, before = (
        score(replace(late, reading=each), Simulated(positions, counts), positions, positions, (), 1)
        for each in (BOTH, SINCE_START, YEAR_BEFORE)
    )
    assert since.middle == pytest.approx(-0.5, abs=0.01)
    assert before.middle == pytest.approx(0.0, abs=0.01)
    assert both.low == pytest.approx(since.middle, abs=0.03)
    assert both.high == pytest.approx(before.middle, abs=0.03)
    assert max(since.high - since.low, before.high - before.low) < 0.06


def test_the_score_of_draws_is_that_of_their_law() -> None:
    """A standard normal law and a value at its middle: 0.2337, at two of its deviations 1.4528."""
    draws = ndtri((np.arange(20_000) + 0.5) / 20_000)
    assert crps(draws, 0.0) == pytest.approx(0.23370, abs=2e-4)
    assert crps(draws, 2.0) == pytest.approx(1.45279, abs=1e-3)


def _goals(fit: Fit) -> tuple[Goal, ...]:
    return goals_of(fit.targets, fit.outputs)


def test_the_command_writes_the_ensemble_and_a_page_and_says_what_was_not_learned(
    toy: Fit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Screen, page and record tell the same; what is not updated stands first."""
    told: list[object] = []

    def calibrated(*_: object, on_first_look: object, **__: object) -> Fit:
        told.append(on_first_look)
        return toy

    monkeypatch.setattr(fits, "calibrate", calibrated)
    made = fits.make_fit("mine", toy.targets, toy_fit.EFFORT, Means(1, tmp_path), seed=3, prove=False)
    assert told == [None], "quiet"
    assert made.folder == tmp_path / "fit-mine"
    assert (made.folder / "mine.csv").exists()
    page = (made.folder / "README.md").read_text(encoding="utf-8")
    for text in (made.screen, page):
        assert "**Not updated**" in text[: text.index("|")]
        assert "care_home_teams" in text[: text.index("Updated:")]
        assert "100 truths" in text
    assert [each["name"] for each in made.record["parameters"]] == NAMES
    assert sum(made.record["readings"].values()) == pytest.approx(1.0)
    assert "published, % (standard error, log points)" in page
    assert {each["unit"] for each in made.record["targets"]} == {"%"}
    assert made.record["targets"][0]["standard_error_log_points"] == pytest.approx(0.5)
