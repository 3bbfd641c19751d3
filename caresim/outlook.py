"""What a study will take, said before it starts: runs, time, room on the disk; and whether to go on."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from caresim.columns import in_columns
from caresim.estimate import Estimate, estimate, in_words, runs_in_words
from caresim.options import Choices
from caresim.results import is_finished
from caresim.screen import tell
from caresim.study import Study, used
from scenarios import wording
from scenarios.messages import BadInput, Message
from scenarios.plausibility import Finding
from simulation.studies import Store

ASK_FROM_SECONDS = 600.0
REPORT_SECONDS = 5.0
"""Comparing, drawing and writing, on top of the runs."""
SPARE_ROOM = 1.2


@dataclass(frozen=True)
class Outlook:
    """What is left to do of a study."""

    runs: int
    missing: int
    expected: Estimate
    at_most: Estimate | None = None
    """With a precision: what all runs of the budget would take."""

    def __str__(self) -> str:
        """As said before it starts: "32 runs: about 6 minutes; 3 MB"."""
        if not self.missing:
            return f"{runs_in_words(self.runs)}, all there from before{self._more()}"
        before = f", {self.runs - self.missing} of them there from before" if self.missing < self.runs else ""
        size = max(1.0, self.expected.megabytes)
        time = in_words(self.expected.seconds + REPORT_SECONDS)
        return f"{runs_in_words(self.runs)}{before}: {time}; {size:.0f} MB{self._more()}"

    def _more(self) -> str:
        if self.at_most is None:
            return ""
        time = in_words(self.at_most.seconds + REPORT_SECONDS)
        return f". More until it is precise enough: {time} and {max(1.0, self.at_most.megabytes):.0f} MB at most"


def outlook_of(study: Study, store: Store, jobs: int, shard_keys: frozenset[str] | None, budget: int | None) -> Outlook:
    """What is left to do of a study, of its shard, or of a study that goes on until it is precise enough."""
    keys = [key for _, _, key in study.plan.runs() if shard_keys is None or key in shard_keys]
    missing = store.missing(keys)
    most = None
    if budget is not None:
        whole = study.with_replications(max(budget, study.plan.replications))
        most = estimate(whole.plan, {key for _, _, key in whole.plan.runs()} - store.keys(), jobs, study.engine)
    return Outlook(len(keys), len(missing), estimate(study.plan, missing, jobs, study.engine), most)


def check_room(outlook: Outlook, folder: Path) -> None:
    """See that results fit on the disk.

    Raises:
        BadInput: when they do not.
    """
    there = next(path for path in (folder, *folder.resolve().parents) if path.exists())
    free = shutil.disk_usage(there).free / 1e6
    if outlook.expected.megabytes * SPARE_ROOM > free:
        text = (
            f"This needs about {outlook.expected.megabytes:,.0f} MB, and there are {free:,.0f} MB left for {folder}. "
            "Make room, or name a folder on another disk with --out."
        )
        raise BadInput([Message("", 0, "", text=text)])


def in_a_line(study: Study) -> str:
    """What a study is of: "do-nothing, plan in village (1,500 people)"."""
    place = study.scenarios[0].place
    return f"{', '.join(scenario.id for scenario in study.scenarios)} in {place.id} ({place.people:,} people)"


def announce(what: str, outlook: Outlook, findings: Sequence[Finding]) -> None:
    """Say what is about to be done."""
    tell(f"{what}. {outlook}.")
    for finding in findings:
        if finding.severity == "warning":
            tell(f"CHECK: {finding.text}")


def plan_in_words(
    study: Study, outlook: Outlook, folder: Path, findings: Sequence[Finding], choices: Choices, jobs: int
) -> str:
    """What would be done, in full."""
    window, place, ensemble = study.scenarios[0].window, study.scenarios[0].place, study.scenarios[0].ensemble
    years = f"{wording.period(window.start, window.end)}, after a year to settle"
    rows = [
        ("Place", f"{place.id}: {place.people:,} people, {place.year}"),
        ("Years", f"{years}; change from {wording.month(window.change)}"),
        *(("Scenario", f"{scenario.id}: {scenario.title}") for scenario in study.scenarios),
        ("Runs", str(outlook)),
        ("Where", where_in_words(choices.cluster, jobs)),
        *(() if ensemble is None else (("Fitted", used(ensemble)),)),
        *((("Shard", f"{choices.shard}: {runs_in_words(outlook.runs)} of the study"),) if choices.shard else ()),
        ("Results", f"{folder}{' (finished already)' if is_finished(folder) else ''}"),
        *(("CHECK" if finding.severity == "warning" else "Note", finding.text) for finding in findings),
    ]
    return f"{in_columns(rows)}\nNothing was run."


def where_in_words(cluster: str | None, jobs: int) -> str:
    """Where runs are simulated."""
    return f"on the cluster {cluster}" if cluster else f"{jobs} at a time, on this machine"


def has_agreed(outlook: Outlook, choices: Choices) -> bool:
    """Whether to go on: asked only when it takes long, somebody is at the keyboard and --yes was not given."""
    longest = max(outlook.expected.seconds, outlook.at_most.seconds if outlook.at_most else 0.0)
    if choices.yes or choices.silent or longest < ASK_FROM_SECONDS or not sys.stdin.isatty():
        return True
    return click.confirm("Go on?", default=True, err=True)
