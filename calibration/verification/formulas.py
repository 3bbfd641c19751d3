"""Exact results of queueing theory that the engines are held to. Rates and times are in one unit, whichever it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
MOST_STATES = 4000
MARKOV_SIZE = 60


def erlang_b(servers: int, load: float) -> float:
    """Chance that all servers are taken where nobody waits; the law of service does not matter."""
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """Chance of waiting where everybody waits, with exponential service."""
    blocked = erlang_b(servers, load)
    return blocked / (1.0 - load / servers * (1.0 - blocked))


def wait_of_queue(rate: float, service_rate: float, servers: int) -> float:
    """Mean wait of M/M/c."""
    return erlang_c(servers, rate / service_rate) / (servers * service_rate - rate)


def waits_longer(rate: float, service_rate: float, servers: int, time: float) -> float:
    """Share of M/M/c's customers who wait longer than a time."""
    return erlang_c(servers, rate / service_rate) * math.exp(-(servers * service_rate - rate) * time)


def beds_for(load: float, refused: float) -> int:
    """Fewest beds at which at most a share of arrivals is refused."""
    beds = 0
    while erlang_b(beds, load) > refused:
        beds += 1
    return beds


def load_for_use(beds: int, use: float) -> float:
    """Load at which beds that refuse when full are used to a given share."""
    low, high = 0.0, 1000.0 * beds
    for _ in range(200):
        middle = 0.5 * (low + high)
        if middle * (1.0 - erlang_b(beds, middle)) < use * beds:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def pollaczek_khinchine(rate: float, mean: float, squared_variation: float) -> float:
    """Mean wait of M/G/1."""
    use = rate * mean
    return use * mean * (1.0 + squared_variation) / (2.0 * (1.0 - use))


def cobham_one_server(rates: Sequence[float], service_rates: Sequence[float]) -> list[float]:
    """Mean waits of classes in order of priority, nobody interrupted, one server with exponential service."""
    residual = sum(rate / service**2 for rate, service in zip(rates, service_rates, strict=True))
    loads = np.cumsum([rate / service for rate, service in zip(rates, service_rates, strict=True)]).tolist()
    before = [0.0, *loads[:-1]]
    return [residual / ((1.0 - higher) * (1.0 - own)) for higher, own in zip(before, loads, strict=True)]


def cobham_several_servers(rates: Sequence[float], service_rate: float, servers: int) -> list[float]:
    """The same with several servers and equal service."""
    base = erlang_c(servers, sum(rates) / service_rate) / (servers * service_rate)
    loads = (np.cumsum(rates) / (servers * service_rate)).tolist()
    before = [0.0, *loads[:-1]]
    return [base / ((1.0 - higher) * (1.0 - own)) for higher, own in zip(before, loads, strict=True)]


def preemptive_resume(rates: Sequence[float], service_rate: float) -> list[float]:
    """Mean time in the system of classes in order of priority, who interrupt each other; M/M/1, equal service."""
    loads = (np.cumsum(rates) / service_rate).tolist()
    before = [0.0, *loads[:-1]]
    found = []
    for higher, own in zip(before, loads, strict=True):
        residual = own / service_rate
        found.append((1.0 / service_rate * (1.0 - own) + residual) / ((1.0 - higher) * (1.0 - own)))
    return found


@dataclass(frozen=True)
class Wave:
    """Mean number present where arrivals swing as a sine: level, size of the swing, and how far it lags behind."""

    level: float
    amplitude: float
    lag: float


def wave_of_exponential(base: float, swing: float, period: float, service_rate: float) -> Wave:
    """M(t)/M/infinity with arrivals base + swing sin(2 pi t / period)."""
    pace = 2.0 * math.pi / period
    amplitude = swing / math.hypot(service_rate, pace)
    return Wave(base / service_rate, amplitude, math.atan(pace / service_rate) / pace)


def wave_of_constant(base: float, swing: float, period: float, length: float) -> Wave:
    """M(t)/D/infinity with the same arrivals."""
    pace = 2.0 * math.pi / period
    return Wave(base * length, swing * abs(2.0 * math.sin(pace * length / 2.0) / pace), length / 2.0)


def filling_up(rate: float, service_rate: float, time: float) -> float:
    """Mean number in M/M/infinity some time after it was empty."""
    return rate / service_rate * (1.0 - math.exp(-service_rate * time))


@dataclass(frozen=True)
class OpenNetwork:
    """Jackson's open network: flows and mean numbers at each station."""

    flows: tuple[float, ...]
    numbers: tuple[float, ...]


