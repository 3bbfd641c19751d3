"""Breaks each rule of the compiled flow, one at a time, in a copy of its sources, and says whether anybody notices.

`NUMBA_DISABLE_JIT=1 python -m tests.simulation.broken_rules FOLDER` prints one line of JSON: for each broken rule what
was noticed, and under "nothing" what was noticed with no rule broken. Everything runs as plain Python in one process:
only the compiled flow's own files are copied, changed and read again.
"""

from __future__ import annotations

import importlib
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from numpy.typing import NDArray

import simulation
from simulation.addresses import found_at
from simulation.calendar import cut_after
from tests.simulation.equality import Maker, assert_same, difference, run_flow
from tests.simulation.generated_networks import CALENDAR, Example, examples
from tests.simulation.plays_of_rules import PLAYS
from tests.simulation.recorded_plays import Recorded, recorded_plays
from tests.simulation.scripted import Scripted

SOURCES = Path(simulation.__file__).parent / "compiled"
NETWORKS = 100
NETWORKS_UNBROKEN = 20
"""With nothing broken all are gone through, in plain Python; other tests go through many more, compiled."""
DAYS = 2
SLOWEST_CENSUS_SECONDS = 400
"""A census every 40 seconds takes ten times as long in plain Python, and brings nothing more to light."""


@dataclass(frozen=True)
class Broken:
    """A rule broken: in which file, what stands there, and what is put in its place."""

    rule: str
    file: str
    text: str
    instead: str


BROKEN = (
    Broken(
        "R1 patience before settling",
        "event_heap",
        "PATIENCE_OVER, INTERRUPTED, NEED, SETTLE, CENSUS",
        "INTERRUPTED, NEED, SETTLE, PATIENCE_OVER, CENSUS",
    ),
    Broken(
        "R1 deaths before needs", "event_heap", "INTERRUPTED, NEED, SETTLE, CENSUS", "NEED, INTERRUPTED, SETTLE, CENSUS"
    ),
    Broken(
        "R1 persons in order",
        "event_heap",
        "return bool(one.person < two.person)",
        "return bool(one.person > two.person)",
    ),
    Broken("R1 settling last", "kernel", "when > state.tick * PHASES + SETTLE", "when > state.tick * PHASES"),
    Broken(
        "R2 asking starts nothing",
        "floor",
        "        join(handle, visit)\n        make_dirty(handle, entry.queue)",
        "        if places_at(handle, entry.queue).open > places_at(handle, entry.queue).taken:\n"
        "            start(handle, visit)\n            return visit\n"
        "        join(handle, visit)\n        make_dirty(handle, entry.queue)",
    ),
    Broken(
        "R3 pools by name",
        "kernel",
        "        pool = 0\n        while not dirty[pool]:\n            pool += 1",
        "        pool = len(dirty) - 1\n        while not dirty[pool]:\n            pool -= 1",
    ),
    Broken(
        "R3 starts before limits", "kernel", "        visit = next_to_start(handle, pool)\n", "        visit = NONE\n"
    ),
    Broken("R3 limits", "queues", "- here.queue_limit\n", "- here.queue_limit - 1\n"),
    Broken(
        "R3 the last overflow",
        "queues",
        "            visit = tail_at(handle, lane)\n"
        "            while visit != NONE and visit_at(handle, visit).over:\n"
        "                visit = visit_at(handle, visit).before",
        "            visit = head_at(handle, lane)\n"
        "            while visit != NONE and visit_at(handle, visit).over:\n"
        "                visit = visit_at(handle, visit).after",
    ),
    Broken("R3 no start lasts no time", "episodes", "visit.started = NEVER", "visit.started = visit.requested"),
    Broken(
        "R4 queues by content",
        "queues",
        "while before != NONE and goes_first(handle, visit, before):",
        "while before != NONE and False:",
    ),
    Broken(
        "R4 priority first",
        "queues",
        "return bool(one.priority < two.priority)",
        "return bool(one.requested < two.requested)",
    ),
    Broken(
        "R5 serials of timers",
        "happenings",
        "if episode_at(handle, what).timer == more:\n            return what",
        "return what",
    ),
    Broken(
        "R6 places are held",
        "floor",
        "    story.held = visit\n    story.visit = NONE",
        "    story.held = visit\n    story.visit = NONE\n    free(handle, visit, NONE)\n    entry.has = 0",
    ),
    Broken(
        "R6 giving up lets go",
        "stories",
        "        if not delay:\n            leave(handle, story.held, COMPLETED, target)",
        "        pass",
    ),
    Broken(
        "R6 what the next needs too is kept",
        "floor",
        "        free(handle, held, entry.setting)",
        "        free(handle, held, NONE)",
    ),
    Broken(
        "R7 who started last is interrupted",
        "interruptions",
        "return bool(one.started > two.started)",
        "return bool(one.started < two.started)",
    ),
    Broken("R7 what is left is left", "floor", "left = entry.ends - entry.interrupted_at", "left = 1"),
    Broken(
        "R8 nobody is put out",
        "floor",
        "    places_at(handle, pool).open = number\n",
        "    places_at(handle, pool).open = number\n"
        "    places_at(handle, pool).taken = min(places_at(handle, pool).taken, number)\n",
    ),
    Broken("R9 answers to a new need", "happenings", "if answer == DEFER:", "if False:"),
    Broken("R9 needs are put off by a tick", "residents", "entry.tick = state.tick + 1", "entry.tick = state.tick + 2"),
    Broken("R9 death ends care beside", "residents", "    while resident.beside != NONE:", "    while False:"),
    Broken("R9 death ends claims", "residents", "    resident.marks = 0\n", ""),
    Broken(
        "R10 half up, at least one tick",
        "lengths",
        "        return whole_ticks(length)\n",
        "        return int(length) + 1\n",
    ),
    Broken(
        "R10 bounds of laws", "lengths", "length *= law_by_month_at(handle, law_row, state.month)", "length *= 1.01"
    ),
    Broken(
        "R11 draws by need and step",
        "lengths",
        "chance = uniform(state.key, story.person, decision, occurrence)",
        "chance = uniform(state.key, story.person, decision, state.order)",
    ),
    Broken("R11 each step has draws of its own", "stories", "    story.occurrence += 1\n", ""),
    Broken("R12 open stays are written", "kernel", "stop(handle, episode, OPEN)", "pass"),
    Broken("crowding reads the census", "lengths", "gauge_at(handle, law.gauge), law.reference", "0.5, law.reference"),
    Broken("factors of teams", "lengths", "if law.value != NONE and not story.outsider:", "if False:"),
    Broken("ways scaled by teams", "stories", "if alternative.value != NONE and not story.outsider:", "if False:"),
    Broken(
        "needs drawn again count from the next tick",
        "month",
        "again.version if tick > again.last",
        "again.version if tick >= again.last",
    ),
    Broken("quotas save fractions", "floor", "places.saved -= places.open", "places.saved = 0.0"),
    Broken("places are made ready", "floor", "if law != NONE:", "if False:"),
    Broken("plans bind what they plan", "stories", "if plan != NONE and ends > story.planned_end:", "if False:"),
    Broken("one body", "residents", "elif resident.in_care != episode:", "elif False:"),
    Broken(
        "admission ends care beside", "residents", "            ends_care_beside(handle, episode)", "            pass"
    ),
    Broken("only who finds a bed free goes to the neighbour", "queues", "if here.overflow_if_free and too_many > 0:",
           "if False:"),
    Broken("who is saved lives on", "residents", " and not is_saved(handle, person)", ""),
    Broken(
        "a draw for each death", "residents", "decisions.DEATH_AVERTED, state.month", "decisions.CARE_HOME_AVERTED, 0"
    ),
    Broken("pools feed each other's queues", "frozen", "feeds[pool].update(of_setting)", "feeds[pool].add(pool)"),
)


