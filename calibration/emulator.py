"""A tested stand-in for the simulation: a Gaussian process that says how sure it is.

    emulator = fit(inputs, outputs, noise_variance=noise, lower=low, upper=high)
    found = leave_one_out(emulator)          # in emulator_check: found.usable, found.why
    prediction = emulator.predict(points)    # mean and variance of what many runs would average to

One emulator speaks for one output. Outputs are a straight line in the inputs plus a smooth departure from it, if the
departure explains more than its parameters cost (Akaike): else it would take noise for a function. The line
is part of the process itself, with a vague prior, so that its own uncertainty is in every variance. Noise is given for
each design point, or fitted as one figure for all; predicted variances are of the mean without noise. Nothing here
knows the care model: any table of inputs and outputs will do.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

Floats = NDArray[np.float64]
Shape = Literal["smooth", "rougher"]
SHAPES: Final[tuple[Shape, ...]] = ("smooth", "rougher")
"""Squared exponential, and Matern 5/2, which has only two derivatives. The likelier of the two is taken."""

LINE_VARIANCE: Final = 100.0
"""Prior variance of intercept and slopes; outputs have variance 1 and inputs run from -1 to 1: as good as flat."""
JITTER: Final = 1e-6
"""Added to the variance of each output, of variance 1, to keep matrices invertible: a thousandth of its spread."""
LENGTHS: Final = (0.3, 30.0)
"""Limits of a length scale. An input whose scale meets the upper one acts in a straight line or not at all; what
changes over less than the lower one, 15 % of an input's range, is noise to any design that we can pay for."""
SIGNALS: Final = (1e-5, 1e2)
NOISES: Final = (1e-6, 2.0)
WIDEN_LIMIT, WIDEN_STEPS = float(np.log(30.0)), 7
"""Most that the variance of the departure is raised, as a logarithm, and halvings in which it is found."""
CHUNK: Final = 4096
FEATURES: Final = 2048
FORMAT: Final = "caresim emulator 1"


class Kernel(Protocol):
    """The covariance of outputs, as scikit-learn's kernels give it."""

    def __call__(self, left: Floats, right: Floats | None = None) -> Floats:
        """(left points, right points) covariances."""

    def diag(self, points: Floats) -> Floats:
        """(points,) variances."""

    def __add__(self, other: object) -> Kernel:
        """The kernel of a sum."""


@dataclass(frozen=True)
class Prediction:
    """What an emulator expects at some points, in the units of the outputs.

    Attributes:
        mean: (points,) expected mean output.
        variance: (points,) how unsure the emulator is of that mean. The noise of single runs is not in it.
    """

    mean: Floats
    variance: Floats


