"""The emulator stands in for the simulation, so it must know how far it can be trusted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import qmc

from calibration import emulator_check
from calibration.emulator import Emulator, Floats, fit, restore
from calibration.emulator_check import FOLDS, held_out, in_folds, leave_one_out

INPUTS = 3


def design(points: int, seed: int) -> Floats:
    """A Latin hypercube of the unit cube."""
    return np.asarray(qmc.LatinHypercube(INPUTS, rng=np.random.default_rng(seed)).random(points))


def truth(points: Floats) -> Floats:
    """A line, a bend and an interaction; the third input does nothing."""
    return np.asarray(20.0 + 6.0 * points[:, 0] + 3.0 * np.sin(5.0 * points[:, 1]) + 4.0 * points[:, 0] * points[:, 1])


def noisy(points: Floats, sd: Floats | float, seed: int) -> Floats:
    """The truth plus noise of a known standard deviation."""
    return np.asarray(truth(points) + sd * np.random.default_rng(seed).standard_normal(len(points)))


@pytest.fixture(scope="module")
def emulator() -> Emulator:
    """60 points, noise of 0.5, which the emulator has to find by itself."""
    points = design(60, 1)
    return fit(points, noisy(points, 0.5, 2), lower=np.zeros(INPUTS), upper=np.ones(INPUTS))


def test_fitted_noise_is_the_noise_that_was_added(emulator: Emulator) -> None:
    """60 points, noise of 0.5: the fitted one lies within the 99.95 % range of a chi-square of 50."""
    found = emulator.scale * float(emulator.noise[0]) ** 0.5
    assert 0.5 * 0.66 < found < 0.5 * 1.38


def test_the_mean_is_foretold_and_its_range_holds_without_noise(emulator: Emulator) -> None:
    """Noise is not in the predicted variance, and the true mean lies within 95 % ranges at 90 % of new points."""
    points = design(300, 3)
    prediction = emulator.predict(points)
    error = prediction.mean - truth(points)
    assert np.sqrt((error**2).mean()) < 0.35
    assert prediction.variance.max() < 0.5**2
    assert (np.abs(error) < 1.96 * np.sqrt(prediction.variance)).mean() > 0.9


def test_a_good_emulator_passes_on_unseen_runs_and_leave_one_out(emulator: Emulator) -> None:
    """Coverage, errors and what is explained are those of an emulator that is right; the error left is the noise."""
    points = design(80, 4)
    for check in (leave_one_out(emulator), held_out(emulator, points, noisy(points, 0.5, 5))):
        assert check.usable
        assert check.explained > 0.95
        assert 0.85 <= check.coverage <= 1.0
        assert check.q2 <= check.explained
    assert check.rmse == pytest.approx(0.5, rel=0.35)


def test_leave_one_out_is_what_leaving_each_out_gives(emulator: Emulator) -> None:
    """The short cut through the inverse agrees with foretelling a point by an emulator that lacks it."""
    keep = np.arange(len(emulator.outputs)) != 7
    document = emulator.document()
    for name in ("inputs", "outputs", "noise"):
        document[name] = np.asarray(document[name])[keep].tolist()
    without = restore(document)
    point = emulator.lower + (emulator.inputs[[7]] + 1.0) / 2.0 * (emulator.upper - emulator.lower)
    expected = (without.predict(point).mean[0] - emulator.centre) / emulator.scale
    inverse = np.linalg.inv(emulator.factor @ emulator.factor.T)
    shortcut = emulator.outputs[7] - (inverse @ emulator.outputs)[7] / inverse[7, 7]
    assert shortcut == pytest.approx(expected, abs=1e-8)


def test_parts_of_a_design_are_foretold_by_emulators_that_never_saw_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is fitted anew to the rest of the points, in every part; a good design passes."""
    points = design(60, 1)
    fitted: list[Floats] = []

    def watched(inputs: Floats, outputs: Floats, **given: object) -> Emulator:
        fitted.append(inputs)
        return fit(inputs, outputs, lower=np.zeros(INPUTS), upper=np.ones(INPUTS), restarts=0)

    monkeypatch.setattr(emulator_check, "fit", watched)
    found = in_folds(points, noisy(points, 0.5, 2), (np.zeros(INPUTS), np.ones(INPUTS)))
    assert found.usable
    assert found.points == 60
    assert found.rmse == pytest.approx(0.5, rel=0.5)
    unseen = [{tuple(each) for each in points} - {tuple(each) for each in seen} for seen in fitted]
    assert len(unseen) == FOLDS
    assert sorted(point for part in unseen for point in part) == sorted(tuple(each) for each in points)


def test_a_bend_that_few_points_show_is_not_foretold_in_parts() -> None:
    """Twelve points of a wave that turns four times: the test must be able to fail."""
    points = design(12, 1)
    found = in_folds(points, np.sin(25.0 * points[:, 0]), (np.zeros(INPUTS), np.ones(INPUTS)))
    assert found.foretells_badly


def test_noise_known_for_each_point_weighs_the_points(emulator: Emulator) -> None:
    """Where half of the points have much noise, an emulator told which is nearer the truth than one that is not."""
    points = design(60, 6)
    sd = np.where(np.arange(60) % 2 == 0, 0.1, 3.0)
    outputs, fresh = noisy(points, sd, 7), design(300, 8)
    told = fit(points, outputs, noise_variance=sd**2)
    averaged = fit(points, outputs, noise_variance=(sd**2).mean())
    errors = [np.sqrt(((one.predict(fresh).mean - truth(fresh)) ** 2).mean()) for one in (told, averaged)]
    assert errors[0] < 0.5 * errors[1]


