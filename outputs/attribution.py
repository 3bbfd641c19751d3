"""Which part did it: the effect of several interventions together, shared out among them.

What a part does depends on which others are there already. Its Shapley share is what it adds, averaged over all orders
in which parts could be added: the only rule that is the same for all parts, gives nothing to a part that does nothing,
and shares out the whole. Beside it stand what each part does alone, with the overlap that is left, and what it adds
last. All are paired differences of runs on the same people and draws.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, permutations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outputs.comparison import Comparison
from outputs.measures.measure import ALL
from outputs.measures.registry import MEASURES
from outputs.ranges import spread

EXACT_PARTS = 3
"""Up to so many parts every order is taken; beyond, a sample."""
SAMPLED_ORDERS = 12
"""Orders taken beyond that, in pairs of an order and its reverse: few, because each costs runs."""
WORTH_SAMPLING = 0.75
"""Where a sample would need more than this part of all coalitions, all of them are run."""
MOST_EXACT_PARTS = 6
OVERLAP, TOTAL = "overlap", "total"
ENDS = ("", "_low", "_high", "_simulation_error")
QUANTITIES = ("alone", "share", "last")
ATTRIBUTION_COLUMNS = (
    "scenario", "reference", "measure", "period", "part", "title",
    *(f"{name}{end}" for name in QUANTITIES for end in ENDS), "sampling_error", "method", "orders", "runs",
)
NOTHING = float("nan")

Coalition = frozenset[str]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Design:
    """The orders in which parts are added, and so the coalitions that must be simulated.

    Attributes:
        parts: ids, in order.
        orders: each a tuple of all parts; an order and its reverse stand next to each other where they are sampled.
        is_exact: whether the orders are all there are.
    """

    parts: tuple[str, ...]
    orders: tuple[tuple[str, ...], ...]
    is_exact: bool

    def coalitions(self) -> list[Coalition]:
        """Every set of parts that is needed, smaller ones first, each alone and none at all included."""
        from_orders = (order[:size] for order in self.orders for size in range(len(order) + 1))
        found = {frozenset(each) for each in chain(from_orders, ((part,) for part in self.parts))}
        return sorted(found, key=lambda each: (len(each), sorted(each)))


@dataclass(frozen=True)
class Attributed:
    """A scenario whose effect is shared out, and which scenario was run for each coalition of its parts."""

    scenario: str
    design: Design
    runs_of: Mapping[Coalition, str]


@dataclass(frozen=True)
class Shares:
    """The effect of a scenario on one number, shared out: one value a run.

    Attributes:
        total: (runs,) effect of all parts together.
        alone: by part, (runs,) effect without the others.
        share: by part, (runs,) Shapley share; they add up to `total`.
        last: by part, (runs,) what it adds to all the others; absent when that was not simulated.
        sampling_error: by part, standard error of the mean share that comes from taking a sample of orders.
    """

    total: Floats
    alone: Mapping[str, Floats]
    share: Mapping[str, Floats]
    last: Mapping[str, Floats]
    sampling_error: Mapping[str, float]

    @property
    def overlap(self) -> Floats:
        """(runs,) what parts do together beyond, or short of, what they do alone: with `alone` it makes `total`."""
        return self.total - sum(self.alone.values(), np.zeros(len(self.total)))


def design(parts: Sequence[str], seed: int, orders: int = SAMPLED_ORDERS) -> Design:
    """The orders to take: all of them up to three parts, or where a sample would cost nearly as much.

    Args:
        parts: ids.
        seed: of the study, from which the sample follows.
        orders: how many to sample; an even number, since each comes with its reverse.
    """
    parts = tuple(sorted(parts))
    if len(parts) <= EXACT_PARTS:
        return Design(parts, tuple(permutations(parts)), is_exact=True)
    chooser = random.Random(f"orders {seed} {parts}")
    sampled = _sample(parts, orders, chooser)
    while any(all(part in (order[0], order[-1]) for order in sampled) for part in parts):
        sampled = _sample(parts, orders, chooser)  # a part that is always at an end would show no sampling error
    found = Design(parts, tuple(sampled), is_exact=False)
    if len(parts) <= MOST_EXACT_PARTS and len(found.coalitions()) > WORTH_SAMPLING * 2 ** len(parts):
        return Design(parts, tuple(permutations(parts)), is_exact=True)
    return found


def _sample(parts: Sequence[str], orders: int, chooser: random.Random) -> list[tuple[str, ...]]:
    """Some orders, no two alike, each followed by its reverse."""
    sampled: list[tuple[str, ...]] = []
    while len(sampled) < orders:
        order = list(parts)
        chooser.shuffle(order)
        if tuple(order) not in sampled:
            sampled += [tuple(order), tuple(reversed(order))]
    return sampled


def shares(values: Mapping[Coalition, Floats], orders: Design) -> Shares:
    """Share out the effect on one number.

    Args:
        values: (runs,) the number for each coalition of the design.
        orders: the design.
    """
    nothing, everything = frozenset[str](), frozenset(orders.parts)
    added: dict[str, list[Floats]] = {part: [] for part in orders.parts}
    for order in orders.orders:
        for place, part in enumerate(order):
            before = frozenset(order[:place])
            added[part].append(values[before | {part}] - values[before])
    return Shares(
        total=values[everything] - values[nothing],
        alone={part: values[frozenset({part})] - values[nothing] for part in orders.parts},
        share={part: np.mean(each, axis=0) for part, each in added.items()},
        last={
            part: values[everything] - values[everything - {part}]
            for part in orders.parts if everything - {part} in values
        },
        sampling_error={part: 0.0 if orders.is_exact else _sampling_error(each) for part, each in added.items()},
    )  # fmt: skip


def attribution_of(
    runs: pd.DataFrame, comparison: Comparison, attributed: Sequence[Attributed], titles: Mapping[str, str]
) -> pd.DataFrame:
    """The table of attribution: headline measures and net cost of the reported period; `ATTRIBUTION_COLUMNS`.

    Args:
        runs: tables of all runs, those of coalitions included, with columns `scenario` and `run`.
        comparison: of the scenarios themselves.
        attributed: the scenarios to share out.
        titles: of interventions, by id.
    """
    rows: list[tuple[object, ...]] = []
    chosen = runs[runs["stratum"] == ALL]
    for one in attributed:
        for measure in MEASURES.values():
            period = comparison.period_of(measure)
            if period is None or not (measure.headline or measure.id == "net_cost_gbp"):
                continue
            here = chosen[(chosen["measure"] == measure.id) & (chosen["period"] == period.name)]
            by_run = here.pivot(index="run", columns="scenario", values="value")
            wanted = [name for name in one.runs_of.values() if name in by_run.columns]
            if len(wanted) < len(one.runs_of) or by_run[wanted].isna().any(axis=None):
                continue
            values = {each: by_run[name].to_numpy(np.float64) for each, name in one.runs_of.items()}
            key = (one.scenario, comparison.reference, measure.id, period.name)
            rows += [(*key, *row) for row in _rows(shares(values, one.design), one.design, titles)]
    return pd.DataFrame(rows, columns=list(ATTRIBUTION_COLUMNS))


def _rows(found: Shares, orders: Design, titles: Mapping[str, str]) -> Iterator[tuple[object, ...]]:
    method = "exact" if orders.is_exact else "sampled"
    facts = (method, len(orders.orders), len(found.total))
    none = np.zeros(len(found.total))
    for part in orders.parts:
        last = _numbers(found.last[part]) if part in found.last else (NOTHING,) * len(ENDS)
        numbers = (*_numbers(found.alone[part]), *_numbers(found.share[part]), *last)
        yield (part, titles[part], *numbers, found.sampling_error[part], *facts)
    nothing = (NOTHING,) * len(ENDS)
    yield (OVERLAP, "Overlap", *_numbers(found.overlap), *_numbers(none), *nothing, 0.0, *facts)
    yield (TOTAL, "All together", *(_numbers(found.total) * len(QUANTITIES)), 0.0, *facts)


def _numbers(values: Floats) -> tuple[float, ...]:
    over = spread(values)
    return over.mean, over.low, over.high, over.simulation_error


def _sampling_error(added: Sequence[Floats]) -> float:
    """Standard error of a mean over pairs of an order and its reverse, of means over runs."""
    means = np.array([each.mean() for each in added]).reshape(-1, 2).mean(axis=1)
    return float(means.std(ddof=1) / np.sqrt(len(means))) if len(means) > 1 else NOTHING


def every_coalition(parts: Sequence[str]) -> Iterator[Coalition]:
    """All sets of some parts."""
    for size in range(len(parts) + 1):
        yield from map(frozenset, combinations(parts, size))
