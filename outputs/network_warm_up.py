"""How long a network that starts empty takes to settle: found from a few runs, and refused when it does not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from outputs.network_measures import as_shown, shown_settings
from scenarios.messages import BadInput, Message
from scenarios.network_file import NetworkFile, parse_network_file
from simulation.nobody import run_network
from simulation.stays import NEVER, Stays
from simulation.studies.warm_up import NotSettled, warm_up

PILOT_RUNS = 5
SLICES = 250

Floats = NDArray[np.float64]


def with_warm_up(file: NetworkFile, engine: str) -> NetworkFile:
    """The file with the warm-up that it asks to be found: the longest that any of its settings needs, by MSER-5.

    A pilot of a few runs is as long as what is to be counted. Looked at are how many are in each setting and how many
    wait for it.

    Raises:
        BadInput: when a setting has not settled in the first half of that.
    """
    if not file.plan.finds_warm_up or file.plan.warm_up:
        return file
    try:
        cut = warm_up(pilot(file, engine))
    except NotSettled as unsettled:
        text = (
            f"The number {unsettled.series} has not settled in a run of this length, so no warm-up can be found. Give "
            "a longer length. If it still does not settle, more people come than can be served, and no average means "
            "anything."
        )
        raise BadInput([Message(f"{file.name}.yaml", 0, "run.warm_up", "auto", text=text)]) from None
    seconds = -(-cut * file.plan.length // SLICES)
    return parse_network_file(file.text, f"{file.name}.yaml", file.plan.runs, file.plan.seed, warm_up=seconds)


def pilot(file: NetworkFile, engine: str) -> dict[str, Floats]:
    """(SLICES,) mean over the pilot's runs of how many are in, and wait for, each setting; only what ever happens."""
    runs = [
        dict(_series(as_shown(run_network(file.network, file.calendar, file.plan.seed, number, engine)[0], file), file))
        for number in range(PILOT_RUNS)
    ]
    means = {name: np.mean([run[name] for run in runs], axis=0) for name in runs[0]}
    return {name: values for name, values in means.items() if values.any()}


def _series(stays: Stays, file: NetworkFile) -> Iterator[tuple[str, Floats]]:
    edges = np.linspace(file.window.first, file.window.last, SLICES + 1)
    started = np.where(stays.started == NEVER, stays.ended, stays.started)
    for index, name in shown_settings(file):
        here = stays.setting == index
        there = here & (stays.started != NEVER)
        yield f"in {name}", _mean_number(stays.started[there], stays.ended[there], edges)
        yield f"waiting for {name}", _mean_number(stays.requested[here], started[here], edges)


def _mean_number(begin: NDArray[np.int64], end: NDArray[np.int64], edges: Floats) -> Floats:
    """(slices,) mean number of those whose time from `begin` to `end` covers a moment."""
    before = np.array([np.clip(edge - begin, 0.0, end - begin).sum() for edge in edges])
    return np.diff(before) / np.diff(edges)
