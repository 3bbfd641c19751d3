"""An episode of care, and the visits to settings that it is made of."""

from __future__ import annotations

from dataclasses import dataclass

from simpy.events import Event

from simulation.network import class_index
from simulation.stays import NEVER

MOST_STEPS = 64
"""Steps of an episode, each with draws of its own."""


class News:
    """What an episode is told while it waits; plain numbers, since each wait ends with one."""

    STARTED = 0
    GAVE_UP = 1
    TURNED_AWAY = 2
    OVER = 3
    """The time that it waited for has passed."""
    STOPPED = 4
    """Somebody else ended it: death, moving away, a worse need."""


@dataclass(slots=True, eq=False)
class Episode:
    """One person's way through care, from a need (or an arrival from outside) to wherever they are then."""

    person: int
    kind: int
    band: int
    age_band: int
    severity: float
    candidate: int
    """Key of the need that began it."""
    tier: int
    outsider: bool
    occurrence: int = 0
    """Need and step: what the draws of the present step are keyed by; it names the visit asked for in this step too."""
    row: int = 0
    """The episode's class while general practice is closed and no planned end has been reached."""
    planned_end: int = NEVER
    """Tick at which the hospital stay is planned to end; `NEVER` until it is drawn."""
    attended: bool = False
    admitted: bool = False
    visit: Visit | None = None
    """The visit asked for or going on."""
    held: Visit | None = None
    """A visit that is over and keeps its place until the next starts."""
    news: Event | None = None
    timer: int = 0
    """Serial of what it waits for: an older timer means nothing (engines R5)."""

    def __post_init__(self) -> None:
        self.occurrence = self.candidate * MOST_STEPS
        self.set_tier(self.tier)

    def set_tier(self, tier: int) -> None:
        """Say what the severity leads to as things now stand."""
        self.tier = tier
        self.row = class_index(self.kind, self.band, tier, 0, 0)

    def next_step(self) -> None:
        """Go one step on, so that the next decision has draws of its own.

        Patients from outside may come again and again: their episodes have no end, and no other episode's draws follow.

        Raises:
            RuntimeError: when a resident's episode never ends; the run is then reported as failed.
        """
        self.occurrence += 1
        if self.occurrence % MOST_STEPS == 0 and not self.outsider:
            raise RuntimeError(f"an episode of person {self.person} has more than {MOST_STEPS} steps")


@dataclass(slots=True, eq=False)
class Visit:
    """A visit to one setting, from asking for it to leaving it."""

    episode: Episode
    setting: int
    key: int
    """Names the visit within the person and orders it; never reused."""
    priority: int
    requested: int
    care_home: bool
    wanted: tuple[int, ...]
    """Pools that it needs a place of before it can start; the first has its queue."""
    started: int = NEVER
    ready: int = NEVER
    pools: tuple[int, ...] = ()
    """Pools of which it has a place."""
    ends: int = NEVER
    """Tick at which service will be over, where that is known."""
    interrupted_at: int = NEVER
    """Since when its place is taken by somebody of higher priority."""
    interrupted: int = 0
    """Ticks for which that has happened, until it went on."""
    reason: int = 0
