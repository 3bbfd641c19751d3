"""From what was run to what it says: one path for every method, and for models of every kind.

Nothing here knows the care model. `analyse` takes a design and the outputs of its runs, and gives tables: indices with
intervals, noise, how emulators did on what they had not seen, how indices settled, and where the spread comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from calibration.emulator import Emulator, fit
from calibration.emulator_check import Check, held_out, leave_one_out
from calibration.sensitivity.designs import ENDS, Design
from calibration.sensitivity.inputs import DUMMY, STRUCTURE, Inputs
from calibration.sensitivity.laws import correlated_shares
from calibration.sensitivity.noise import Output, check_failed
from calibration.sensitivity.screening import delta_shifts, morris_effects, pawn_distances
from calibration.sensitivity.sobol_indices import FIRST, INDEX_COLUMNS, SobolIndices, directly, through_emulator

KEYS: Final = ("measure", "of", "period")
FRACTIONS: Final = (0.4, 0.6, 0.8, 1.0)
COLUMNS: Final = {
    "indices": INDEX_COLUMNS,
    "emulators": ("test", "points", "coverage", "rmse", "q2", "explained", "usable", "why"),
    "convergence": ("points", "input", "index", "value"),
    "shares": ("source", "share", "low", "high"),
    "ends": ("input", "at_low", "at_high", "low_value", "high_value"),
}
"""Of each table, after the keys."""
ASSUMPTIONS, CHANCE, TOGETHER = "assumptions", "seed", "assumptions and structure together"
SHARE_CHANCE: Final = ("morris", "preview")
"""Methods whose points share chance and are no sample of the inputs: they have no share of noise."""
WORSE_THAN_AVERAGE: Final = "it foretold runs that it had not seen worse than their plain average would have"
OTHERS: Final = 400
"""Points over which the other inputs are averaged."""


@dataclass(frozen=True)
class Emulated:
    """An emulator of one output, and whether it may be used.

    Attributes:
        emulator: fitted to every point that is whole.
        tests: how it did, "leave one out" and "unseen runs".
        usable: whether indices may come from it.
        why: the reason in words.
    """

    emulator: Emulator
    tests: dict[str, Check]
    usable: bool
    why: str


@dataclass(frozen=True)
class Analysis:
    """What a design says.

    Attributes:
        design: what was run.
        outputs: of it.
        indices: measure, of, period, input, index, value, low, high: 95 %.
        noise: measure, of, period, points, failed, runs, sd_of_a_run, noise_share.
        emulators: measure, of, period, test, points, coverage, rmse, q2, explained, usable, why; sobol only.
        convergence: measure, of, period, points, input, index, value.
        shares: measure, of, period, source, share, low, high: of the variance of single runs; they add up to 1.
        ends: measure, of, period, input, at_low, at_high, low_value, high_value: the mean output when an input is at
            either end of its central 8 in 10 and the others are as they may be; sobol with an emulator, and preview.
    """

    design: Design
    outputs: tuple[Output, ...]
    indices: pd.DataFrame
    noise: pd.DataFrame
    emulators: pd.DataFrame
    convergence: pd.DataFrame
    shares: pd.DataFrame
    ends: pd.DataFrame


def analyse(design: Design, outputs: Sequence[Output], on_output: Callable[[str], None] | None = None) -> Analysis:
    """Every table of an analysis.

    Args:
        design: what was run.
        outputs: of the runs, one after the other.
        on_output: called with the name of each before it is analysed.

    Raises:
        TooManyFailed: more of the design failed than `noise.RULE` allows.
    """
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in COLUMNS}
    noise = []
    for output in outputs:
        if on_output is not None:
            on_output(output.name)
        failed = check_failed(output)
        noise.append(
            (
                *_key(output),
                int(output.whole.sum()),
                failed,
                output.values.shape[1],
                output.run_noise**0.5,
                output.noise_share if design.method not in SHARE_CHANCE else float("nan"),
            )
        )
        for name, table in _analysed(design, output).items():
            parts[name].append(_with_key(table, output))
    columns = [*KEYS, "points", "failed", "runs", "sd_of_a_run", "noise_share"]
    joined = {name: _joined(tables, COLUMNS[name]) for name, tables in parts.items()}
    return Analysis(design, tuple(outputs), noise=pd.DataFrame(noise, columns=columns), **joined)


def emulated(design: Design, output: Output) -> Emulated:
    """An emulator of an output: tested on points that took no part, then fitted to all of them.

    Leaving one out keeps hyper-parameters that saw all points, and is too kind where there are many inputs and much
    noise; so an emulator that foretells unseen runs worse than their average would is not used, whatever it says.
    """
    inputs = design.inputs
    low, high = inputs.ends()
    at = inputs.coordinates(design.shares)
    seen, unseen = output.whole & ~design.held_out, output.whole & design.held_out

    def fitted(chosen: NDArray[np.bool_]) -> Emulator:
        return fit(
            at[chosen], output.mean[chosen], noise_variance=output.mean_noise, lower=low, upper=high, seed=design.seed
        )

    emulator, tests = fitted(seen), {}
    if unseen.sum() >= 2:
        tests["unseen runs"] = held_out(emulator, at[unseen], output.mean[unseen], output.mean_noise)
        emulator = fitted(output.whole)
    tests["leave one out"] = leave_one_out(emulator)
    judged = next((one for one in tests.values() if one.too_sure), tests["leave one out"])
    if judged.usable and "unseen runs" in tests:
        by_average = float(np.mean((output.mean[unseen] - output.mean[seen].mean()) ** 2))
        if tests["unseen runs"].rmse ** 2 > by_average:
            return Emulated(emulator, tests, False, WORSE_THAN_AVERAGE)
    return Emulated(emulator, tests, judged.usable and not judged.too_sure, judged.why)


def _analysed(design: Design, output: Output) -> dict[str, pd.DataFrame]:
    match design.method:
        case "morris":
            return _plain(design, output, morris_effects, design.samples)
        case "pawn":
            return _plain(design, output, pawn_distances, int(output.whole.sum()))
        case "delta":
            return _plain(design, output, delta_shifts, int(output.whole.sum()))
        case "preview":
            return _one_at_a_time(design, output)
    return _sobol_direct(design, output) if design.direct else _sobol_emulated(design, output)


def _plain(
    design: Design, output: Output, analysis: Callable[[Design, Output, int | None], pd.DataFrame], most: int
) -> dict[str, pd.DataFrame]:
    counts = sorted({max(4, round(part * most)) for part in FRACTIONS})
    settling = [analysis(design, output, count).assign(points=count) for count in counts]
    return {"indices": analysis(design, output, None), "convergence": _settling(settling)}


def _sobol_direct(design: Design, output: Output) -> dict[str, pd.DataFrame]:
    found = directly(design, output)
    bases = [design.samples // part for part in (4, 2, 1) if design.samples // part >= 8]
    settling = [
        directly(design, output, base).table.assign(points=base * (len(design) // design.samples)) for base in bases
    ]
    rows = _seed_share(output, found.variance)
    inputs_share = 1.0 - rows[0][1]
    rows.append((_both(design.inputs), inputs_share, 1.0 - rows[0][3], 1.0 - rows[0][2]))
    return {"indices": found.table, "convergence": _settling(settling), "shares": _shares(rows)}


def _sobol_emulated(design: Design, output: Output) -> dict[str, pd.DataFrame]:
    stand_in = emulated(design, output)
    tables = {"emulators": _tests(stand_in)}
    if not stand_in.usable:
        return tables
    found = through_emulator(stand_in.emulator, design.inputs, design.seed)
    counts = sorted(
        {max(len(design.inputs.every) + 3, round(part * len(stand_in.emulator.outputs))) for part in FRACTIONS}
    )
    settling = [
        through_emulator(_first(stand_in.emulator, count), design.inputs, design.seed, paths=0).table.assign(
            points=count
        )
        for count in counts
    ]
    shares = _shares(_sources(stand_in.emulator, design, output, found))
    ends = _ends(stand_in.emulator, design.inputs, design.seed)
    return {**tables, "indices": found.table, "convergence": _settling(settling), "shares": shares, "ends": ends}


def _ends(emulator: Emulator, inputs: Inputs, seed: int) -> pd.DataFrame:
    """What an emulator expects with one input at either end and the others as they may be."""
    others = np.random.default_rng(seed).random((OTHERS, len(inputs.every)))
    rows = []
    for place, one in enumerate(inputs.every):
        found = []
        for share in ENDS:
            others[:, place] = share
            at = inputs.coordinates(correlated_shares(others, inputs.correlation))
            found.append(float(emulator.predict(at).mean.mean()))
        rows.append((one.name, *found, one.law.value(ENDS[0]), one.law.value(ENDS[1])))
        others[:, place] = np.random.default_rng(seed + place + 1).random(OTHERS)
    return pd.DataFrame(rows, columns=list(COLUMNS["ends"]))


def _one_at_a_time(design: Design, output: Output) -> dict[str, pd.DataFrame]:
    """A preview: the middle first, then each input at its low and its high end."""
    rows = []
    for place, one in enumerate(design.inputs.every):
        at = output.mean[1 + 2 * place : 3 + 2 * place]
        rows.append((one.name, float(at[0]), float(at[1]), one.law.value(ENDS[0]), one.law.value(ENDS[1])))
    return {"ends": pd.DataFrame(rows, columns=list(COLUMNS["ends"]))}


def _first(emulator: Emulator, count: int) -> Emulator:
    """An emulator that knows the first points only."""
    return replace(
        emulator, inputs=emulator.inputs[:count], outputs=emulator.outputs[:count], noise=emulator.noise[:count]
    )


def _sources(
    emulator: Emulator, design: Design, output: Output, found: SobolIndices
) -> list[tuple[str, float, float, float]]:
    """Assumptions, structure, both together, and chance, as shares of the variance of single runs."""
    rows = _seed_share(output, found.variance)
    left = 1.0 - rows[0][1]
    kinds = [_kind(one.grade) for one in design.inputs.every]
    if STRUCTURE not in kinds or ASSUMPTIONS not in kinds:
        rows.append((_both(design.inputs), left, 1.0 - rows[0][3], 1.0 - rows[0][2]))
        return rows
    every = tuple(replace(one, group=kind) for one, kind in zip(design.inputs.every, kinds, strict=True))
    grouped = through_emulator(emulator, replace(design.inputs, every=every), design.seed).table
    own = {str(row["input"]): row for row in grouped[grouped["index"] == FIRST].to_dict("records")}
    for kind in (ASSUMPTIONS, STRUCTURE):
        value, low, high = (left * float(own[kind][end]) for end in ("value", "low", "high"))
        rows.append((kind, value, low, high))
    rows.append((TOGETHER, 1.0 - sum(row[1] for row in rows), float("nan"), float("nan")))
    return rows


def _seed_share(output: Output, variance: float) -> list[tuple[str, float, float, float]]:
    """The share of chance; its interval is that of a variance known from so many runs."""
    from scipy.stats import chi2

    freedom = int(output.whole.sum()) * (output.values.shape[1] - 1)
    ends = [output.run_noise * freedom / float(chi2.ppf(end, freedom)) for end in (0.975, 0.025)]
    total = variance + output.run_noise
    if total <= 0.0:
        return [(CHANCE, 0.0, 0.0, 0.0)]
    low, high = (end / (variance + end) for end in ends)
    return [(CHANCE, output.run_noise / total, low, high)]


def _both(inputs: Inputs) -> str:
    """What all inputs are called together."""
    kinds = {_kind(one.grade) for one in inputs.every} - {DUMMY}
    return TOGETHER if len(kinds) > 1 else kinds.pop()


def _kind(grade: str) -> str:
    return grade if grade in (STRUCTURE, DUMMY) else ASSUMPTIONS


def _shares(rows: Sequence[tuple[str, float, float, float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS["shares"]))


def _tests(one: Emulated) -> pd.DataFrame:
    rows = [
        (name, test.points, test.coverage, test.rmse, test.q2, test.explained, one.usable, one.why)
        for name, test in one.tests.items()
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS["emulators"]))


def _settling(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([table[list(COLUMNS["convergence"])] for table in tables], ignore_index=True)


def _key(output: Output) -> tuple[str, str, str]:
    return output.measure, output.of, output.period


def _with_key(table: pd.DataFrame, output: Output) -> pd.DataFrame:
    for place, (name, value) in enumerate(zip(KEYS, _key(output), strict=True)):
        table.insert(place, name, value)
    return table


def _joined(tables: Sequence[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=[*KEYS, *columns])


def design_table(design: Design, outputs: Sequence[Output]) -> pd.DataFrame:
    """The one tidy table: a row for each point and output, with the values of all inputs.

    Columns: point; use ("fit" or "test"); first_run; measure, of, period; mean, noise_variance (of the mean), runs
    (whole ones), left_out; then each input's value.
    """
    shares = design.shares
    frames = []
    at = pd.DataFrame([design.inputs.values(row) for row in shares])
    for output in outputs:
        frame = pd.DataFrame(
            {
                "point": np.arange(1, len(design) + 1),
                "use": np.where(design.held_out, "test", "fit"),
                "first_run": design.first_run + 1,
                "measure": output.measure,
                "of": output.of,
                "period": output.period,
                "mean": output.mean,
                "noise_variance": output.mean_noise,
                "runs": np.isfinite(output.values).sum(axis=1),
                "left_out": ~output.whole,
            }
        )
        frames.append(pd.concat([frame, at], axis=1))
    return pd.concat(frames, ignore_index=True)
