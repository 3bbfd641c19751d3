"""Needs that are still to come this month, and those put off: when they fire, and which of them no longer do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from simulation.needs import FIRST_SET_OFF
from simulation.people_tables import CandidateRows, Replacement
from simulation.reference.environment import Phase, ThreePhaseEnvironment
from simulation.stays import NEVER

Need = tuple[int, int, int, int, float]
"""Tick, person, key, stream and severity."""


class Versions:
    """How many times a person's needs of this month have been drawn again.

    Needs that attendances and discharges set off are counted apart, since they alone are drawn again after one.
    """

    def __init__(self) -> None:
        self._last = NEVER
        self._versions = self._before = (0, 0)

    def draw_again(self, tick: int, first_stream: int) -> None:
        """Count that needs are drawn again at a tick, from a stream on."""
        if tick > self._last:
            self._before = self._versions
        others, set_off = self._versions
        self._versions = (others + (first_stream < FIRST_SET_OFF), set_off + 1)
        self._last = tick

    def now(self, stream: int) -> int:
        """Which time the needs of a stream were drawn last."""
        return self._versions[stream >= FIRST_SET_OFF]

    def at(self, tick: int, stream: int) -> int:
        """Which of the times counts at a tick: what is drawn again counts from the tick after."""
        return (self._versions if tick > self._last else self._before)[stream >= FIRST_SET_OFF]


NEVER_DRAWN_AGAIN = Versions()


class PendingNeeds:
    """The month's needs in order. What happens to a person may draw the rest of theirs again."""

    def __init__(self, env: ThreePhaseEnvironment, fires: Callable[[Need], None]) -> None:
        self._env = env
        self._fires = fires
        self._drawn_again: dict[int, Versions] = {}
        """People whose needs of this month were drawn again."""

    def begin_month(self) -> None:
        """Forget what was drawn again: a month's candidates come afresh."""
        self._drawn_again.clear()

    def expect(self, rows: CandidateRows) -> None:
        """Put a month's needs, which come in order of (tick, person, key), on the agenda one after another."""
        columns = (rows.tick, rows.person, rows.key, rows.stream, rows.severity)
        self._expect_next(zip(*(column.tolist() for column in columns), strict=True))

    def replace(self, person: int, replacement: Replacement) -> None:
        """From the next tick on, these are the rest of this month's needs of a person from the streams it names."""
        versions = self._drawn_again.setdefault(person, Versions())
        versions.draw_again(self._env.tick, replacement.first_stream)
        columns = (replacement.tick, replacement.stream, replacement.key, replacement.severity)
        for tick, stream, key, severity in zip(*columns, strict=True):
            need = (tick, person, key, stream, severity)
            version = versions.now(stream)
            self._env.call_at(tick, Phase.NEED, person, key, self._drawn_again_comes, (need, version))

    def offer_again(self, needs: Iterable[Need]) -> None:
        """Offer needs that were put off, one tick from now."""
        tick = self._env.tick + 1
        for _, person, key, stream, severity in needs:
            self._env.call_at(tick, Phase.NEED, person, key, self._fires, (tick, person, key, stream, severity))

    def _expect_next(self, needs: Iterator[Need]) -> None:
        need = next(needs, None)
        if need is not None:
            self._env.call_at(need[0], Phase.NEED, need[1], need[2], self._next_comes, (need, needs))

    def _next_comes(self, what: tuple[Need, Iterator[Need]]) -> None:
        need, needs = what
        self._expect_next(needs)
        if need[1] not in self._drawn_again or self._is_in_force(need, 0):
            self._fires(need)

    def _drawn_again_comes(self, what: tuple[Need, int]) -> None:
        need, version = what
        if self._is_in_force(need, version):
            self._fires(need)

    def _is_in_force(self, need: Need, version: int) -> bool:
        """Whether a need is among the last drawn for its tick; what is drawn again counts from the tick after."""
        tick, person, _, stream, _ = need
        return version == self._drawn_again.get(person, NEVER_DRAWN_AGAIN).at(tick, stream)