@dataclass(frozen=True)
class Emulator:
    """A fitted Gaussian process. Made by `fit`; arrays are in scaled units and are not meant to be read.

    Attributes:
        lower: (inputs,) where each input begins; with `upper` it scales inputs to -1 to 1.
        upper: (inputs,) where each input ends.
        inputs: (design points, inputs) scaled.
        outputs: (design points,) scaled to mean 0 and variance 1, after the logarithm if there is one.
        noise: (design points,) noise variance of each output, in the same scale.
        log: whether the logarithm of the output is modelled.
        centre: mean of the outputs before scaling.
        scale: standard deviation of the outputs before scaling.
        shape: kind of smoothness.
        signal_variance: variance of the departure from the line.
        length_scales: (inputs,) how far an input must move, in scaled units, before the departure is another one.
    """

    lower: Floats
    upper: Floats
    inputs: Floats
    outputs: Floats
    noise: Floats
    log: bool
    centre: float
    scale: float
    shape: Shape
    signal_variance: float
    length_scales: Floats

    def predict(self, points: ArrayLike) -> Prediction:
        """Mean and variance of the output without noise at (points, inputs), in units of the inputs."""
        return self._in_units(*self.foretold(self.scaled(points)))

    def foretold(self, scaled: Floats) -> tuple[Floats, Floats]:
        """As `predict`, at scaled points and in the scale of the design's outputs."""
        mean, variance = np.empty(len(scaled)), np.empty(len(scaled))
        with one_thread():
            for part in _chunks(len(scaled)):
                between = self.kernel(scaled[part], self.inputs)
                mean[part] = between @ self.weights
                shrunk = solve(self.factor, between.T)
                variance[part] = self.kernel.diag(scaled[part]) - np.einsum("ij,ji->i", between, shrunk)
        return mean, np.maximum(variance, 0.0)

    def paths(self, points: ArrayLike, count: int, seed: int) -> Floats:
        """Whole functions that the emulator holds possible, (count, points), in the units of the outputs.

        Figures worked out from each of them, such as Sobol indices, differ by the emulator's error. A path of the
        prior, made of random waves, is corrected by what it gets wrong at the design points (Wilson and others, 2020,
        "Efficiently sampling functions from Gaussian process posteriors"). A seed gives the same paths at any points.
        """
        scaled, rng = self.scaled(points), np.random.default_rng(seed)
        waves = _Waves.draw(self, count, rng)
        noise = np.sqrt(self.noise + JITTER)[:, None] * rng.standard_normal((len(self.inputs), count))
        found = np.empty((count, len(scaled)))
        with one_thread():
            correction = solve(self.factor, self.outputs[:, None] - waves(self.inputs) - noise)
            for part in _chunks(len(scaled)):
                found[:, part] = (waves(scaled[part]) + self.kernel(scaled[part], self.inputs) @ correction).T
        raw = self.centre + self.scale * found
        return np.exp(raw) if self.log else raw

    def save(self, path: Path) -> None:
        """Writes the emulator as JSON, which `restore` reads; predictions are then the same to the last digit."""
        path.write_text(json.dumps(self.document(), allow_nan=False), encoding="utf-8")

    def document(self) -> dict[str, Any]:
        """The emulator as plain numbers, lists and words."""
        fields = {name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in self._fields()}
        return {"format": FORMAT, **fields}

    def _fields(self) -> Iterator[tuple[str, Any]]:
        return ((name, getattr(self, name)) for name in self.__dataclass_fields__)

    def scaled(self, points: ArrayLike) -> Floats:
        """Points with every input from -1 to 1.

        Raises:
            ValueError: the table has another number of columns than the design.
        """
        given = np.asarray(points, dtype=np.float64)
        if given.ndim != 2 or given.shape[1] != len(self.lower):
            raise ValueError(f"points must be a table of {len(self.lower)} columns, found shape {given.shape}")
        return _scale(given, self.lower, self.upper)

    def _in_units(self, mean: Floats, variance: Floats) -> Prediction:
        mean, variance = self.centre + self.scale * mean, self.scale**2 * variance
        if not self.log:
            return Prediction(mean, variance)
        natural = np.exp(mean + variance / 2.0)
        return Prediction(natural, natural**2 * np.expm1(variance))

    @property
    def is_straight(self) -> bool:
        """Whether it is a line: no departure from it earned its parameters."""
        return bool((self.length_scales >= LENGTHS[1]).all())

    @cached_property
    def kernel(self) -> Kernel:
        """Covariance of the outputs without noise, at scaled points."""
        return _line() + _departure(self.shape, self.signal_variance, self.length_scales)

    @cached_property
    def factor(self) -> Floats:
        """Lower Cholesky factor of the covariance of the design's outputs, noise included."""
        with one_thread():
            covariance = self.kernel(self.inputs) + np.diag(self.noise + JITTER)
            return np.asarray(np.linalg.cholesky(covariance), np.float64)

    @cached_property
    def weights(self) -> Floats:
        """(design points,) what each adds to a prediction, times its covariance with the point."""
        return solve(self.factor, self.outputs)


@dataclass(frozen=True)
class _Waves:
    """Paths of the prior: random lines plus many random cosine waves whose covariance is the kernel's."""

    slopes: Floats
    frequencies: Floats
    phases: Floats
    heights: Floats

    @classmethod
    def draw(cls, emulator: Emulator, count: int, rng: np.random.Generator) -> _Waves:
        inputs = len(emulator.lower)
        frequencies = rng.standard_normal((inputs, FEATURES)) / emulator.length_scales[:, None]
        if emulator.shape == "rougher":
            frequencies /= np.sqrt(rng.chisquare(5.0, FEATURES) / 5.0)
        size = np.sqrt(2.0 * emulator.signal_variance / FEATURES)
        return cls(
            slopes=np.sqrt(LINE_VARIANCE) * rng.standard_normal((inputs + 1, count)),
            frequencies=frequencies,
            phases=rng.uniform(0.0, 2.0 * np.pi, FEATURES),
            heights=size * rng.standard_normal((FEATURES, count)),
        )

    def __call__(self, points: Floats) -> Floats:
        """(points, paths) at scaled points."""
        line = self.slopes[0] + points @ self.slopes[1:]
        found: Floats = line + np.cos(points @ self.frequencies + self.phases) @ self.heights
        return found


