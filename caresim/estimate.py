"""How long a study will take and how much room it needs, learnt from earlier studies on this machine."""

from __future__ import annotations

import json
import math
from collections.abc import Set
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from scenarios.resolved import Resolved
from simulation.studies import Plan

DAYS_PER_YEAR = 365.25
FIRST_GUESS_PERSON_YEARS_PER_SECOND = {"compiled": 100_000.0, "simpy": 5_000.0}
"""On one core, before any study has run here."""
START_SECONDS = 8.0
"""Starting workers and loading tables."""
BYTES_PER_RUN = 50_000
BYTES_PER_PERSON = 12
BYTES_PER_STUDY = 2_000_000
LEARN_FROM_PERSON_YEARS = 50_000.0
"""Of one worker; smaller studies say more about starting up than about speed."""


@dataclass(frozen=True)
class Estimate:
    """What a study is expected to take."""

    person_years: float
    """To be simulated by the busiest worker, what scenarios share counted once."""
    seconds: float
    megabytes: float


def estimate(plan: Plan, missing: Set[str], jobs: int, engine: str) -> Estimate:
    """What the runs that are missing will take with so many workers."""
    tasks = plan.tasks(missing)
    if not tasks:
        return Estimate(0.0, 0.0, 0.0)
    per_task = [_person_years([_resolved(spec.payload) for spec in task.specs]) for task in tasks]
    rounds = math.ceil(len(tasks) / jobs)
    person_years = sum(per_task) / len(tasks) * rounds
    run_bytes = BYTES_PER_RUN + BYTES_PER_PERSON * _resolved(plan.specs[0].payload).place.people
    megabytes = (BYTES_PER_STUDY + run_bytes * len(missing)) / 1e6
    return Estimate(person_years, START_SECONDS + person_years / _speed(engine), megabytes)


def learn(expected: Estimate, seconds: float, engine: str) -> None:
    """Remember how fast a study was, for the next estimate, which goes half of the way to it."""
    if expected.person_years < LEARN_FROM_PERSON_YEARS or seconds <= START_SECONDS:
        return
    seen = expected.person_years / (seconds - START_SECONDS)
    speeds = {**_speeds(), engine: math.sqrt(seen * _speed(engine))}
    with suppress(OSError):
        path = _speeds_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(speeds), encoding="utf-8")


def runs_in_words(count: int) -> str:
    """A number of runs: "1 run", "32 runs"."""
    return f"{count} run" if count == 1 else f"{count} runs"


def in_words(seconds: float) -> str:
    """A duration as one says it: "about 6 minutes"."""
    if seconds < 50:
        return "less than a minute"
    minutes = max(1, round(seconds / 60))
    if minutes < 90:
        return f"about {minutes} minute{'s' if minutes > 1 else ''}"
    return f"about {seconds / 3600:.1f} hours"


def _person_years(scenarios: list[Resolved]) -> float:
    """Of scenarios simulated together: years before the earliest change once, the rest for each."""
    people = scenarios[0].place.people
    start, end = scenarios[0].window.burn_in_start, scenarios[0].window.end
    change = min(scenario.window.change for scenario in scenarios)
    days = (change - start).days + len(scenarios) * (end - change).days
    return people * days / DAYS_PER_YEAR


def _resolved(payload: object) -> Resolved:
    if not isinstance(payload, Resolved):
        raise TypeError("a plan of caresim carries resolved scenarios")
    return payload


def _speed(engine: str) -> float:
    return _speeds().get(engine, FIRST_GUESS_PERSON_YEARS_PER_SECOND[engine])


def _speeds() -> dict[str, float]:
    try:
        speeds = json.loads(_speeds_file().read_text(encoding="utf-8"))
        return {str(name): float(speed) for name, speed in speeds.items() if float(speed) > 0}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _speeds_file() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir("caresim", appauthor=False)) / "speed.json"
