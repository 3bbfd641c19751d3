"""Loads exported logs with vidigi and pm4py themselves: `python -m tests.outputs.exports.other_programs`.

They and what they bring take 270 MB, so they are an extra (`pip install "caresim[exports-test]"`) and this is not among
the tests that every change runs; those hold exports to the columns that both programs document.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path

import pandas as pd

from caresim.exporting import export


def animates(folder: Path) -> str:
    """A month of some people in vidigi's snapshots: everybody who is there is drawn."""
    import vidigi.prep

    path = folder / "vidigi.csv"
    export("do-nothing", path, form="vidigi", place="england-average-25k", people="20%",
           first=date(2017, 1, 1), end=date(2017, 2, 1))  # fmt: skip
    log = pd.read_csv(path)
    shown = vidigi.prep.reshape_for_animations(
        log, every_x_time_units=360, limit_duration=44_640, step_snapshot_max=200
    )
    noon = shown[(shown["snapshot_time"] == 14 * 1440 + 720) & shown["event_type"].eq("resource_use")]
    begun, over = (log[log["event_type"] == kind] for kind in ("resource_use", "resource_use_end"))
    there = (begun["time"] <= 14 * 1440 + 720).sum() - (over["time"] <= 14 * 1440 + 720).sum()
    if not 0 < len(noon) <= there:
        raise AssertionError(f"vidigi shows {len(noon)} people at noon, and {there} were there")
    return f"vidigi: {len(log):,} events, {shown['entity_id'].nunique():,} episodes, {len(noon)} shown at one noon"


def mines(folder: Path) -> str:
    """Two thousand people in pm4py: cases, variants and steps from one setting to the next; the log as XES and back."""
    import pm4py

    path = folder / "pm4py.parquet"
    export("do-nothing", path, form="pm4py", place="england-average-25k", people="2000")
    log = pm4py.format_dataframe(
        pd.read_parquet(path), case_id="case:concept:name", activity_key="concept:name",
        timestamp_key="time:timestamp",
    )  # fmt: skip
    graph, starts, ends = pm4py.discover_dfg(log)
    cases = log["case:concept:name"].nunique()
    variants = pm4py.get_variants(log)
    if not sum(starts.values()) == sum(ends.values()) == sum(variants.values()) == cases:
        raise AssertionError(f"pm4py counts {sum(starts.values())} cases, and the log has {cases}")
    pm4py.write_xes(log, str(folder / "log.xes"))
    back = pm4py.read_xes(str(folder / "log.xes"))
    if len(back) != len(log) or (back["time:timestamp"].to_numpy() != log["time:timestamp"].to_numpy()).any():
        raise AssertionError("the log is not the same after XES")
    if ("ae_triage", "ae_majors") not in graph:
        raise AssertionError("nobody goes from triage to majors")
    return f"pm4py: {len(log):,} events, {cases:,} cases, {len(variants):,} variants, {len(graph)} steps"


def main() -> int:
    """Run both and say what they saw."""
    with tempfile.TemporaryDirectory() as folder:
        for check in (animates, mines):
            sys.stdout.write(check(Path(folder)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
