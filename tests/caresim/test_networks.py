"""Networks on their own: the command and the Python function."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import caresim
from scenarios.messages import BadInput
from tests.caresim.command_line import caresim as command_line

CLINIC = """
title: A clinic of nurses
run: {warm_up: 1 day, length: 3 days, runs: 3, unit: minutes}
pools: {nurses: {places: 4, cost_per_place_day: 200}}
streams: {patients: {to: clinic, every: 4 minutes}}
settings: {clinic: {pools: [nurses], duration: {law: exponential, mean: 10, unit: minutes}}}
"""


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    """A network file."""
    path = tmp_path / "my clinic.yaml"
    path.write_text(CLINIC)
    return path


@pytest.mark.end_to_end
def test_a_network_is_run_and_shown_in_a_table(clinic: Path) -> None:
    """The table fits the screen and answers who comes, how long they wait, how full places are and what it costs."""
    ended = command_line("network", clinic.name, "--jobs", "1", folder=clinic.parent)
    assert ended.code == 0
    assert max(len(line) for line in ended.out.splitlines()) <= 100
    for heading in ("PATIENTS A DAY", "WAIT OF THOSE WHO START", "TIME THERE", "NUMBER THERE", "PLACES", "£800"):
        assert heading in ended.out
    assert "3 of 3 runs done" in ended.err


@pytest.mark.end_to_end
def test_a_folder_has_tables_a_drawing_and_the_file(clinic: Path) -> None:
    """The document that --json prints is the folder's; what is there already is not overwritten."""
    arguments = ("network", clinic.name, "--runs", "2", "--seed", "5", "--jobs", "1", "--json", "--out", "found")
    ended = command_line(*arguments, folder=clinic.parent)
    assert (ended.code, ended.err) == (0, "")
    found = clinic.parent / "found"
    document = json.loads(ended.out)
    assert document == json.loads((found / "data" / "findings.json").read_text())
    assert (document["runs"], document["seed"], document["title"]) == (2, 5, "A clinic of nurses")
    for name in ("summary", "runs", "distributions", "by_day", "flows", "measures"):
        assert len(pd.read_csv(found / "data" / f"{name}.csv")) > 0
    assert (found / "figures" / "network_diagram.png").read_bytes().startswith(b"\x89PNG")
    assert (found / "inputs" / "my clinic.yaml").read_text() == CLINIC
    assert "caresim network 'my clinic.yaml' --runs 2 --seed 5" in (found / "README.txt").read_text()
    again = command_line(*arguments, folder=clinic.parent)
    assert again.code == 2
    assert "nothing is overwritten" in again.err


@pytest.mark.end_to_end
def test_a_broken_network_ends_with_words_and_exit_code_2(tmp_path: Path) -> None:
    """Where, what, and what instead; nothing is written."""
    (tmp_path / "broken.yaml").write_text(CLINIC.replace("length: 3 days", "length: 3 fortnights"))
    ended = command_line("network", "broken.yaml", "--out", "found", folder=tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith('broken.yaml, line 3, key run.length: found "3 fortnights"')
    assert not (tmp_path / "found").exists()


def test_the_function_gives_frames_and_does_not_depend_on_the_engine_or_processes(clinic: Path) -> None:
    """Summary, runs, distributions, days and flows; the same numbers from both engines, alone and in two processes."""
    one = caresim.network(clinic, engine="simpy", jobs=1)
    other = caresim.network(clinic, engine="compiled", jobs=2)
    for frame in ("summary", "by_run", "distributions", "by_day", "flows"):
        pd.testing.assert_frame_equal(getattr(one, frame), getattr(other, frame))
    assert caresim.network(clinic, runs=1, seed=2, jobs=1).summary["mean"].notna().any()


def test_what_cannot_be_is_answered(clinic: Path, tmp_path: Path) -> None:
    """Unknown engines and networks are answered with the nearest; a network without patients with an example."""
    with pytest.raises(BadInput, match='found "compild"; did you mean "compiled"'):
        caresim.network(clinic, engine="compild")
    with pytest.raises(BadInput, match='found "nurse-clinics"; did you mean "nurse-clinic"'):
        caresim.network("nurse-clinics")
    (tmp_path / "nobody.yaml").write_text("run: {length: 1 day}\nsettings: {a: {duration: {law: constant, value: 5}}}")
    with pytest.raises(BadInput, match="Nobody comes"):
        caresim.network(tmp_path / "nobody.yaml")
    text = "streams: {a: {to: b, per_day: 1}}\nsettings: {b: {duration: {until: death}}}"
    (tmp_path / "no-run.yaml").write_text(text)
    with pytest.raises(BadInput, match="does not say how long to run it"):
        caresim.network(tmp_path / "no-run.yaml")
