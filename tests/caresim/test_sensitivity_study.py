"""What an analysis runs, how runs become outputs, and that a stopped analysis ends as if it had not been stopped."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from calibration.sensitivity.answer import answer_of
from calibration.sensitivity.inputs import DUMMY
from calibration.sensitivity.noise import TooManyFailed
from caresim.sensitivity_study import Sensitivity, SensitivityStudy, Wanted, carry_out_sensitivity, prepare_sensitivity
from caresim.simulating import Means
from outputs.answers import write_answer
from scenarios.evidence import load
from scenarios.messages import BadInput
from simulation.factors import TILTED, VALUES
from simulation.studies import Store
from tests.caresim.small_world import EFFORT, LENGTH, SMALL_WORLD
from tests.simulation.studies.toys import forked_workers

PLACE = "england-average-25k"
EXTENSIVIST = "extensivist-teams"
STAY = f"{EXTENSIVIST}.{LENGTH}"
REFILL = "freed beds refill"
MEASURE = ("emergency_admissions",)
WITHOUT_RANGE = next(row.name for row in load().rows() if not row.has_range)


@pytest.fixture(autouse=True)
def quick_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that start at once, and no machine code, which the small world needs none of."""
    monkeypatch.setattr("caresim.simulating.local_workers", forked_workers)
    monkeypatch.setattr("caresim.sensitivity_study.make_ready", lambda *_, **__: None)


def study_of(wanted: Wanted, name: str = EXTENSIVIST) -> SensitivityStudy:
    """An analysis whose runs are of the small world."""
    study = prepare_sensitivity(name, wanted, place=PLACE)
    return dataclasses.replace(study, plan=dataclasses.replace(study.plan, recipe=SMALL_WORLD))


def carried_out(study: SensitivityStudy, folder: Path, keep_going: Callable[[], None] | None = None) -> Sensitivity:
    """The analysis, with runs kept in a folder."""
    return carry_out_sensitivity(study, Store(folder), Means(1), keep_going=keep_going)


def test_plan_and_reference_meet_the_same_values_and_the_same_chance() -> None:
    """What is a service's is set in the plan, what is the model's in both; points have runs of their own."""
    study = study_of(Wanted(vary=(STAY, EFFORT), measures=MEASURE, points=12))
    by_name = {spec.name: spec for spec in study.plan.specs}
    for point, (plan, reference) in enumerate(study.names):
        here, there = by_name[plan], by_name[reference]
        values = study.design.settings(point)
        assert {one.payload.settings[EFFORT] for one in (here, there)} == {values[EFFORT]}  # type: ignore[attr-defined]
        assert here.payload.interventions[0].effects[2].change.best == values[STAY]  # type: ignore[attr-defined]
        assert here.first_run == there.first_run == 2 * point
        assert here.family == there.family


def test_all_else_is_held_at_its_best_guess() -> None:
    """No run draws anything that is not varied: what is left between runs of a point is chance."""
    study = study_of(Wanted(vary=(STAY,), measures=MEASURE, points=12))
    for spec in study.plan.specs:
        for plan in spec.payload.interventions:  # type: ignore[attr-defined]
            assert all(effect.change.is_certain for effect in plan.effects)
            assert plan.short_end_share.is_certain
            assert plan.selection.accuracy.is_certain


def test_doing_nothing_is_run_once_for_points_that_share_chance() -> None:
    """By Morris's method one reference serves a whole trajectory, the dummy's chance another."""
    study = study_of(Wanted(method="morris", vary=(EXTENSIVIST,), measures=MEASURE, points=4))
    references = [spec for spec in study.plan.specs if spec.name.startswith("do-nothing")]
    assert len(references) == len({int(number) for number in study.design.first_run}) == 8


def test_indices_and_shares_are_those_of_the_small_world(tmp_path: Path) -> None:
    """Length of stay drives the difference, which a switch that acts on both alike does not; the level feels both.

    What single runs differ by is shared out among the assumption, structure, both together and chance, to the last bit.
    """
    found = carried_out(study_of(Wanted(vary=(STAY,), structure=True, measures=MEASURE, points=40)), tmp_path)
    rows = found.indices[found.indices["index"] == "total"].to_dict("records")
    totals = {(row["of"], row["input"]): (row["value"], row["low"], row["high"]) for row in rows}
    assert totals["difference", STAY][0] > 0.9
    for nothing in (REFILL, DUMMY):
        assert totals["difference", nothing][1] <= 0.0 <= totals["difference", nothing][2]
    assert totals["level", REFILL][1] > 0.02
    for of in ("difference", "level"):
        own = found.shares[found.shares["of"] == of].to_dict("records")
        shares = {str(row["source"]): float(row["share"]) for row in own}
        assert set(shares) == {"seed", "assumptions", "structure", "assumptions and structure together"}
        assert sum(shares.values()) == pytest.approx(1.0, abs=1e-9)
        assert abs(shares["assumptions and structure together"]) < 0.15
    noise = float(found.noise.loc[found.noise["of"] == "difference", "sd_of_a_run"].iloc[0])
    assert noise == pytest.approx(8.0**0.5, rel=4.0 / (2.0 * 52) ** 0.5)
    assert found.in_words().startswith(f"The difference in emergency admissions, 2019/20 is driven by {LENGTH} (behind")