def test_an_emulator_of_pure_noise_says_there_is_nothing_to_foretell() -> None:
    """Where outputs differ by noise alone, the check says so instead of naming a fit."""
    points = design(40, 9)
    outputs = np.random.default_rng(10).standard_normal(40)
    found = leave_one_out(fit(points, outputs, noise_variance=1.0))
    assert not found.usable
    assert "nothing to foretell" in found.why or "foretells only" in found.why


def test_noise_is_not_taken_for_a_function_of_many_inputs() -> None:
    """Seven inputs of which none acts: of 20 columns of noise at most six keep a departure, and none can be used.

    About one in fifteen keeps one by chance (8 of 120 that were tried); were it one in twelve, more than six of 20
    would do so once in 1,200 times. Without the rule all of them do.
    """
    points = np.asarray(qmc.Sobol(7, scramble=True, rng=np.random.default_rng(1)).random(64))
    columns = np.random.default_rng(2).standard_normal((20, 64))
    found = [fit(points, each, lower=np.zeros(7), upper=np.ones(7), restarts=0) for each in columns]
    assert sum(not one.is_straight for one in found) <= 6
    assert np.median([float(one.noise[0]) for one in found]) > 0.7
    assert not any(leave_one_out(one).usable for one in found)


def test_a_bend_that_points_show_is_kept(emulator: Emulator) -> None:
    """The departure of the made-up truth is no noise."""
    assert not emulator.is_straight
    points = design(60, 1)
    line = fit(points, 3.0 * points[:, 0] + 0.1 * np.random.default_rng(3).standard_normal(60))
    known = fit(points, 3.0 * points[:, 0] + 0.1 * np.random.default_rng(3).standard_normal(60), noise_variance=0.01)
    for one in (line, known):
        assert one.is_straight
        assert one.predict(np.full((1, 3), 0.5)).mean == pytest.approx(1.5, abs=0.08)


def test_an_emulator_that_is_too_sure_may_not_be_used(emulator: Emulator) -> None:
    """Told that the runs have hardly any noise, it is caught by its own ranges on new runs."""
    points = design(60, 1)
    sure = fit(points, noisy(points, 0.5, 2), noise_variance=1e-4)
    fresh = design(80, 4)
    found = held_out(sure, fresh, noisy(fresh, 2.0, 5), noise_variance=1e-4)
    assert not found.usable
    assert "ranges held only" in found.why


def test_logarithms_of_counts_come_back_as_counts() -> None:
    """Modelled as logarithms, counts are foretold within 5 % and possible functions stay above zero."""
    points = design(50, 11)
    counts = np.exp(truth(points) / 10.0)
    emulator = fit(points, counts, noise_variance=(0.01 * counts) ** 2, log=True)
    fresh = design(100, 12)
    ratio = emulator.predict(fresh).mean / np.exp(truth(fresh) / 10.0)
    assert np.abs(ratio - 1.0).max() < 0.05
    assert (emulator.paths(fresh, 3, seed=1) > 0).all()
    with pytest.raises(ValueError, match="above zero"):
        fit(points, counts - counts.min(), log=True)


def test_possible_functions_have_the_emulators_mean_and_spread(emulator: Emulator) -> None:
    """4,000 paths: means within 4.5 standard errors and 1 % of the spread (the waves); spreads within 15 %."""
    points = design(8, 13)
    prediction, paths = emulator.predict(points), emulator.paths(points, 4000, seed=3)
    spread = np.sqrt(prediction.variance)
    assert (np.abs(paths.mean(0) - prediction.mean) < 4.5 * spread / 4000**0.5 + 0.01 * emulator.scale).all()
    assert paths.std(0) == pytest.approx(spread, rel=0.15)
    assert np.allclose(emulator.paths(points[:3], 4000, seed=3), paths[:, :3], rtol=1e-9)


def test_a_saved_emulator_predicts_the_same_to_the_last_digit(emulator: Emulator, tmp_path: Path) -> None:
    """Saved as JSON and restored, means and variances are equal, not near."""
    emulator.save(tmp_path / "emulator.json")
    again, points = restore(tmp_path / "emulator.json"), design(20, 14)
    assert np.array_equal(again.predict(points).mean, emulator.predict(points).mean)
    assert np.array_equal(again.predict(points).variance, emulator.predict(points).variance)
    with pytest.raises(ValueError, match="not an emulator"):
        restore({"format": "something else"})


def test_tables_that_do_not_match_are_refused() -> None:
    """Each mistake is named: lengths, too few points, what is no number, a negative variance, missing columns."""
    points = design(30, 15)
    with pytest.raises(ValueError, match="as long"):
        fit(points, truth(points)[:-1])
    with pytest.raises(ValueError, match="at least 5 points"):
        fit(points[:4], truth(points[:4]))
    with pytest.raises(ValueError, match="finite"):
        fit(points, np.where(np.arange(30) == 3, np.nan, truth(points)))
    with pytest.raises(ValueError, match="noise variance"):
        fit(points, truth(points), noise_variance=-1.0)
    with pytest.raises(ValueError, match="3 columns"):
        fit(points, truth(points)).predict(points[:, :2])
