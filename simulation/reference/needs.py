"""Needs that are still to come this month, and those put off: when they fire, and which of them no longer do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from simulation.people_tables import CandidateRows, Replacement
from simulation.reference.environment import Phase, ThreePhaseEnvironment
from simulation.stays import NEVER

Need = tuple[int, int, int, int, float]
"""Tick, person, key, stream and severity."""


class PendingNeeds:
    """The month's needs in order. What happens to a person may draw the rest of theirs again."""

    def __init__(self, env: ThreePhaseEnvironment, fires: Callable[[Need], None]) -> None:
        self._env = env
        self._fires = fires
        self._drawn_again: dict[int, tuple[int, int, int]] = {}
        """People whose needs of this month were drawn again: the last tick at which, how many times by then, and how
        many times before that tick."""

    def begin_month(self) -> None:
        """Forget what was drawn again: a month's candidates come afresh."""
        self._drawn_again.clear()

    def expect(self, rows: CandidateRows) -> None:
        """Put a month's needs, which come in order of (tick, person, key), on the agenda one after another."""
        columns = (rows.tick, rows.person, rows.key, rows.stream, rows.severity)
        self._expect_next(zip(*(column.tolist() for column in columns), strict=True))

    def replace(self, person: int, replacement: Replacement) -> None:
        """From the next tick on, the rest of this month's needs of a person are these."""
        now = self._env.tick
        last, version, before = self._drawn_again.get(person, (NEVER, 0, 0))
        if now > last:
            before = version
        version += 1
        self._drawn_again[person] = (now, version, before)
        columns = (replacement.tick, replacement.stream, replacement.key, replacement.severity)
        for tick, stream, key, severity in zip(*columns, strict=True):
            need = (tick, person, key, stream, severity)
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
        last, now, before = self._drawn_again.get(need[1], (NEVER, 0, 0))
        return version == (now if need[0] > last else before)
