"""Two other simulation libraries beside our engines, on a network that all of them can express.

Needs for general practice and for A&E arrive at random, with no people behind them. General practice has slots of 10
minutes in order of arrival, and sends 2 % on to A&E. A&E has three priorities; who is admitted keeps the cubicle until
a bed is free. Rates, lengths and places are those of `plain_simpy`, without care homes. Each library is used as its
manual shows, with monitors that can be turned off turned off. Ciw keeps its records and our engines their rows, as they
do by default; putting them in order is counted for ours.

Ciw and salabim: pip install -c constraints.txt -e ".[benchmarks]"
Run: python -m benchmarks.other_engines
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks.measuring import alternated, median, spent
from benchmarks.plain_simpy import (
    ACUTE_A_DAY,
    ADMITTED,
    AE_LOG_MEAN,
    AE_LOG_SD,
    AE_MEAN_DAYS,
    DAYS,
    GP_A_DAY,
    PRIORITY_UP_TO,
    REFERRED,
    SLOT_DAYS,
    WARD_LOG_MEAN,
    WARD_LOG_SD,
    WARD_MEAN_DAYS,
    places,
)
from scenarios.network_file import NetworkFile, parse_network_file
from simulation.nobody import run_network
from simulation.stays import NEVER

PEOPLE, WARM_UP_PEOPLE = 10_000, 1000
LENGTH_DAYS = 91
ROUNDS = 3
SERVICES = ("general practice", "A&E", "admissions")
URGENCY = (PRIORITY_UP_TO[0], PRIORITY_UP_TO[1] - PRIORITY_UP_TO[0], 1.0 - PRIORITY_UP_TO[1])
"""Share of each priority."""
OTHERS = {"Ciw": "ciw", "salabim": "salabim"}
"""Libraries that need not be installed, with the names by which they are imported."""
HOW_TO_INSTALL = 'pip install -c constraints.txt -e ".[benchmarks]"'
MOST_ERRORS_APART = 4.0
"""Standard errors between two engines' counts above which they do not simulate the same network."""


@dataclass(frozen=True)
class Ran:
    """One run: seconds of processor time, and how many were taken by each of `SERVICES`."""

    seconds: float
    taken: tuple[int, int, int]


def needs_a_day(people: int) -> tuple[float, float]:
    """Needs for general practice and for A&E in a day."""
    return people * GP_A_DAY, people * ACUTE_A_DAY


def reduced_network(people: int) -> NetworkFile:
    """The network for our engines."""
    practice, acute = needs_a_day(people)
    cubicles = "\n".join(
        f"  ae_{level}: {{pools: [cubicles], priority: {level}, hold: true, "
        f"duration: {{law: lognormal, mean: {AE_MEAN_DAYS * 24}, log_sd: {AE_LOG_SD}, unit: hours}}, "
        f"routes: [{{to: {{ward: {admitted}, home: rest}}}}]}}"
        for level, admitted in enumerate(ADMITTED)
    )
    return parse_network_file(
        f"""
title: Practice, A&E and a ward
run: {{length: {LENGTH_DAYS} days, runs: 1, unit: hours}}
pools:
  slots: {{places: {places(people, "slots")}}}
  cubicles: {{places: {places(people, "cubicles")}}}
  beds: {{places: {places(people, "beds")}}}
streams:
  practice: {{to: appointment, per_day: {practice}}}
  acute: {{to: arrival, per_day: {acute}}}
settings:
  appointment:
    pools: [slots]
    duration: {{law: constant, value: 10, unit: minutes}}
    routes: [{{to: {{arrival: {REFERRED}, home: rest}}}}]
  arrival: {{presence: contact, routes: [{{to: {{ae_0: {URGENCY[0]}, ae_1: {URGENCY[1]}, ae_2: rest}}}}]}}
{cubicles}
  ward:
    pools: [beds]
    duration: {{law: lognormal, mean: {WARD_MEAN_DAYS}, log_sd: {WARD_LOG_SD}, unit: days}}
    routes: [{{to: {{home: rest}}}}]
""",
        "practice, A&E and a ward",
    )


