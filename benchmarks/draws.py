"""How long a draw, and a value of each law, takes in plain Python, in NumPy and in compiled code.

Run from the project's folder: `python -m benchmarks.draws`.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from simulation import laws
from simulation.draws import stream_key, uniform, uniforms
from simulation.jit import compiled

DRAWS = 1_000_000
PLAIN_DRAWS = 100_000
REPEATS = 5
KEY = stream_key(1, 0)
TABLES = np.array([laws.gamma_table(2.5), laws.empirical_table([0.0, 0.3, 0.9, 1.0], [0.0, 1.0, 8.0, 60.0])])
LAWS = {
    "exponential": (laws.EXPONENTIAL, 12.0, 0.0, 0.0, 0),
    "lognormal": (laws.LOGNORMAL, 1.2, 0.8, 0.0, 0),
    "gamma": (laws.GAMMA, 0.0, 4.0, 0.0, 0),
    "Weibull": (laws.WEIBULL, 0.7, 30.0, 0.0, 0),
    "triangular": (laws.TRIANGULAR, 2.0, 3.0, 11.0, 0),
    "empirical": (laws.EMPIRICAL, 0.0, 0.0, 0.0, 1),
}
"""(law, a, b, c, row of TABLES)."""


@compiled
def add_draws(key: int, people: NDArray[np.int64], decision: int, occurrence: int) -> float:
    """Sum of one draw for each of `people`, (n,), independent of one another."""
    total = 0.0
    for i in range(people.shape[0]):
        total += uniform(key, people[i], decision, occurrence)
    return total


@compiled
def chain_draws(key: int, draws: int, decision: int) -> float:
    """The last of a chain of draws, each of which needs the one before."""
    u = 0.0
    for _ in range(draws):
        u = uniform(key, 7, decision, int(u * 1024.0))
    return u


@compiled
def add_values(
    key: int, people: NDArray[np.int64], law: int, a: float, b: float, c: float, tables: NDArray[np.float64], row: int
) -> float:
    """Sum of one value of a law for each of `people`, (n,)."""
    total = 0.0
    for i in range(people.shape[0]):
        total += laws.quantile(law, a, b, c, tables, row, uniform(key, people[i], 3, 64))
    return total


def nanoseconds(work: Callable[[], object], count: int) -> float:
    """Least time over some repeats, for each of `count` items, after a first go that compiles."""
    work()
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times) / count * 1e9


def main() -> None:
    """Print nanoseconds per draw and per value."""
    people = np.arange(DRAWS)
    plain_people = people[:PLAIN_DRAWS].tolist()
    print("nanoseconds per draw")
    print(f"  compiled, one after another     {nanoseconds(lambda: chain_draws(KEY, DRAWS, 3), DRAWS):8.1f}")
    print(f"  compiled, independent           {nanoseconds(lambda: add_draws(KEY, people, 3, 64), DRAWS):8.1f}")
    print(f"  NumPy batch                     {nanoseconds(lambda: uniforms(KEY, people, 3, 64), DRAWS):8.1f}")
    plain = nanoseconds(lambda: [uniform(KEY, person, 3, 64) for person in plain_people], PLAIN_DRAWS)
    print(f"  plain Python                    {plain:8.1f}")
    print("nanoseconds per value, draw included    compiled    plain Python")
    for name in LAWS:
        print(f"  {name:32}{compiled_law(name, people):14.1f}{plain_law(name, plain_people):16.1f}")


def compiled_law(name: str, people: NDArray[np.int64]) -> float:
    """Nanoseconds for a draw and a value of a law in compiled code."""
    law, a, b, c, row = LAWS[name]
    return nanoseconds(lambda: add_values(KEY, people, law, a, b, c, TABLES, row), len(people))


def plain_law(name: str, people: list[int]) -> float:
    """Nanoseconds for a draw and a value of a law in plain Python, with tables as lists."""
    law, a, b, c, row = LAWS[name]
    tables = TABLES.tolist()
    return nanoseconds(
        lambda: [laws.quantile(law, a, b, c, tables, row, uniform(KEY, person, 3, 64)) for person in people],
        len(people),
    )


if __name__ == "__main__":
    main()
