"""Laws, correlations, tables of inputs and designs of one's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from calibration.sensitivity.designs import design_for, design_from
from calibration.sensitivity.inputs import DUMMY, STRUCTURE, Inputs, inputs_for
from calibration.sensitivity.laws import CUT, Law, correlated_shares
from scenarios.assumption_draws import quantile
from scenarios.ensembles import parameters
from scenarios.evidence import load
from scenarios.messages import BadInput
from scenarios.resolve import resolve
from scenarios.resolved import RangeValue

RANGE = RangeValue(0.12, 0.0, 0.3)
EXTENSIVIST = "extensivist-teams"
STAY, VISITS = f"{EXTENSIVIST}.length of stay", f"{EXTENSIVIST}.GP visits"
LAWS = {
    "range": Law("range", range=RANGE),
    "uniform": Law.of("uniform", low=2.0, high=5.0),
    "triangular": Law.of("triangular", low=2.0, best=3.0, high=5.0),
    "normal": Law.of("normal", mean=4.0, sd=2.0),
    "lognormal": Law.of("lognormal", mean=4.0, sd=2.0),
}


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    """All that is uncertain about the extensivist teams."""
    return inputs_for(resolve(EXTENSIVIST, place="england-average-25k"), load())


@pytest.mark.parametrize("name", LAWS)
def test_a_share_and_its_value_lead_to_each_other(name: str) -> None:
    """Whatever the law, a value in a design of one's own is found again at its share."""
    law = LAWS[name]
    for share in (0.0, 0.1, 0.5, 0.9, 1.0):
        assert law.share_of(law.value(share)) == pytest.approx(share, abs=1e-6)
    assert law.share_of(law.value(1.0) + 1.0) > 1.0


def test_a_range_is_spread_as_runs_draw_it() -> None:
    """The middle is the best guess, and shares are those of the draw but for the outermost hundredths."""
    assert LAWS["range"].value(0.5) == pytest.approx(RANGE.best)
    assert LAWS["range"].value(0.25) == pytest.approx(quantile(RANGE, CUT + 0.25 * (1.0 - 2.0 * CUT)))


def test_long_form_laws_are_those_of_their_mean_and_spread() -> None:
    """A lognormal law of mean 4 and spread 2 has its median, and is cut off at its outermost hundredths."""
    law, variance = LAWS["lognormal"], np.log(1.25)
    assert law.value(0.5) == pytest.approx(4.0 / np.sqrt(1.25))
    assert law.value(1.0) == pytest.approx(4.0 / np.sqrt(1.25) * np.exp(2.326348 * np.sqrt(variance)))


def test_a_copula_correlates_and_keeps_each_law() -> None:
    """Normal scores have the correlation asked for, and shares stay even from 0 to 1."""
    shares = np.random.default_rng(1).random((4000, 2))
    found = correlated_shares(shares, np.array([[1.0, 0.6], [0.6, 1.0]]))
    rank = np.asarray(np.corrcoef(found.T))[0, 1]
    assert rank == pytest.approx(6.0 / np.pi * np.arcsin(0.3), abs=4.0 / 4000**0.5)
    assert np.histogram(found[:, 1], bins=10, range=(0.0, 1.0))[0] == pytest.approx(np.full(10, 400), abs=85)


def test_correlated_inputs_are_one_group() -> None:
    """Apart, shares of what hangs together would mean nothing."""
    scenario = resolve(EXTENSIVIST, place="england-average-25k")
    found = inputs_for(scenario, load(), correlated={(STAY, VISITS): 0.5})
    groups = dict(zip(found.names, found.groups, strict=True))
    assert groups[STAY] == groups[VISITS] == f"{STAY} + {VISITS}"
    with pytest.raises(BadInput, match="cannot all hold"):
        inputs_for(scenario, load(), correlated={(STAY, VISITS): 0.99, (STAY, f"{EXTENSIVIST}.avoids"): 0.99,
                                                 (VISITS, f"{EXTENSIVIST}.avoids"): -0.9})  # fmt: skip


def test_every_design_ends_with_the_dummy(inputs: Inputs) -> None:
    """It is last, sets nothing, and every method's design moves it."""
    assert inputs.names[-1] == DUMMY
    for method in ("sobol", "morris"):
        design = design_for(method, inputs, points=4 if method == "morris" else 40)
        assert len(np.unique(design.raw[:, -1])) > 1
        assert DUMMY not in design.settings(0)


