"""SimPy's clock with a total order inside each instant (engines R1)."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from typing import Any

import simpy
from simpy.core import SimTime
from simpy.events import NORMAL, Event, EventPriority


class Phase:
    """What happens first at one tick; plain numbers, since every event is ordered by them."""

    CAPACITY = 0
    END_OF_SERVICE = 1
    PATIENCE_OVER = 2
    INTERRUPTED = 3
    NEED = 4
    SETTLE = 5
    CENSUS = 6


class ThreePhaseEnvironment(simpy.Environment):
    """A SimPy environment whose events at one tick run by phase, then person, then visit: never by insertion.

    `call_at` is the one way in for everything that has a time. SimPy's own events take no time: a process that
    starts or is told something goes on at once, inside the handler that caused it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.agenda: list[tuple[int, int, int, int, int, Callable[[Any], None], Any]] = []
        self.tick = 0
        self.timed_events = 0
        self._order = count()

    def call_at(
        self, tick: int, phase: int, person: int, visit: int, call: Callable[[Any], None], what: object
    ) -> None:
        """Call `call(what)` at a tick, in its place in the total order."""
        heappush(self.agenda, (tick, phase, person, visit, next(self._order), call, what))

    def schedule(self, event: Event, priority: EventPriority = NORMAL, delay: SimTime = 0) -> None:
        """Let a SimPy event happen now.

        Raises:
            ValueError: for an event with a delay: it would have no place in the total order.
        """
        if delay:
            raise ValueError("what happens later goes through call_at")
        _happen(event)

    def run_before(self, tick: int) -> None:
        """Run everything that happens before `tick`."""
        agenda = self.agenda
        last_timed_phase = Phase.NEED
        timed = 0
        while agenda and agenda[0][0] < tick:
            now, phase, _person, _visit, _order, call, what = heappop(agenda)
            self.tick = self._now = now
            if phase <= last_timed_phase:
                timed += 1
            call(what)
        self.timed_events += timed
        self.tick = self._now = tick


def _happen(event: Event) -> None:
    """Tell those who wait for an event that it has happened."""
    callbacks = event.callbacks
    event.callbacks = None  # type: ignore[assignment]
    if callbacks is not None:
        for callback in callbacks:
            callback(event)
    if not event._ok and not getattr(event, "_defused", False):
        raise event._value
