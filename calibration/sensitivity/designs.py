"""Designs: which values of the inputs are run, and with which chance.

SALib makes every design as shares from 0 to 1; laws turn shares into values. Chance is chosen by the number of the
first run of a point. Where indices come from an emulator or from given data, each point has chance of its own, so that
chance is noise that can be told from the inputs. In Morris's method the points of a trajectory share chance, and the
dummy's step changes it and nothing else: its effect is what chance alone does.
"""

from __future__ import annotations

import csv
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from calibration.sensitivity.inputs import DUMMY, Inputs
from calibration.sensitivity.laws import Floats, correlated_shares
from scenarios.messages import BadInput, Message, nearest

Method = Literal["sobol", "morris", "pawn", "delta", "preview"]
METHODS: Final[tuple[Method, ...]] = ("sobol", "morris", "pawn", "delta")
ENDS: Final = (0.1, 0.9)
"""Shares between which a value lies 8 times in 10."""
LEVELS: Final = 4
TRAJECTORIES: Final = 10
POINTS_AN_INPUT: Final = {"sobol": 10, "pawn": 25, "delta": 25}
FEWEST_POINTS: Final = 60
DIRECT_POINTS: Final = 64
HELD_OUT_SHARE: Final = 0.2
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Design:
    """What is run.

    Attributes:
        method: for which it is made.
        direct: whether Sobol indices come from the runs themselves, not from an emulator.
        inputs: its inputs, the dummy last.
        raw: (points, inputs) shares as SALib made them, independent.
        first_run: (points,) number before that of each point's first run: points of one number share chance.
        runs: of each point.
        held_out: (points,) whether a point only tests the emulator.
        seed: of the design, the study and every resampling.
        samples: trajectories, or the size on which a direct Sobol design is built.
    """

    method: Method
    direct: bool
    inputs: Inputs
    raw: Floats
    first_run: Ints
    runs: int
    held_out: NDArray[np.bool_]
    seed: int
    samples: int

    @property
    def shares(self) -> Floats:
        """(points, inputs) shares with the correlations of the inputs."""
        return correlated_shares(self.raw, self.inputs.correlation)

    def __len__(self) -> int:
        """Points."""
        return len(self.raw)

    def settings(self, point: int) -> dict[str, float]:
        """Values of the scenario at a point."""
        return self.inputs.settings(self.shares[point])


def problem_of(inputs: Inputs) -> dict[str, Any]:
    """The inputs as SALib wants them: every one a share from 0 to 1."""
    found: dict[str, Any] = {
        "num_vars": len(inputs.every),
        "names": list(inputs.names),
        "bounds": [[0.0, 1.0]] * len(inputs.every),
    }
    if inputs.has_groups:
        found["groups"] = list(inputs.groups)
    return found


def design_for(
    method: Method, inputs: Inputs, *, direct: bool = False, points: int | None = None, runs: int = 2, seed: int = 1
) -> Design:
    """The design of a method.

    Args:
        method: one of `METHODS`.
        inputs: with the dummy.
        direct: of Sobol: run the whole design instead of an emulator's.
        points: of the design: trajectories for morris, the base of a direct Sobol design (a power of 2); None chooses.
        runs: of each point; two or more, so that chance can be told from the inputs.
        seed: from which the design follows.

    Raises:
        BadInput: too few points, a base that is no power of 2, or groups where the method knows none.
    """
    if runs < 2:
        raise _bad("--runs", str(runs), "Two runs of each point or more: one cannot tell chance from the inputs.")
    if inputs.has_groups and method in ("pawn", "delta"):
        raise _bad("--groups", "", f"{method} has no groups; use sobol or morris, or leave --groups out.")
    if method == "morris":
        return _morris(inputs, points or TRAJECTORIES, runs, seed)
    if direct:
        return _direct(inputs, points or DIRECT_POINTS, runs, seed)
    count = points or max(FEWEST_POINTS, POINTS_AN_INPUT[method] * len(inputs.every))
    fewest = 2 * len(inputs.every) + 4
    if count < fewest:
        raise _bad("--points", str(count), f"{len(inputs.every)} inputs with the dummy need {fewest} points or more.")
    return _spread(method, inputs, count, runs, seed)