def main(folder: Path) -> None:
    """Break each rule once."""
    noticed = {"nothing": what_is_noticed(folder / "whole", None)}
    for number, broken in enumerate(BROKEN):
        noticed[broken.rule] = what_is_noticed(folder / f"broken {number}", broken)
    sys.stdout.write(json.dumps(noticed) + "\n")


def what_is_noticed(folder: Path, broken: Broken | None) -> str:
    """The first thing that is noticed about a copy of the compiled flow in which a rule is broken; empty if nothing."""
    shutil.copytree(SOURCES, folder / "compiled")
    if broken is not None:
        path = folder / "compiled" / f"{broken.file}.py"
        text = path.read_text()
        if text.count(broken.text) != 1:
            raise ValueError(f"{broken.rule}: {path.name} has {text.count(broken.text)} times: {broken.text}")
        path.write_text(text.replace(broken.text, broken.instead))
    engine = _engine_in(folder)
    try:
        for play in short_plays():
            network, calendar = play.network(), play.calendar
            found = difference(*(run_flow(each, network, told(play.people()), calendar) for each in ("simpy", engine)))
            if found:
                return found
        _random_networks(engine, NETWORKS if broken else NETWORKS_UNBROKEN)
    except Exception as error:  # noqa: BLE001 - whatever a broken engine trips over is noticed
        return f"{type(error).__name__}: {error}"
    return ""


@lru_cache(maxsize=1)
def short_plays() -> tuple[Recorded, ...]:
    """The plays of the SimPy engine's tests, over their first two days."""
    return tuple(replace(play, calendar=cut_after(play.calendar, DAYS)) for play in (*PLAYS, *recorded_plays()))


def _random_networks(engine: Maker, networks: int) -> None:
    @settings(max_examples=networks, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck), report_multiple_bugs=False)  # fmt: skip
    @given(examples)
    def compare(example: Example) -> None:
        network = example.network()
        network = replace(network, census_seconds=max(network.census_seconds, SLOWEST_CENSUS_SECONDS))
        assert_same(*(run_flow(each, network, told(example.people(Scripted)), CALENDAR) for each in ("simpy", engine)))

    compare()


_told: list[Scripted] = []


def told(people: Scripted) -> Scripted:
    """Let the compiled flow find the needs that are written for these people."""
    _told[:] = [people]
    return people


def _written_needs(person: int, after: int, at: NDArray[np.int64]) -> int:
    """In place of `simulation.needs.needs_of`: the needs that are written."""
    again, found = _told[0].needs_after(person, int(after)), found_at(at)
    count = len(again.tick)
    for column in ("tick", "key", "stream", "severity"):
        getattr(found, column)[:count] = getattr(again, column)
    return count


def _engine_in(folder: Path) -> Maker:
    """The engine of a copy of the compiled flow."""
    for name in [name for name in sys.modules if name.startswith("simulation.compiled")]:
        del sys.modules[name]
    simulation.__path__.insert(0, str(folder))
    try:
        package: Any = importlib.import_module("simulation.compiled")
        month: Any = importlib.import_module("simulation.compiled.month")
    finally:
        simulation.__path__.remove(str(folder))
    assert str(folder) in package.__file__
    month.needs_of = _written_needs
    month._sets_off_needs = month._changes_all_needs  # what is written may change any need
    engine: Callable[..., Any] = package.CompiledEngine
    return engine


if __name__ == "__main__":
    main(Path(sys.argv[1]))
