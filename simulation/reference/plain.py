"""The network's tables as plain numbers and lists.

Reading a NumPy scalar or a member of an enumeration costs several times as much as reading a number from a list, and
the flow reads little else. Nothing is decided here.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulation.network import NONE, Alternative, Law, Mark, Mode, Network, Presence, Setting

SECONDS = int(Mode.SECONDS)
NIGHTS = int(Mode.NIGHTS)
BEFORE_MIDNIGHT = int(Mode.BEFORE_MIDNIGHT)
AFTER_OPENING = int(Mode.AFTER_OPENING)
UNTIL_PLAN = int(Mode.UNTIL_PLAN)
UNTIL_DEATH = int(Mode.UNTIL_DEATH)

Way = tuple[int, int, int]
"""Setting to ask for next or `FINISH`, ticks before that, and the reason for which a place is held meanwhile."""


@dataclass(frozen=True, slots=True)
class PlainSetting:
    """What the flow reads of a `Setting`; lists have one number a class."""

    index: int
    is_contact: bool
    is_body: bool
    is_residence: bool
    is_attendance: bool
    is_admission: bool
    hold: bool
    queue_limit: int
    overflow: int
    overflow_if_free: bool
    reassesses: bool
    held_until_death_days: float
    takes_claims: bool
    on_need: tuple[int, ...]
    ends_on_admission: bool
    lead_time: int
    pools: tuple[int, ...]
    """Those that can be full."""
    priority: list[int]
    duration: list[int]
    plan: list[int]
    patience: list[int]
    turnover: list[int]
    routes: list[int]
    gave_up: list[int]
    turned_away: list[int]


@dataclass(frozen=True, slots=True)
class PlainLaw:
    """What the flow reads of a `Law`."""

    law: int
    first: float
    second: float
    third: float
    table: int
    mode: int
    from_severity: bool
    value: int
    gauge: int
    form: int
    slope: float
    reference: float
    by_month: list[float]


@dataclass(frozen=True, slots=True)
class PlainRoute:
    """What the flow reads of a route."""

    sure: Way | None
    """The way, where there is one only and it takes no time."""
    ways: tuple[tuple[float, int, int, int, int, int, int], ...]
    """Cumulative probability, target, law row of the delay, reason and value of each alternative."""
    is_scaled: bool
    """Whether a value scales any of them."""


class PlainTables:
    """All tables of a network."""

    def __init__(self, network: Network) -> None:
        limited = {index for index, pool in enumerate(network.pools) if pool.limited}
        self.settings = [_setting(index, setting, limited) for index, setting in enumerate(network.settings)]
        self.laws = [_law(law) for law in network.laws]
        self.routes = [_route(ways) for ways in network.routes]
        self.tables: list[list[float]] = [table.tolist() for table in network.tables]
        self.entry: list[int] = network.entry.tolist()


def _setting(index: int, setting: Setting, limited: set[int]) -> PlainSetting:
    return PlainSetting(
        index=index,
        is_contact=setting.presence == Presence.CONTACT,
        is_body=setting.presence == Presence.BODY,
        is_residence=setting.presence == Presence.RESIDENCE,
        is_attendance=setting.mark == Mark.ATTENDANCE,
        is_admission=setting.mark == Mark.ADMISSION,
        hold=setting.hold,
        queue_limit=setting.queue_limit,
        overflow=setting.overflow,
        overflow_if_free=setting.overflow_if_free,
        reassesses=setting.reassesses,
        held_until_death_days=setting.held_until_death_days,
        takes_claims=setting.takes_claims,
        on_need=tuple(int(answer) for answer in setting.on_need),
        ends_on_admission=setting.ends_on_admission,
        lead_time=setting.lead_time,
        pools=tuple(pool for pool in setting.pools if pool in limited),
        priority=setting.priority.tolist(),
        duration=setting.duration.tolist(),
        plan=setting.plan.tolist(),
        patience=setting.patience.tolist(),
        turnover=setting.turnover.tolist(),
        routes=setting.routes.tolist(),
        gave_up=setting.gave_up.tolist(),
        turned_away=setting.turned_away.tolist(),
    )


def _law(law: Law) -> PlainLaw:
    return PlainLaw(
        law.law, law.first, law.second, law.third, law.table, int(law.mode), law.from_severity, law.value, law.gauge,
        int(law.form), law.slope, law.reference, law.by_month.tolist(),
    )  # fmt: skip


def _route(ways: tuple[Alternative, ...]) -> PlainRoute:
    only = ways[0]
    is_sure = only.up_to >= 1.0 and only.delay == NONE and only.value == NONE
    return PlainRoute(
        (only.target, 0, only.reason) if is_sure else None,
        tuple((way.up_to, way.target, way.delay, way.reason, way.value, way.diverts_to, way.diverted_by)
              for way in ways),
        any(way.value != NONE for way in ways),
    )