def test_a_change_of_recording_is_structure_that_needs_no_run_of_its_own(tmp_path: Path) -> None:
    """The small world counts a third of its admissions without a night: a change lowers the plan's counts."""
    study = study_of(Wanted(method="pawn", vary=(STAY, "recording"), measures=MEASURE, points=24))
    found = carried_out(study, tmp_path)
    shares = study.design.shares
    recorded = np.array([study.design.inputs.settings(row)["recording"] for row in shares])
    difference = next(one for one in found.analysis.outputs if one.of == "difference")
    stays = np.array([study.design.inputs.settings(row)[STAY] for row in shares])
    level = 990.0 + 400.0 * stays
    foretold = 400.0 * stays - recorded * level / 3.0
    assert difference.mean == pytest.approx(foretold, abs=5.0 * 2.0)
    slope = np.polyfit(recorded * level / 3.0, difference.mean - 400.0 * stays, 1)[0]
    assert slope == pytest.approx(-1.0, abs=5.0 * 2.0 / (np.std(recorded * level / 3.0) * len(shares) ** 0.5))
    assert len(study.plan.specs) == 2 * len(shares), "doing nothing of each point, and the plan"


def test_stopped_and_gone_on_with_gives_the_same_bytes(tmp_path: Path) -> None:
    """Every file of the results, pictures too, is the same as without the interruption."""
    study = study_of(Wanted(method="morris", vary=(STAY, EFFORT), measures=MEASURE, points=4))

    def results(name: str) -> dict[str, bytes]:
        answer = answer_of(carried_out(study, tmp_path / name).analysis, study.scenario, study.identity, "caresim")
        folder = tmp_path / f"{name} results"
        write_answer(folder, answer, study_id=study.identity, command="caresim", made_with={}, inputs={}, facts={})
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def stop() -> None:
        if len(Store(tmp_path / "stopped").keys()) > 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        carried_out(study, tmp_path / "stopped", stop)
    before = len(Store(tmp_path / "stopped").keys())
    resumed, whole = results("stopped"), results("whole")
    assert {"report.html", "data/answer.json"} <= set(whole)
    assert "data/findings.json" not in whole, "report and rerun know a comparison by it"
    assert 0 < before < len(study.plan.runs())
    assert resumed == whole
    assert {name.rpartition(".")[2] for name in whole} == {"txt", "html", "svg", "png", "csv", "json", "parquet"}


def failing(points: int) -> SensitivityStudy:
    """A study of which runs with an absurdly shorter stay fail."""
    study = study_of(Wanted(method="pawn", vary=(STAY,), measures=MEASURE, points=points))
    specs = tuple(
        dataclasses.replace(spec, payload=dataclasses.replace(spec.payload, owner="fails"))  # type: ignore[type-var]
        for spec in study.plan.specs
    )
    return dataclasses.replace(study, plan=dataclasses.replace(study.plan, specs=specs))


def test_failed_runs_are_left_out_by_the_rule(tmp_path: Path) -> None:
    """A few that fail are left out and counted; the rest is analysed."""
    found = carried_out(failing(40), tmp_path)
    failed = int(found.noise["failed"].max())
    assert 0 < failed <= 4
    assert int(found.design.loc[found.design["of"] == "difference", "left_out"].sum()) == failed
    assert np.isfinite(found.indices["value"]).all()


def test_when_many_fail_there_is_no_analysis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message has the rule."""
    monkeypatch.setattr("tests.caresim.small_world.ABSURD", -0.05)
    with pytest.raises(TooManyFailed, match="more than a tenth"):
        carried_out(failing(40), tmp_path)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Wanted(measures=("emergency_admission",)), 'did you mean "emergency_admissions"'),
        (Wanted(vary=("presure",)), 'did you mean "pressure"'),
        (Wanted(runs=1), "Two runs of each point"),
        (Wanted(points=5), "points or more"),
        (Wanted(method="morris", direct=True), "Only sobol uses an emulator"),
        (Wanted(method="pawn", grouping="source"), "has no groups"),
        (Wanted(direct=True, points=100), "power of 2"),
        (Wanted(correlated={(STAY, "nobody"): 0.5}), "not among the inputs"),
        (Wanted(vary=(WITHOUT_RANGE,)), "no range"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_runs(wanted: Wanted, said: str) -> None:
    """One message each, with what would be right."""
    with pytest.raises(BadInput, match="Nothing was run") as refused:
        study_of(wanted)
    assert said in str(refused.value)


def test_no_point_asks_for_what_a_run_would_refuse() -> None:
    """A deep cut with a large short-end share would make needs negative; the share is held back as runs hold theirs."""
    study = study_of(Wanted(method="morris", vary=(EXTENSIVIST,), measures=MEASURE, points=4))
    for plan, _ in study.names:
        scenario = next(spec.payload for spec in study.plan.specs if spec.name == plan)
        team = scenario.interventions[0]  # type: ignore[attr-defined]
        deepest = min(effect.change.best for effect in team.effects
                      if any(TILTED[VALUES.index(value)] for value in effect.values))
        assert deepest >= 0.0 or 1.0 + deepest * (1.0 + team.short_end_share.best) >= -1e-9