def ours(engine: str, replication: int) -> Ran:
    """The network on one of our engines, rows in order included."""
    small = reduced_network(WARM_UP_PEOPLE)
    run_network(small.network, small.calendar, 1, 0, engine)
    file = reduced_network(PEOPLE)
    taken: list[int] = []

    def run() -> None:
        stays, _ = run_network(file.network, file.calendar, 1, replication, engine)
        counts = np.bincount(stays.setting[stays.started != NEVER], minlength=len(names))
        taken.extend(int(sum(counts[index] for index in of_service)) for of_service in wanted)

    names = [setting.name for setting in file.network.settings]
    wanted = [[i for i, name in enumerate(names) if name.startswith(stem)] for stem in ("appointment", "ae_", "ward")]
    seconds = spent(run)
    return Ran(seconds, (taken[0], taken[1], taken[2]))


def with_ciw(replication: int) -> Ran:
    """The network in Ciw: class of priority as customer class, a ward without a queue so that A&E is blocked."""
    import ciw

    practice, acute = needs_a_day(PEOPLE)
    network = ciw.create_network(**_ciw_network(practice, acute))
    ciw.seed(replication)
    taken = [0, 0, 0]

    class Counted(ciw.Node):  # type: ignore[misc]
        """A node that counts those whom it begins to serve."""

        def attach_server(self, server: Any, individual: Any) -> None:  # noqa: ANN401
            super().attach_server(server, individual)
            taken[self.id_number - 1] += 1

    simulation = ciw.Simulation(network, node_class=Counted)
    seconds = spent(lambda: simulation.simulate_until_max_time(LENGTH_DAYS))
    return Ran(seconds, (taken[0], taken[1], taken[2]))


def _ciw_network(practice: float, acute: float) -> dict[str, Any]:
    """What describes the network to Ciw. Nodes: general practice, A&E, ward."""
    import ciw

    exponential, stay = ciw.dists.Exponential, ciw.dists.Lognormal
    levels = [f"priority {level}" for level in range(len(URGENCY))]
    services = [ciw.dists.Deterministic(SLOT_DAYS), stay(AE_LOG_MEAN, AE_LOG_SD), stay(WARD_LOG_MEAN, WARD_LOG_SD)]
    of_level = dict(zip(levels, URGENCY, strict=True))
    unchanged = {name: {other: float(other == name) for other in ("new", *levels)} for name in ("new", *levels)}
    after_practice = {name: {"new": 0.0, **of_level} for name in ("new", *levels)}
    arrivals: dict[str, list[Any]] = {"new": [exponential(practice), None, None]}
    routing = {"new": [[0.0, 0.0, 0.0]] * 3}
    for level, share, admitted in zip(levels, URGENCY, ADMITTED, strict=True):
        arrivals[level] = [None, exponential(acute * share), None]
        routing[level] = [[0.0, REFERRED, 0.0], [0.0, 0.0, admitted], [0.0, 0.0, 0.0]]
    return {
        "arrival_distributions": arrivals,
        "service_distributions": dict.fromkeys(("new", *levels), services),
        "number_of_servers": [places(PEOPLE, name) for name in ("slots", "cubicles", "beds")],
        "queue_capacities": [math.inf, math.inf, 0],
        "priority_classes": {"new": 0, **{level: number for number, level in enumerate(levels)}},
        "class_change_matrices": [after_practice, unchanged, unchanged],
        "routing": routing,
    }