def fit(
    inputs: ArrayLike,
    outputs: ArrayLike,
    *,
    noise_variance: ArrayLike | None = None,
    lower: ArrayLike | None = None,
    upper: ArrayLike | None = None,
    log: bool = False,
    restarts: int = 1,
    seed: int = 0,
) -> Emulator:
    """Fits an emulator to a design.

    Args:
        inputs: (design points, inputs), at least two points more than inputs.
        outputs: (design points,) the output at each, a single run or a mean of runs.
        noise_variance: (design points,) or one figure: variance of each output over seeds, in its units. None: it is
            fitted as one figure for all points. Means of different numbers of runs must come with their variances.
        lower: (inputs,) least value of each input; None: the design's.
        upper: (inputs,) largest value.
        log: model the logarithm of the outputs, which must be above zero; right for counts.
        restarts: times that the fit is begun anew from random places, for each shape.
        seed: of those places.

    Raises:
        ValueError: the tables do not match, hold what is no number, or are too few; or a logarithm of zero or less.
    """
    design, raw, noise = checked_design(inputs, outputs, noise_variance)
    if log:
        if (raw <= 0).any():
            raise ValueError("the logarithm of an output needs outputs above zero")
        noise = None if noise is None else noise / raw**2
        raw = np.log(raw)
    low = design.min(0) if lower is None else np.asarray(lower, np.float64)
    high = design.max(0) if upper is None else np.asarray(upper, np.float64)
    scale = float(raw.std()) or 1.0
    scaled, centre = _scale(design, low, high), float(raw.mean())
    given = None if noise is None else noise / scale**2
    fitted = [_likeliest(shape, scaled, (raw - centre) / scale, given, restarts, seed) for shape in SHAPES]
    shape, signal, lengths, extra, likelihood = max(fitted, key=lambda one: one[-1])
    straight, noise_about_it = _straight(scaled, (raw - centre) / scale, given)
    if likelihood - straight <= 1 + len(lengths):
        signal, lengths, extra = SIGNALS[0], np.full(len(lengths), LENGTHS[1]), noise_about_it
    per_point = np.full(len(raw), extra) if given is None else given
    found = Emulator(low, high, scaled, (raw - centre) / scale, per_point, log, centre, scale, shape, signal, lengths)
    return _as_unsure_as_its_errors(found)


def left_out(emulator: Emulator) -> tuple[Floats, Floats]:
    """Errors at design points foretold from all others, hyper-parameters kept, and their variances, in scaled units."""
    with one_thread():
        variance = 1.0 / np.diag(solve(emulator.factor, np.eye(len(emulator.outputs))))
    return emulator.weights * variance, variance


def _as_unsure_as_its_errors(emulator: Emulator) -> Emulator:
    """Raises the variance of the departure until leave-one-out errors are no larger than foretold, on average.

    The likeliest variance takes the length scales for known and is too sure of itself where these are not.
    """
    low, high = 0.0, WIDEN_LIMIT
    if _mean_square(emulator) <= 1.0:
        return emulator
    for _ in range(WIDEN_STEPS):
        middle = (low + high) / 2.0
        wider = replace(emulator, signal_variance=emulator.signal_variance * float(np.exp(middle)))
        low, high = (middle, high) if _mean_square(wider) > 1.0 else (low, middle)
    return replace(emulator, signal_variance=emulator.signal_variance * float(np.exp(high)))


def _mean_square(emulator: Emulator) -> float:
    error, variance = left_out(emulator)
    return float((error**2 / variance).mean())


def restore(source: Path | Mapping[str, Any]) -> Emulator:
    """Reads back what `save` or `document` wrote.

    Raises:
        ValueError: it is not an emulator's document.
    """
    document = json.loads(source.read_text(encoding="utf-8")) if isinstance(source, Path) else dict(source)
    if document.pop("format", None) != FORMAT:
        raise ValueError(f"not an emulator: the document does not say {FORMAT!r}")
    fields: dict[str, Any] = {n: np.array(value) if isinstance(value, list) else value for n, value in document.items()}
    return Emulator(**fields)


