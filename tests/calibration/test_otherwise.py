"""What a fit would have learned had errors been assumed otherwise is told line by line, each made in the same way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from calibration.fit_pages import otherwise_lines
from calibration.fitting import ASSUMED, Fit, fit_effects
from calibration.otherwise import OTHERWISE, Weighed, weighed, with_other_errors
from calibration.posterior import alike, covariance
from calibration.target_files import read_targets
from scenarios.ensembles import parameters
from tests.calibration import toy_fit

NAMES = [each.name for each in parameters()]
PREVENTION = NAMES.index("prevention_by_teams")
TWINS = """id,system,measure,from_month,to_month,reading,unit,value,standard_error,lineage,role
one,mcp-vanguard,emergency admissions,24,36,since the start,log points,-4,2,{lineage},fit
two,mcp-vanguard,emergency admissions,24,36,since the start,log points,-4,2,a,fit
"""
EFFORT = replace(toy_fit.EFFORT, members=40, steps=60)


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Fit:
    """A fit to one result that was published twice, of the same data."""
    return _fitted(tmp_path_factory.mktemp("twins"), "a")


def test_twins_of_the_same_data_teach_the_less_the_more_their_errors_go_together(twins: Fit) -> None:
    """Two rows tell as much as 2 / (1 + correlation) rows; no other line of the table says more than independence."""
    found = _by_words(twins)
    order = ["errors of rows that share data independent", ASSUMED.words, "these correlated by 0.8",
             "both correlated by 0.8"]  # fmt: skip
    spreads = [found[words].sd[PREVENTION] for words in order]
    assert spreads == sorted(spreads)
    assert spreads[0] < spreads[1] < spreads[-1]
    assert found["discrepancies half as large"].sd[PREVENTION] < found[ASSUMED.words].sd[PREVENTION]
    assert found["discrepancies twice as large"].sd[PREVENTION] > found[ASSUMED.words].sd[PREVENTION]


def test_rows_of_different_data_do_not_care(tmp_path: Path) -> None:
    """Correlations are of rows that share data; of others none of them changes anything."""
    found = _by_words(_fitted(tmp_path, "b"))
    own = found[ASSUMED.words].mean
    for each in OTHERWISE:
        changes = each.times != 1.0 or each.all_discrepancy > 0.0
        assert (found[each.words].mean == own).all() == (not changes)


def test_the_first_line_is_the_fit_itself(twins: Fit) -> None:
    """Its mean is that by which the chain is checked; its tenths hold eight in ten by weight."""
    first = with_other_errors(twins)[0][1]
    assert first.mean == pytest.approx(twins.weighted_mean(), abs=0.01)
    assert (first.low < first.mean).all()
    assert (first.mean < first.high).all()
    own = weighed(twins.prior, twins.predict(twins.prior), twins.observed)
    assert own.mean == pytest.approx(twins.weighted_mean(), abs=1e-12)
    even = weighed(twins.prior, twins.predict(twins.prior), replace(twins.observed, covariance=np.eye(2) * 1e6))
    assert even.low == pytest.approx(np.full(len(NAMES), 0.1), abs=0.02)
    assert even.high == pytest.approx(np.full(len(NAMES), 0.9), abs=0.02)
    assert even.effective == pytest.approx(len(twins.prior), rel=1e-3)
    assert even.updated == ()


def test_the_page_shows_every_line_and_names_what_moves_most(twins: Fit) -> None:
    """The parameters shown are those that some line would update."""
    text = otherwise_lines(twins)
    for errors in OTHERWISE:
        assert f"| {errors.words} |" in text
    assert "Of all means prevention_by_teams moves most" in text
    assert "| what is assumed | prevention_by_teams |" in text
    assert "pressure" not in text


def test_discrepancies_of_rows_that_share_data_may_go_together_too() -> None:
    """Beside their errors; variances stay what they are."""
    found = covariance(np.array([2.0, 1.0]), np.array([3.0, 1.0]), np.eye(2), alike(["a", "a"], 0.5))
    assert found == pytest.approx(np.array([[13.0, 1.5], [1.5, 2.0]]))


def _fitted(folder: Path, lineage: str) -> Fit:
    path = folder / "twins.csv"
    path.write_text(TWINS.format(lineage=lineage), encoding="utf-8")
    return fit_effects(read_targets(path), EFFORT, toy_fit.simulate, 3)


def _by_words(fit: Fit) -> dict[str, Weighed]:
    return {errors.words: found for errors, found in with_other_errors(fit)}
