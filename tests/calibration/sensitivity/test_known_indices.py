"""The path that analyses the care model finds the indices of functions for which they are known, through added noise.

Every interval is meant to hold the truth 95 times in 100. A test asks that no truth lies further out than 4 standard
errors (intervals are 1.96), and that the dummy's own interval holds nought.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calibration.emulator import Emulator
from calibration.emulator_check import Check, leave_one_out
from calibration.sensitivity.analysis import (
    ASSUMPTIONS,
    CHANCE,
    WORSE_THAN_AVERAGE,
    Analysis,
    analyse,
    emulated,
)
from calibration.sensitivity.designs import Method, design_for
from calibration.sensitivity.inputs import DUMMY
from calibration.sensitivity.laws import Floats, Law
from calibration.sensitivity.noise import Output
from tests.calibration.sensitivity.analytic import (
    inputs_of,
    ishigami,
    ishigami_indices,
    run,
    sobol_g,
    sobol_g_indices,
)

SHARE = Law.of("uniform", low=0.0, high=1.0)
SLOPES = np.array([4.0, 2.0, 1.0])
LINEAR = SLOPES**2 / (SLOPES**2).sum()
WIDEST = 4.0 / 1.96


def linear(x: Floats) -> Floats:
    """A straight line in three inputs."""
    return np.asarray(x @ SLOPES)


def of_linear(method: Method, points: int, *, direct: bool = False) -> Analysis:
    """An analysis of the straight line, noise of 0.5 in each run."""
    design = design_for(method, inputs_of(dict.fromkeys("abc", SHARE)), direct=direct, points=points)
    return analyse(design, [run(design, linear, 0.5)])


Rows = dict[str, tuple[float, float, float]]


def rows_of(analysis: Analysis, index: str) -> Rows:
    """Value, low and high of each input."""
    rows = analysis.indices.to_dict("records")
    return {str(row["input"]): (row["value"], row["low"], row["high"]) for row in rows if row["index"] == index}


def assert_holds(rows: Rows, name: str, truth: float, widest: float = WIDEST) -> None:
    """The truth lies within so many half-intervals of the value."""
    value, low, _ = rows[name]
    assert abs(value - truth) <= widest * (value - low), f"{name}: {value} is not {truth}, interval from {low}"


def assert_dummy_is_nought(rows: Rows) -> None:
    """The dummy's interval holds nought."""
    _, low, high = rows[DUMMY]
    assert low <= 0.0 <= high


def test_ishigami_through_an_emulator() -> None:
    """An input that acts through an interaction alone is found to have a total and no first order."""
    laws = dict.fromkeys("abc", Law.of("uniform", low=-np.pi, high=np.pi))
    design = design_for("sobol", inputs_of(laws), points=130)
    found = analyse(design, [run(design, ishigami, 0.5)])
    assert bool(found.emulators["usable"].all()), found.emulators["why"].iloc[0]
    for name, (first, total) in ishigami_indices().items():
        assert_holds(rows_of(found, "first order"), name, first)
        assert_holds(rows_of(found, "total"), name, total)
    assert_dummy_is_nought(rows_of(found, "total"))
    together = rows_of(found, "second order")
    assert_holds(together, "a & c", ishigami_indices()["c"][1])
    assert together["a & c"][0] > 3.0 * together["a & b"][0]
    assert float(found.noise["sd_of_a_run"].iloc[0]) == pytest.approx(0.5, rel=4.0 / np.sqrt(2 * 156))


def test_sobols_g_with_its_kinks_through_an_emulator() -> None:
    """First order and total of four inputs, from nine tenths to nearly nothing."""
    design = design_for("sobol", inputs_of(dict.fromkeys("abcd", SHARE)), points=110)
    found = analyse(design, [run(design, sobol_g([0.0, 1.0, 4.5, 9.0]), 0.1)])
    first, total = sobol_g_indices([0.0, 1.0, 4.5, 9.0])
    for name, own, whole in zip("abcd", first, total, strict=True):
        assert_holds(rows_of(found, "first order"), name, own)
        assert_holds(rows_of(found, "total"), name, whole)
    assert_dummy_is_nought(rows_of(found, "total"))


def test_a_straight_line_directly_with_noise_taken_out() -> None:
    """Total effects of runs hold the noise of the runs; taken out, they are the line's, and shares add up to one."""
    found = of_linear("sobol", 64, direct=True)
    for name, truth in zip("abc", LINEAR, strict=True):
        assert_holds(rows_of(found, "first order"), name, truth)
        assert_holds(rows_of(found, "total"), name, truth)
    assert_dummy_is_nought(rows_of(found, "total"))
    shares = {str(row["source"]): float(row["share"]) for row in found.shares.to_dict("records")}
    noise = 0.25 / (0.25 + (SLOPES**2).sum() / 12.0)
    assert sum(shares.values()) == pytest.approx(1.0, abs=1e-12)
    assert shares[CHANCE] == pytest.approx(noise, rel=0.25)
    assert shares[ASSUMPTIONS] == pytest.approx(1.0 - noise, rel=0.05)


def test_a_straight_line_by_morris() -> None:
    """Chance is shared along a trajectory, so that effects of a line are exact; the dummy's is what chance does."""
    found = of_linear("morris", 10)
    sizes = rows_of(found, "size of effect")
    assert [sizes[name][0] for name in "abc"] == pytest.approx(SLOPES * 2.0 / 3.0)
    assert sizes[DUMMY][0] > 0.1
    assert_dummy_is_nought(rows_of(found, "mean effect"))


def test_a_straight_line_by_pawn() -> None:
    """Inputs come in their order; the dummy's distance shows what few points and chance alone make."""
    rows = rows_of(of_linear("pawn", 120), "pawn")
    assert rows["a"][0] > rows["b"][0] > rows[DUMMY][0] > 0.05


def test_a_straight_line_by_delta() -> None:
    """Delta orders the inputs, the dummy being its floor with few points; first order comes from the same runs."""
    found = of_linear("delta", 60)
    table = rows_of(found, "delta")
    assert table["a"][1] > table[DUMMY][2]
    assert table["a"][0] > table["b"][0] > table[DUMMY][0]
    assert_holds(rows_of(found, "first order"), "a", LINEAR[0], 4.0)


def test_groups_are_shares_of_their_members_together() -> None:
    """Of a line, the index of a group is the sum of its members'."""
    groups = {"b": "two small ones", "c": "two small ones"}
    design = design_for("sobol", inputs_of(dict.fromkeys("abc", SHARE), groups), points=60)
    found = analyse(design, [run(design, linear, 0.5)])
    assert_holds(rows_of(found, "total"), "two small ones", LINEAR[1:].sum())


def test_an_emulator_that_does_worse_than_the_average_on_unseen_runs_is_not_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However kind leaving one out is to it, as it may be where inputs are many and noise is most of what varies."""

    def kind(emulator: Emulator) -> Check:
        return replace(leave_one_out(emulator), usable=True, too_sure=False)

    monkeypatch.setattr("calibration.sensitivity.analysis.leave_one_out", kind)
    design = design_for("sobol", inputs_of(dict.fromkeys("abc", SHARE)), points=40)
    values = run(design, linear, 2.0).values
    assert emulated(design, Output("toy", "level", "", values)).usable
    values[design.held_out] = values[design.held_out][::-1]
    unrelated = emulated(design, Output("toy", "level", "", values))
    assert (unrelated.usable, unrelated.why) == (False, WORSE_THAN_AVERAGE)