def design_from(path: Path, method: Method, inputs: Inputs, *, direct: bool, runs: int, seed: int) -> Design:
    """A design of the user's own: a CSV with a column for each input, and a row for each point.

    Raises:
        BadInput: a column is missing, a value lies outside its law, or the method needs a design of its own.
    """
    if method == "morris" or direct:
        name = "morris" if method == "morris" else "sobol --direct"
        raise _bad("--design", str(path), f"{name} needs a design of its own kind; sobol, pawn and delta take any.")
    if not path.is_file():
        raise _bad("--design", str(path), "There is no such file.")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        columns = [name for name in inputs.names if name != DUMMY]
        for name in columns:
            if name not in (reader.fieldnames or ()):
                allowed = "a column for each input (caresim sensitivity ... --design-only writes one)"
                raise BadInput(
                    [
                        Message(
                            str(path),
                            1,
                            name,
                            allowed=allowed,
                            label="column",
                            nearest=nearest(name, reader.fieldnames or ()),
                            text="It is missing.",
                        )
                    ]
                )
        rows = [_shares_of(row, inputs, path, reader.line_num) for row in reader]
    least = 2 * len(inputs.every) + 4
    if len(rows) < least:
        raise _bad(
            "--design", str(path), f"It has {len(rows)} points; {len(inputs.every)} inputs need {least} or more."
        )
    raw = np.array(rows)
    raw[:, -1] = np.random.default_rng(seed).permutation(np.arange(len(raw)) + 0.5) / len(raw)
    held_out = np.zeros(len(raw), np.bool_)
    if method == "sobol":
        held_out[-round(len(raw) * HELD_OUT_SHARE) :] = True
    return Design(method, False, _uncorrelated(inputs), raw, np.arange(len(raw)) * runs, runs, held_out, seed, len(raw))


def _uncorrelated(inputs: Inputs) -> Inputs:
    """The points of a given design are as they are: they are not correlated once more."""
    return Inputs(inputs.every, np.eye(len(inputs.every)))


def _shares_of(row: Mapping[str, str], inputs: Inputs, path: Path, line: int) -> list[float]:
    found = []
    for one in inputs.every:
        if one.name == DUMMY:
            found.append(0.5)
            continue
        try:
            share = one.law.share_of(float(row[one.name].replace(",", "")))
        except ValueError:
            raise BadInput([Message(str(path), line, one.name, row[one.name], "a number", label="column")]) from None
        if not 0.0 <= share <= 1.0:
            allowed = f"{one.law.value(0.0):g} to {one.law.value(1.0):g}"
            raise BadInput([Message(str(path), line, one.name, row[one.name], allowed, label="column")])
        found.append(share)
    return found


def _spread(method: Method, inputs: Inputs, points: int, runs: int, seed: int) -> Design:
    """A Latin hypercube; for an emulator another, smaller one that tests it."""
    from SALib.sample import latin

    problem = {key: value for key, value in problem_of(inputs).items() if key != "groups"}
    parts = [np.asarray(latin.sample(problem, points, seed=seed))]
    tests = max(12, round(points * HELD_OUT_SHARE)) if method == "sobol" else 0
    if tests:
        parts.append(np.asarray(latin.sample(problem, tests, seed=seed + 1_000_003)))
    raw = np.vstack(parts)
    held_out = np.arange(len(raw)) >= points
    return Design(method, False, inputs, raw, np.arange(len(raw)) * runs, runs, held_out, seed, points)


def _direct(inputs: Inputs, base: int, runs: int, seed: int) -> Design:
    from SALib.sample import sobol

    if base < 8 or base & (base - 1):
        raise _bad("--points", str(base), "A direct Sobol design is built on a power of 2, 8 or more: 32, 64, 128.")
    raw = np.asarray(sobol.sample(problem_of(inputs), base, calc_second_order=True, seed=seed))
    return Design(
        "sobol", True, inputs, raw, np.arange(len(raw)) * runs, runs, np.zeros(len(raw), np.bool_), seed, base
    )


def _morris(inputs: Inputs, trajectories: int, runs: int, seed: int) -> Design:
    from SALib.sample import morris

    if trajectories < 4:
        raise _bad("--points", str(trajectories), "Four trajectories or more.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        raw = np.asarray(morris.sample(problem_of(inputs), trajectories, num_levels=LEVELS, seed=seed))
    length = len(raw) // trajectories
    trajectory = np.arange(len(raw)) // length
    moved = raw[:, -1] != raw[trajectory * length, -1]
    first_run = (2 * trajectory + moved) * runs
    return Design("morris", False, inputs, raw, first_run, runs, np.zeros(len(raw), np.bool_), seed, trajectories)


def preview_design(inputs: Inputs, seed: int, runs: int = 2) -> Design:
    """Each input at its low and its high end, one at a time, all with the same chance; the dummy has another.

    For a rough first look and nothing else: it sees no interaction, and nothing between the ends.
    """
    count = len(inputs.every)
    raw = np.full((1 + 2 * count, count), 0.5)
    for place in range(count):
        raw[1 + 2 * place, place], raw[2 + 2 * place, place] = ENDS
    first_run = np.zeros(len(raw), np.int64)
    first_run[-1] = runs
    return Design("preview", False, inputs, raw, first_run, runs, np.zeros(len(raw), np.bool_), seed, len(raw))


def trajectories_of(design: Design) -> Ints:
    """(points,) number of each point's trajectory."""
    return np.arange(len(design)) // (len(design) // design.samples)


def dummy_position(names: Sequence[str]) -> int:
    """Where the dummy is among inputs or groups."""
    return list(names).index(DUMMY)


def _bad(option: str, found: str, text: str) -> BadInput:
    return BadInput([Message("", 0, option, found, text=text, label="option")])