def with_salabim(replication: int) -> Ran:
    """The network in salabim: a component for each patient."""
    import salabim as sim

    sim.yieldless(False)
    env = sim.Environment(random_seed=None, trace=False)
    draw, taken = random.Random(replication), [0, 0, 0]
    slots, cubicles, beds = (
        sim.Resource(name, capacity=places(PEOPLE, name), monitor=False) for name in ("slots", "cubicles", "beds")
    )
    practice, acute = needs_a_day(PEOPLE)

    class Patient(sim.Component):  # type: ignore[misc]
        """Somebody on the way from a need to home."""

        def setup(self, to_practice: bool) -> None:
            self.to_practice = to_practice

        def process(self) -> Generator[object, None, None]:
            if self.to_practice:
                yield self.request(slots)
                taken[0] += 1
                yield self.hold(SLOT_DAYS)
                self.release(slots)
                if draw.random() >= REFERRED:
                    return
            urgency = draw.random()
            priority = sum(urgency >= up_to for up_to in PRIORITY_UP_TO)
            yield self.request((cubicles, 1, priority))
            taken[1] += 1
            yield self.hold(draw.lognormvariate(AE_LOG_MEAN, AE_LOG_SD))
            if draw.random() >= ADMITTED[priority]:
                return
            yield self.request(beds)
            taken[2] += 1
            self.release(cubicles)
            yield self.hold(draw.lognormvariate(WARD_LOG_MEAN, WARD_LOG_SD))

    class Arrivals(sim.Component):  # type: ignore[misc]
        """A source of patients."""

        def setup(self, per_day: float, to_practice: bool) -> None:
            self.per_day, self.to_practice = per_day, to_practice

        def process(self) -> Generator[object, None, None]:
            while True:
                yield self.hold(draw.expovariate(self.per_day))
                Patient(to_practice=self.to_practice)

    Arrivals(per_day=practice, to_practice=True)
    Arrivals(per_day=acute, to_practice=False)
    seconds = spent(lambda: env.run(till=LENGTH_DAYS))
    return Ran(seconds, (taken[0], taken[1], taken[2]))


WAYS: dict[str, Callable[[int], Ran]] = {
    "compiled engine": partial(ours, "compiled"),
    "SimPy engine": partial(ours, "simpy"),
    "Ciw": with_ciw,
    "salabim": with_salabim,
}


def report(found: dict[str, list[Ran]]) -> list[str]:
    """A line for each way: speed, beside the compiled engine's, and what was counted."""
    years = PEOPLE * LENGTH_DAYS / DAYS
    ours_seconds = median([run.seconds for run in found["compiled engine"]])
    lines = [f"Ciw, salabim and our engines on a network that all can express ({PEOPLE:,} people's needs for "
             f"{LENGTH_DAYS} days; medians of {len(next(iter(found.values())))} runs in turns):",
             f"  {'':16}{'CPU-s':>8}{'person-years a CPU-s':>22}{'ours is faster':>16}   taken a run, and standard "
             "errors from ours"]  # fmt: skip
    for name, runs in found.items():
        seconds = median([run.seconds for run in runs])
        counted = ", ".join(_counted(service, runs, found["compiled engine"]) for service in range(len(SERVICES)))
        lines.append(f"  {name:16}{seconds:8.3f}{years / seconds:22,.0f}{seconds / ours_seconds:14,.0f} x   {counted}")
    return lines


def _counted(service: int, runs: list[Ran], beside: list[Ran]) -> str:
    mean = sum(run.taken[service] for run in runs) / len(runs)
    apart = errors_apart(service, runs, beside)
    warning = " DIFFERS" if abs(apart) > MOST_ERRORS_APART else ""
    return f"{SERVICES[service]} {mean:,.0f} ({apart:+.1f}{warning})"


def errors_apart(service: int, runs: list[Ran], beside: list[Ran]) -> float:
    """Difference of two ways' counts in standard errors, counts being nearly Poisson."""
    first, second = (sum(run.taken[service] for run in each) for each in (runs, beside))
    return (first / len(runs) - second / len(beside)) / math.sqrt(first / len(runs) ** 2 + second / len(beside) ** 2)


def lines(rounds: int = ROUNDS) -> list[str]:
    """The comparison, with a line that says how to install what is missing."""
    missing = [name for name, module in OTHERS.items() if find_spec(module) is None]
    ways = {name: way for name, way in WAYS.items() if name not in missing}
    found = dict(zip(ways, alternated(list(ways.values()), rounds), strict=True))
    advice = [f"{' and '.join(missing)} not installed, so left out; to have them: {HOW_TO_INSTALL}"] if missing else []
    return [*report(found), *advice]


def main() -> None:
    """Print the comparison."""
    print("\n".join(lines()))


if __name__ == "__main__":
    main()
