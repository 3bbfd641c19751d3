"""Models whose indices are known exactly, run with added noise of a known size."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from calibration.sensitivity.designs import Design, Ints
from calibration.sensitivity.inputs import Input, Inputs
from calibration.sensitivity.laws import Floats, Law
from calibration.sensitivity.noise import Output

Model = Callable[[Floats], Floats]


def inputs_of(laws: Mapping[str, Law], groups: Mapping[str, str] | None = None) -> Inputs:
    """Inputs of a model that is no scenario."""
    return Inputs.of(
        [Input(name, law, (name,), (groups or {}).get(name, name), "assumption") for name, law in laws.items()]
    )


def run(design: Design, model: Model, noise_sd: float, measure: str = "toy") -> Output:
    """The model at each point of a design; noise depends on nothing but the number of the run."""
    names = design.inputs.names[:-1]
    values = np.array([[design.inputs.values(row)[name] for name in names] for row in design.shares])
    chance = [noise_sd * _noise(design.first_run + run) for run in range(design.runs)]
    return Output(measure, "level", "", np.column_stack([model(values) + each for each in chance]))


def ishigami(x: Floats) -> Floats:
    """Ishigami and Homma's function with a = 7 and b = 0.1."""
    return np.asarray(np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))


def ishigami_indices() -> dict[str, tuple[float, float]]:
    """Name to first order and total."""
    v1 = 0.5 * (1.0 + 0.1 * np.pi**4 / 5.0) ** 2
    v2, v13 = 49.0 / 8.0, 0.01 * np.pi**8 * (1.0 / 18.0 - 1.0 / 50.0)
    total = v1 + v2 + v13
    return {"a": (v1 / total, (v1 + v13) / total), "b": (v2 / total, v2 / total), "c": (0.0, v13 / total)}


def sobol_g(coefficients: Sequence[float]) -> Model:
    """Sobol's G function, with a kink in the middle of each input."""
    a = np.asarray(coefficients)
    return lambda x: np.asarray(((np.abs(4.0 * x - 2.0) + a) / (1.0 + a)).prod(axis=1))


def sobol_g_indices(coefficients: Sequence[float]) -> tuple[Floats, Floats]:
    """First order and total."""
    own = 1.0 / (3.0 * (1.0 + np.asarray(coefficients)) ** 2)
    total = float(np.prod(1.0 + own)) - 1.0
    rest = np.array([np.prod(1.0 + np.delete(own, place)) for place in range(len(own))])
    return own / total, own * rest / total


def _noise(numbers: Ints) -> Floats:
    return np.array([np.random.default_rng([7, int(number)]).standard_normal() for number in numbers])