def jackson(
    outside: Sequence[float], ways: Sequence[Sequence[float]], service_rates: Sequence[float], servers: Sequence[int]
) -> OpenNetwork:
    """Flows solve the traffic equations; each station is then an M/M/c of its own."""
    matrix = np.eye(len(outside)) - np.array(ways, np.float64).T
    flows = np.linalg.solve(matrix, np.array(outside, np.float64)).tolist()
    numbers = [
        flow * (wait_of_queue(flow, rate, count) + 1.0 / rate)
        for flow, rate, count in zip(flows, service_rates, servers, strict=True)
    ]
    return OpenNetwork(tuple(flows), tuple(numbers))


@dataclass(frozen=True)
class Tandem:
    """Two stations with blocking after service: mean numbers, and the chance that the first is blocked."""

    first: float
    second: float
    blocked: float
    throughput: float


def tandem(rate: float, first_rate: float, second_rate: float, room: int, most: int) -> Tandem:
    """One server at each station; the second holds `room` in all, and before the first there is room for `most`.

    Solved as a Markov chain of (at the first, at the second, whether the first is blocked).
    """
    states = [(i, j, 0) for i in range(most + 1) for j in range(room + 1)]
    states += [(i, room, 1) for i in range(1, most + 1)]
    index = {state: position for position, state in enumerate(states)}
    moves = np.zeros((len(states), len(states)))
    for i, j, is_blocked in states:
        here = index[i, j, is_blocked]
        if i < most:
            moves[here, index[i + 1, j, is_blocked]] += rate
        if i and not is_blocked:
            moves[here, index[(i - 1, j + 1, 0) if j < room else (i, j, 1)]] += first_rate
        if j:
            moves[here, index[(i - 1, room, 0) if is_blocked else (i, j - 1, 0)]] += second_rate
    chances = _steady(moves)
    first, second, blocked = (
        float(sum(chances[index[state]] * state[part] for state in states)) for part in range(3)
    )
    busy = float(sum(chances[index[state]] for state in states if state[1]))
    return Tandem(first, second, blocked, second_rate * busy)


def saturated_tandem(service_rate: float, room: int) -> float:
    """Throughput where the first station always has somebody waiting, equal rates."""
    return service_rate * (room + 1) / (room + 2)


def birth_and_death(up: Sequence[float], down: Sequence[float]) -> list[float]:
    """Long-run chances of 0, 1, 2, ... present, from the rates of coming (from each) and going (to each)."""
    weights = [1.0]
    for rate_up, rate_down in zip(up, down, strict=True):
        weights.append(weights[-1] * rate_up / rate_down)
    total = math.fsum(weights)
    return [weight / total for weight in weights]


def finite_population(people: int, servers: int, away: float, service: float) -> list[float]:
    """Chances of 0, 1, ... at the servers, of people who each come back after a mean time away (machine repair)."""
    up = [(people - n) / away for n in range(people)]
    down = [min(n, servers) / service for n in range(1, people + 1)]
    return birth_and_death(up, down)


def with_patience(rate: float, service_rate: float, servers: int, patience_rate: float) -> list[float]:
    """Chances of 0, 1, 2, ... present in Erlang A: those who wait give up at a rate each."""
    most = 40 * servers + 200
    down = [min(n, servers) * service_rate + max(n - servers, 0) * patience_rate for n in range(1, most + 1)]
    return birth_and_death([rate] * most, down)


@dataclass(frozen=True)
class Selected:
    """People chosen for what happened to them in one year, and what happens to them in the next."""

    share: float
    before: float
    after: float

    @property
    def change(self) -> float:
        """Relative change with no intervention: regression to the mean."""
        return self.after / self.before - 1.0


def regression_to_the_mean(shape: float, mean: float, at_least: int) -> Selected:
    """People with gamma rates and Poisson counts, chosen for a count of at least so many in a year."""
    counts = np.arange(MOST_STATES)
    chance = stats.nbinom.pmf(counts, shape, shape / (shape + mean))
    chosen = counts >= at_least
    share = float(chance[chosen].sum())
    before = float((counts * chance)[chosen].sum()) / share
    after = float(((shape + counts) / (shape / mean + 1.0) * chance)[chosen].sum()) / share
    return Selected(share, before, after)


def present_value(yearly: float, years: int, rate: float, at_start: bool) -> float:
    """Value now of equal yearly sums, paid at the start or the end of each year."""
    first = 0 if at_start else 1
    return sum(yearly / (1.0 + rate) ** (first + year) for year in range(years))


def _steady(moves: Floats) -> Floats:
    """Long-run chances of a Markov chain from its rates."""
    rates = moves.copy()
    np.fill_diagonal(rates, 0.0)
    np.fill_diagonal(rates, -rates.sum(axis=1))
    system = rates.T.copy()
    system[-1] = 1.0
    target = np.zeros(len(rates))
    target[-1] = 1.0
    return np.asarray(np.linalg.solve(system, target), np.float64)