def test_a_design_written_out_is_read_back(inputs: Inputs, tmp_path: Path) -> None:
    """Values of a table become the same values of the scenario."""
    made = design_for("pawn", inputs, points=30)
    rows = [",".join(f'"{name}"' for name in inputs.names)]
    rows += [",".join(repr(value) for value in inputs.values(row).values()) for row in made.shares]
    (tmp_path / "mine.csv").write_text("\n".join(rows))
    found = design_from(tmp_path / "mine.csv", "pawn", inputs, direct=False, runs=2, seed=1)
    for point in (0, 17):
        assert found.settings(point) == pytest.approx(made.settings(point), rel=1e-6)


def test_mistakes_in_a_design_are_named(inputs: Inputs, tmp_path: Path) -> None:
    """File, line, column, what was found and what is allowed."""
    path = tmp_path / "mine.csv"
    path.write_text(f'"{STAY}"\n-0.03\n')
    with pytest.raises(BadInput, match=r"mine.csv, line 1, column extensivist-teams.acute"):
        design_from(path, "pawn", inputs, direct=False, runs=2, seed=1)
    only = inputs_for(resolve(EXTENSIVIST, place="england-average-25k"), load(), vary=(STAY,))
    path.write_text(f'"{STAY}"\n-0.03\n-3\n')
    with pytest.raises(BadInput, match=r'line 3, column extensivist-teams.length of stay: found "-3"'):
        design_from(path, "pawn", only, direct=False, runs=2, seed=1)
    with pytest.raises(BadInput, match="needs a design of its own"):
        design_from(path, "morris", only, direct=False, runs=2, seed=1)


def test_inputs_may_have_laws_of_their_own(tmp_path: Path) -> None:
    """A table names values, of the plan or of the model, with laws and groups; mistakes have their line."""
    path = tmp_path / "inputs.csv"
    path.write_text(f"name,group,law,low,high,mean,sd\n{STAY},mine,uniform,-0.2,0,,\n"
                    "pressure.discharge_effort_slope [all],mine,normal,,,-1,0.2\n")  # fmt: skip
    scenario = resolve(EXTENSIVIST, place="england-average-25k")
    found = inputs_for(scenario, load(), table=path, grouping="file")
    assert found.groups == ("mine", "mine", DUMMY)
    assert found.every[0].law.value(0.25) == pytest.approx(-0.15)
    path.write_text("name,law,low,high\nnobody,uniform,0,1\n")
    with pytest.raises(BadInput, match=r'inputs.csv, line 2, key name: found "nobody"'):
        inputs_for(scenario, load(), table=path)
    path.write_text(f"name,law,low,high\n{STAY},uniform,1,0\n")
    with pytest.raises(BadInput, match=r"line 2, key law"):
        inputs_for(scenario, load(), table=path)


def test_a_range_that_ends_at_nought_goes_no_further() -> None:
    """A prior above nought never changes sign in a design."""
    scenario = resolve(EXTENSIVIST, place="england-average-25k")
    name = "pressure.admission_threshold_shift [per unit of occupancy above reference]"
    law = inputs_for(scenario, load(), vary=(name,)).every[0].law
    assert law.value(0.0) == 0.0
    assert law.value(1.0) > 3.0


def test_structure_asks_whether_crises_or_stays_are_changed_and_how_admissions_are_recorded(inputs: Inputs) -> None:
    """Both are switches of a plan; doing nothing has neither, and a plan that changes no crisis only the second."""

    def switches(name: str) -> set[str]:
        found = inputs_for(resolve(name, place="england-average-25k"), load(), structure=True)
        return {one.name for one in found.every if one.grade == STRUCTURE}

    usual = {"freed beds refill", "the admission threshold moves", "boarding slows A&E"}
    recorded, crises = "programme areas record otherwise", f"{EXTENSIVIST} acts on crises"
    assert {recorded, crises} | usual < switches(EXTENSIVIST)
    assert recorded not in switches("do-nothing")
    assert "same-day-emergency-care acts on crises" not in switches("same-day-emergency-care")
    assert recorded not in inputs.names, "what a run does not change is varied when somebody asks"


def test_the_share_that_is_recorded_otherwise_may_be_varied() -> None:
    """By its name, within the range of the table of what a fit moves."""
    found = inputs_for(resolve(EXTENSIVIST, place="england-average-25k"), load(), vary=("recording",))
    (recording,) = (one for one in parameters() if one.acts == "recording")
    assert recording.range is not None
    assert (found.every[0].name, found.every[0].grade) == ("recording", "assumption")
    assert found.every[0].law.value(0.5) == pytest.approx(recording.range.best)
    assert 0.0 <= found.every[0].law.value(0.0) < found.every[0].law.value(1.0) <= recording.most
