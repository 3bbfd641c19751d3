"""A network file that is run on its own: the network, its run, and what its settings cost."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.build_network import LIBRARY, NetworkBuilder, shipped_networks
from scenarios.evidence import load
from scenarios.messages import BadInput, Message, nearest
from scenarios.network_costs import Cost, place_costs, setting_costs
from scenarios.network_reading import bad, optional, scalar
from scenarios.network_run import RunPlan, Window, calendar_of, changed, read_plan, window_of
from scenarios.pools import REFERENCE_PEOPLE
from scenarios.resolved import Place, PopulationCell
from scenarios.yaml_reader import Mapping, parse_yaml, read_text
from simulation.calendar import Calendar
from simulation.network import Network


@dataclass(frozen=True)
class NetworkFile:
    """A network that can be run without a population.

    Attributes:
        name: of the file, without its ending.
        title: as the file says, or the name.
        text: the file.
        plan: how it is run.
        calendar: of a run.
        window: the part of a run that is counted.
        network: the tables that engines interpret.
        costs: of the settings, in order of their names.
        place_costs: pounds a day for each open place of the pools, in order of their names.
        shown_as: (settings,) setting as which the stays of each are shown; -1 for time away from the network.
    """

    name: str
    title: str
    text: str
    plan: RunPlan
    calendar: Calendar
    window: Window
    network: Network
    costs: tuple[Cost, ...]
    place_costs: tuple[float, ...]
    shown_as: NDArray[np.int64]


def load_network_file(name: str, runs: int | None = None, seed: int | None = None) -> NetworkFile:
    """The shipped network of that name, or the one in a file, with everything that it needs to be run.

    Args:
        name: a shipped network or a path that ends in .yaml.
        runs: instead of those of the file.
        seed: instead of that of the file.

    Raises:
        BadInput: with the file, line and key of the first thing that is wrong.
    """
    shipped = shipped_networks()
    path = LIBRARY / f"{name}.yaml" if name in shipped else Path(name)
    if not path.suffix:
        allowed = f"{', '.join(shipped)}, or a file that ends in .yaml"
        raise BadInput([Message("", 0, "network", name, allowed, nearest(name, shipped))])
    return parse_network_file(read_text(path, path.name), path.name, runs, seed)


def parse_network_file(
    text: str, shown: str, runs: int | None = None, seed: int | None = None, warm_up: int | None = None
) -> NetworkFile:
    """The network that a text describes, perhaps with another number of runs, seed or warm-up in seconds.

    Raises:
        BadInput: as `load_network_file`.
    """
    root = parse_yaml(text, shown)
    plan = changed(_plan(root), runs, seed, warm_up)
    calendar = calendar_of(plan)
    window = window_of(plan, calendar)
    builder = NetworkBuilder(root, nowhere(), load(), calendar, window.opens)
    network = builder.build()
    if not network.streams:
        said = "Nobody comes: a network that is run without a population needs streams."
        raise bad(root, "streams", "", "streams: {visitors: {to: a setting, per_day: 20}}", text=said)
    title = root.get("title")
    pools = tuple(pool.name for pool in network.pools)
    return NetworkFile(
        name=Path(shown).stem,
        title=Path(shown).stem if title is None else scalar(title, "title").text,
        text=text,
        plan=plan,
        calendar=calendar,
        window=window,
        network=network,
        costs=setting_costs(builder.texts.specs, network.names(), builder.expressions),
        place_costs=place_costs(optional(root, "pools", ""), pools, builder.expressions),
        shown_as=builder.expansion.shown_as(),
    )


def described_networks() -> list[tuple[str, str]]:
    """Names and titles of the networks that come with caresim."""
    found = []
    for name in shipped_networks():
        title = parse_yaml(read_text(LIBRARY / f"{name}.yaml", name), name).get("title")
        found.append((name, "" if title is None else scalar(title, "title").text))
    return found


def nowhere() -> Place:
    """A place in which nobody lives; streams have the numbers that their file says."""
    everybody = PopulationCell(0, None, "all", 0, float(REFERENCE_PEOPLE))
    return Place("nowhere", "Nowhere", "2016/17", (everybody,), {}, "nowhere")


def _plan(root: Mapping) -> RunPlan:
    plan = read_plan(root)
    if plan is None:
        said = "The file does not say how long to run it."
        raise bad(root, "run", "", "run: {warm_up: 30 days, length: 365 days}", text=said)
    return plan
