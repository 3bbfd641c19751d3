"""A rough answer within a minute: as few runs as fit, marked as rough wherever they are shown."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from caresim.estimate import START_SECONDS, estimate, in_words
from caresim.study import ENGINES, Study
from scenarios.messages import BadInput, Message
from simulation.engines import DEFAULT_ENGINE
from simulation.studies import Store

PREVIEW_SECONDS = 60.0
REPORT_SECONDS = 6.0
"""Starting Python, comparing and printing."""
MOST_RUNS = 4
ROUGH = (
    "ROUGH PREVIEW, for trying things out and nothing else: {runs} instead of {asked}. Drop --preview for an answer."
)


class TimeIsUp(Exception):
    """The minute is over."""


def rough(study: Study, jobs: int, fewest: int = 1) -> Study:
    """A study with so few runs that they take less than a minute, on the quicker engine, whose results are the same.

    Args:
        study: of which a preview is wanted.
        jobs: runs at the same time.
        fewest: runs without which there is no answer; they are tried though they may not be done within the minute.

    Raises:
        BadInput: when not even one run does.
    """
    recipe = replace(study.plan.recipe, simulate=ENGINES[DEFAULT_ENGINE])
    plan = replace(study.plan, recipe=recipe, replications=1)
    keys = {key for _, _, key in plan.runs()}
    one = estimate(plan, keys, jobs, DEFAULT_ENGINE).seconds - START_SECONDS
    spare = PREVIEW_SECONDS - START_SECONDS - REPORT_SECONDS
    if one > spare:
        place = study.scenarios[0].place
        text = (
            f"One run of each scenario takes {in_words(one)} with {place.people:,} people, so there is no preview "
            "within a minute. Try fewer scenarios, or --place england-average-25k."
        )
        raise BadInput([Message("", 0, "--preview", text=text, label="option")])
    runs = max(fewest, min(int(spare / max(one, 0.1)) * jobs, MOST_RUNS, study.plan.replications))
    return replace(study, plan=replace(plan, replications=runs), engine=DEFAULT_ENGINE)


def until_time_is_up(began: float) -> Callable[[], None]:
    """What raises `TimeIsUp` when there is just time left to show what is there."""

    def check() -> None:
        if time.monotonic() - began > PREVIEW_SECONDS - REPORT_SECONDS:
            raise TimeIsUp

    return check


def what_is_there(study: Study, store: Store) -> Study:
    """The study with those runs that every scenario has.

    Raises:
        BadInput: when there is none.
    """
    keys = store.keys()
    runs = 0
    for replication in range(1, study.plan.replications + 1):
        if all(study.plan.key(spec, replication) in keys for spec in study.plan.specs):
            runs = replication
        else:
            break
    if runs == 0:
        text = "Not one run of every scenario was done within a minute. Without --preview it takes the time it takes."
        raise BadInput([Message("", 0, "--preview", text=text, label="option")])
    return replace(study, plan=replace(study.plan, replications=runs))
