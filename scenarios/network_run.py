"""How a network file says that it is to be run: from when, for how long, how often, and what is counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import numpy as np

from scenarios.network_reading import SECONDS_OF, bad, below, choice, only, quantity, required, scalar, standing, whole
from scenarios.yaml_reader import Mapping, Sequence, Value
from simulation.calendar import SECONDS_PER_DAY, Calendar, build_calendar, cut_after

RUN_KEYS = ("start", "warm_up", "length", "runs", "seed", "unit", "waits_over")
START = datetime(2018, 1, 1)
"""A Monday, for files that do not say."""
RUNS = 20
SEED = 1
UNIT = "hours"
LATEST_YEAR = 9000
NOTHING = ("0", "none", "no")
AUTO = "auto"


@dataclass(frozen=True)
class RunPlan:
    """When a network is run and which part of the run is counted.

    Attributes:
        start: when the first patients can come; the network is empty before, but for those whom `at_start` names.
        warm_up: seconds after the start that are not counted.
        length: seconds that are counted.
        runs: independent runs.
        seed: from which all draws follow.
        unit: unit of times in the results, a key of `SECONDS_OF`.
        waits_over: waits, in seconds, of which the share of longer ones is reported.
    """

    start: datetime = START
    warm_up: int = 0
    length: int = SECONDS_PER_DAY
    runs: int = RUNS
    seed: int = SEED
    unit: str = UNIT
    waits_over: tuple[int, ...] = ()
    finds_warm_up: bool = False
    """Whether the warm-up is to be found from a few runs ("warm_up: auto"); it is 0 until then."""

    @property
    def seconds(self) -> float:
        """Seconds in a unit of the results."""
        return SECONDS_OF[self.unit]


@dataclass(frozen=True)
class Window:
    """The part of a run that is counted, in ticks; `opens` is the start of the run."""

    opens: int
    first: int
    last: int
    """The tick after the last that is counted."""


def read_plan(root: Mapping) -> RunPlan | None:
    """What a file says under `run`; None when it has no such key.

    Raises:
        BadInput: for unknown keys and for times and numbers that cannot be.
    """
    if root.get("run") is None:
        return None
    spec = below(root, "run", "")
    only(spec, RUN_KEYS, "run")
    length = round(quantity(required(spec, "length", "run"), "run.length"))
    warm_up = spec.get("warm_up")
    unit = spec.get("unit")
    plan = RunPlan(
        start=_start(spec),
        warm_up=0 if warm_up is None or _is(warm_up, *NOTHING, AUTO) else round(quantity(warm_up, "run.warm_up")),
        finds_warm_up=warm_up is not None and _is(warm_up, AUTO),
        length=length,
        runs=_at_least_one(spec, "runs", RUNS),
        seed=_at_least_one(spec, "seed", SEED),
        unit=UNIT if unit is None else choice(unit, "run.unit", SECONDS_OF),
        waits_over=_waits(spec.get("waits_over")),
    )
    if plan.start.year + (plan.warm_up + plan.length) / SECONDS_OF["years"] > LATEST_YEAR:
        found = f"{(plan.warm_up + plan.length) / SECONDS_OF['years']:,.0f} years"
        raise bad(standing(spec, "length"), "run.length", found, f"a run that ends before the year {LATEST_YEAR}")
    return plan


def calendar_of(plan: RunPlan) -> Calendar:
    """The calendar of a run, from the first of the month in which it starts to the end of the day on which it ends."""
    ends = plan.start + timedelta(seconds=plan.warm_up + plan.length + 2 * SECONDS_PER_DAY)
    after = date(ends.year + ends.month // 12, ends.month % 12 + 1, 1)
    calendar = build_calendar(date(plan.start.year, plan.start.month, 1), after)
    last = window_of(plan, calendar).last
    return cut_after(calendar, int(np.searchsorted(calendar.day_start, last, side="left")))


def window_of(plan: RunPlan, calendar: Calendar) -> Window:
    """The part of a run that is counted."""
    since_midnight = plan.start - datetime.combine(plan.start.date(), time())
    opens = calendar.tick_of(plan.start.date()) + round(since_midnight.total_seconds())
    first = opens + plan.warm_up
    return Window(opens, first, first + plan.length)


def changed(plan: RunPlan, runs: int | None, seed: int | None, warm_up: int | None = None) -> RunPlan:
    """A plan with other numbers, where they are given."""
    found = plan.warm_up if warm_up is None else warm_up
    return replace(plan, runs=runs or plan.runs, seed=seed or plan.seed, warm_up=found)


def _start(spec: Mapping) -> datetime:
    written = spec.get("start")
    if written is None:
        return START
    text = scalar(written, "run.start").text
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        start = None
    if start is None or start.tzinfo is not None or start.second or start.microsecond or start.year >= LATEST_YEAR:
        raise bad(written, "run.start", text, 'a day such as 2018-01-01, perhaps with a time: "2018-01-01 06:00"')
    return start


def _is(value: Value, *words: str) -> bool:
    return scalar(value, "run.warm_up").text in words


def _at_least_one(spec: Mapping, part: str, without: int) -> int:
    number = whole(spec.get(part), f"run.{part}", without)
    if number < 1:
        raise bad(standing(spec, part), f"run.{part}", str(number), "a whole number from 1")
    return number


def _waits(value: Value | None) -> tuple[int, ...]:
    if value is None:
        return ()
    items = value.items if isinstance(value, Sequence) else (value,)
    return tuple(round(quantity(item, "run.waits_over")) for item in items)