def _likeliest(
    shape: Shape, inputs: Floats, outputs: Floats, noise: Floats | None, restarts: int, seed: int
) -> tuple[Shape, float, Floats, float, float]:
    """Shape, signal variance, length scales, fitted noise (0 where it was given) and the log likelihood."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import WhiteKernel

    kernel = _line() + _departure(shape, 1.0, np.full(inputs.shape[1], 2.0))
    if noise is None:
        kernel = kernel + WhiteKernel(0.1, NOISES)
    process = GaussianProcessRegressor(
        kernel,
        alpha=JITTER if noise is None else noise + JITTER,
        n_restarts_optimizer=restarts,
        random_state=seed,
    )
    with one_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        process.fit(inputs, outputs)
    found = process.kernel_
    extra = float(found.k2.noise_level) if noise is None else 0.0
    departure = (found.k1 if noise is None else found).k2
    lengths = np.atleast_1d(np.asarray(departure.k2.length_scale, np.float64))
    likelihood = float(process.log_marginal_likelihood_value_)
    return shape, float(departure.k1.constant_value), lengths, extra, likelihood


def _straight(inputs: Floats, outputs: Floats, noise: Floats | None) -> tuple[float, float]:
    """Log likelihood of a line without a departure, and the noise about it (0 where it was given)."""
    from scipy.optimize import minimize_scalar
    from scipy.stats import multivariate_normal

    with one_thread():
        line = np.asarray(_line()(inputs))
        if noise is not None:
            law = multivariate_normal(np.zeros(len(outputs)), line + np.diag(noise + JITTER), allow_singular=True)
            return float(law.logpdf(outputs)), 0.0
        variances, directions = np.linalg.eigh(line)
        squares = (directions.T @ outputs) ** 2
        variances = np.maximum(variances, 0.0)

        def unlikely(log_noise: float) -> float:
            whole = variances + np.exp(log_noise)
            return 0.5 * float((squares / whole + np.log(2.0 * np.pi * whole)).sum())

        found = minimize_scalar(unlikely, bounds=tuple(np.log(NOISES)), method="bounded")
    return -float(found.fun), float(np.exp(found.x))


def _line() -> Kernel:
    from sklearn.gaussian_process.kernels import ConstantKernel, DotProduct

    return cast(Kernel, ConstantKernel(LINE_VARIANCE, "fixed") * DotProduct(1.0, "fixed"))


def _departure(shape: Shape, signal: float, lengths: Floats) -> Kernel:
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, Matern

    form = RBF(lengths, LENGTHS) if shape == "smooth" else Matern(lengths, LENGTHS, nu=2.5)
    return cast(Kernel, ConstantKernel(signal, SIGNALS) * form)


def checked_design(
    inputs: ArrayLike, outputs: ArrayLike, noise_variance: ArrayLike | None, least: int | None = None
) -> tuple[Floats, Floats, Floats | None]:
    """The three as arrays that match.

    Raises:
        ValueError: they do not, hold what is no number, or are fewer than `least` (None: two more than inputs).
    """
    design, raw = np.asarray(inputs, np.float64), np.asarray(outputs, np.float64)
    if design.ndim != 2 or raw.shape != (len(design),):
        raise ValueError(f"inputs must be a table and outputs one column as long: found {design.shape} and {raw.shape}")
    needed = design.shape[1] + 2 if least is None else least
    if len(raw) < needed:
        raise ValueError(f"{design.shape[1]} inputs need at least {needed} points, found {len(raw)}")
    if not (np.isfinite(design).all() and np.isfinite(raw).all()):
        raise ValueError("inputs and outputs must be finite: leave failed runs out first")
    if noise_variance is None:
        return design, raw, None
    noise = np.broadcast_to(np.asarray(noise_variance, np.float64), raw.shape)
    if not np.isfinite(noise).all() or (noise < 0).any():
        raise ValueError("a noise variance must be a number of zero or more")
    return design, raw, noise


def _scale(values: Floats, lower: Floats, upper: Floats) -> Floats:
    width = np.where(upper > lower, upper - lower, 1.0)
    return 2.0 * (values - lower) / width - 1.0


def solve(factor: Floats, right: Floats) -> Floats:
    """What a covariance, given by its lower Cholesky factor, must be multiplied by to give `right`."""
    from scipy.linalg import cho_solve

    return np.asarray(cho_solve((factor, True), right))


def _chunks(points: int) -> Iterator[slice]:
    return (slice(start, start + CHUNK) for start in range(0, points, CHUNK))


def one_thread() -> AbstractContextManager[object]:
    """Linear algebra on one core: the last digits of a sum must not depend on how many cores are free."""
    return cast(AbstractContextManager[object], _threads().limit(limits=1))


@cache
def _threads() -> ThreadpoolController:
    """What holds libraries to some threads; finding them takes longer than most predictions, so it is done once."""
    import scipy.linalg  # noqa: F401 - loaded before libraries are looked for
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
