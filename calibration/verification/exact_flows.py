"""Exact cases V8-V10 and V15: arrivals that swing, filling up, feedback, and blocking."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from calibration.verification import formulas, texts
from calibration.verification.cases import ONLY, Case, Check, Estimate, Trials, measured
from calibration.verification.formulas import Wave
from calibration.verification.texts import CONSTANT, EXPONENTIAL, SERVICE
from outputs.network_counts import present_at
from simulation.calendar import SECONDS_PER_DAY, SECONDS_PER_HOUR
from simulation.stays import NEVER

SINE = "M(t)/G/infinity: m(t) = E[S] E[lambda(t - S_e)]"
HOURS = 24
STEPS = 24
"""Steps in which arrivals go up and down during a period. Their sine wave is exact; all else is above it in pitch."""


def flow_cases() -> Iterator[Case]:
    """V8, V9, V10 and V15."""
    yield from _swings()
    yield _filling_up()
    yield _feedback()
    yield from _blocking()


def _swings() -> Iterator[Case]:
    """Arrivals that swing with the hour, in units of a day or of an hour; and with the day of the year."""
    daily = formulas.wave_of_exponential(100.0, 40.0, 1.0, 0.2)
    yield _swing_by_hour("V8 by day, stays of 5 days", 100.0, 0.4, "{law: exponential, mean: 5, unit: days}", daily,
                         (500.0, 6.362975, 0.244936), 24.0)  # fmt: skip
    hourly = formulas.wave_of_exponential(10.0, 5.0, 24.0, 0.25)
    yield _swing_by_hour("V8 by hour, stays of 4 hours", 240.0, 0.5, texts.law(EXPONENTIAL, 4.0), hourly,
                         (40.0, 13.812422, 3.088047), 1.0)  # fmt: skip
    constant = formulas.wave_of_constant(10.0, 5.0, 24.0, 4.0)
    yield _swing_by_hour("V8 by hour, stays of just 4 hours", 240.0, 0.5, texts.law(CONSTANT, 4.0), constant,
                         (40.0, 19.098593, 2.0), 1.0)  # fmt: skip
    yearly = formulas.wave_of_exponential(100.0, 20.0, 365.0, 1.0 / 8.0)
    yield _swing_by_date("V8 by date, stays of 8 days", yearly, (800.0, 158.504041, 7.949994))


def _swing_by_hour(
    name: str, per_day: float, swing: float, service: str, wave: Wave, printed: tuple[float, float, float], unit: float
) -> Case:
    """A case whose arrivals swing within the day; `unit` is the formula's unit of time in hours."""
    sharpened = swing / math.sin(math.pi / STEPS) * (math.pi / STEPS)
    weights = [1.0 + sharpened * math.sin(2.0 * math.pi * (hour + 0.5) / HOURS) for hour in range(HOURS)]
    text = texts.swinging(per_day, f"by_hour: {weights!r}", service, hours=24.0 * 40, warm_up=24.0 * 40)
    checks = _checks_of_wave(wave, printed, float(SECONDS_PER_DAY), wave.lag * unit * SECONDS_PER_HOUR)
    return Case(name, "A ward without a limit, arrivals that swing", checks, {ONLY: text}, runs=90, quick_runs=10)


def _swing_by_date(name: str, wave: Wave, printed: tuple[float, float, float]) -> Case:
    """A case whose arrivals swing within 365 days, by the date."""
    days = 365 * 3
    sharpened = 20.0 / 100.0 / math.sin(math.pi / 365.0) * (math.pi / 365.0)
    factors = [1.0 + sharpened * math.sin(2.0 * math.pi * (day + 0.5) / 365.0) for day in range(days)]
    dates = np.datetime64("2018-01-01") + np.arange(days)
    by_date = ", ".join(f"{date}: {factor!r}" for date, factor in zip(dates.astype(str), factors, strict=True))
    text = texts.swinging(
        100.0, f"by_date: {{{by_date}}}", "{law: exponential, mean: 8, unit: days}", 24.0 * 365 * 2, 24.0 * 365
    )
    checks = _checks_of_wave(wave, printed, 365.0 * SECONDS_PER_DAY, wave.lag * SECONDS_PER_DAY)
    return Case(name, "A ward without a limit, arrivals that swing", checks, {ONLY: text}, runs=20, quick_runs=5)


def _checks_of_wave(
    wave: Wave, printed: tuple[float, float, float], period: float, lag: float
) -> tuple[Check, ...]:
    return (
        Check("mean number", SINE, wave.level, measured(SERVICE, "present"), printed=printed[0]),
        Check(f"size of the swing, {printed[2]:g} behind the arrivals", SINE, wave.amplitude, _along(period, lag),
              printed=printed[1]),
        Check("swing that is out of step with it", SINE, 0.0, _along(period, lag + period / 4.0),
              precision=0.01 * wave.amplitude),
    )  # fmt: skip


def _along(period: float, lag: float) -> Estimate:
    """Size of the part of the number present that swings with a period, so far behind a sine from the beginning."""

    def estimate(trials: Trials) -> float:
        stays, window = trials[ONLY].stays, trials[ONLY].file.window
        step = int(period) // 240
        ticks = np.arange(window.first, window.last, step)
        started = stays.started != NEVER
        number = present_at(stays.started[started], stays.ended[started], ticks)
        wave = np.sin(2.0 * np.pi * (ticks - window.opens - lag) / period)
        return float(2.0 * (number * wave).mean())

    return estimate


def _filling_up() -> Case:
    printed = {1: 9.0635, 5: 31.6060, 15: 47.5106}
    text = texts.swinging(240.0, "growth: 0", texts.law(EXPONENTIAL, 5.0), 20.0, 0.0)

    def at(hours: int) -> Estimate:
        def estimate(trials: Trials) -> float:
            stays = trials[ONLY].stays
            tick = np.array([trials[ONLY].file.window.opens + hours * SECONDS_PER_HOUR])
            return float(present_at(stays.started, stays.ended, tick)[0])

        return estimate

    checks = tuple(
        Check(f"mean number after {hours}", "(lambda/mu)(1 - exp(-mu t))", formulas.filling_up(10.0, 0.2, hours),
              at(hours), printed=value)
        for hours, value in printed.items()
    )  # fmt: skip
    return Case("V9 M/M/infinity, from empty", "A ward without a limit fills up", checks, {ONLY: text}, 1300, 130)


def _feedback() -> Case:
    exact = formulas.jackson(
        (2.0, 1.0, 0.0), ((0.0, 0.5, 0.3), (0.1, 0.0, 0.4), (0.2, 0.0, 0.0)), (3.0, 3.0, 3.0), (2, 1, 1)
    )
    printed = {"first": (2.564706, 1.046026), "second": (2.282353, 3.180328), "third": (1.682353, 1.276786)}
    checks: list[Check] = []
    for position, (name, (flow, number)) in enumerate(printed.items()):
        checks += [
            Check(f"flow into the {name}", "traffic equations", exact.flows[position], _per_hour(name), printed=flow),
            Check(f"mean number at the {name}", "Jackson: each an M/M/c", exact.numbers[position], _number(name),
                  printed=number),
        ]  # fmt: skip
    checks.append(
        Check("mean number in all", "Jackson", sum(exact.numbers),
              lambda trials: sum(_number(name)(trials) for name in printed), printed=5.503139)
    )  # fmt: skip
    return Case("V10 Jackson, three stations", "Feedback", tuple(checks), {ONLY: texts.jackson_network(10000)})


def _per_hour(where: str) -> Estimate:
    return lambda trials: trials[ONLY].of(where, "arrivals") / HOURS


def _number(*places: str) -> Estimate:
    return lambda trials: sum(
        trials[ONLY].of(where, measure) for where in places for measure in ("present", "waiting")
    )


def _blocking() -> Iterator[Case]:
    blocked = measured("first", "blocked")
    no_room = formulas.tandem(1.0, 1.0, 1.0, 1, 1)
    chain = "Markov chain of both stations"
    yield Case(
        "V15 no waiting anywhere",
        "Two stations, blocking after service",
        (
            Check("throughput", chain, no_room.throughput, _leaves("second"), printed=4.0 / 9.0),
            Check("first is blocked", chain, no_room.blocked, blocked, printed=1.0 / 9.0),
            Check("share lost", chain, 1.0 - no_room.throughput, measured("first", "share_turned_away"),
                  printed=5.0 / 9.0),
        ),
        {ONLY: texts.blocked_line(1.0, 1.0, 1, 6000, queue_limit=0)},
    )  # fmt: skip
    for rate, second_rate, room, printed, hours in (
        (0.5, 1.0, 1, (2.300, 0.500, 0.200), 30000), (0.6, 0.9, 3, (2.759065, 1.349363, 0.116599), 50000),
    ):  # fmt: skip
        exact = formulas.tandem(rate, 1.0, second_rate, room, 80)
        second = ("second",) if room == 1 else ("waiting_room", "second")
        yield Case(
            f"V15 rate {rate:g}, room for {room}",
            "Two stations, blocking after service",
            (
                Check("mean number at the first", chain, exact.first, _number("first"), printed=printed[0]),
                Check("mean number at the second", chain, exact.second, _present(*second), printed=printed[1]),
                Check("first is blocked", chain, exact.blocked, blocked, printed=printed[2]),
            ),
            {ONLY: texts.blocked_line(rate, second_rate, room, hours)},
        )
    for room, through in ((1, 0.6667), (2, 0.75), (3, 0.8)):
        yield Case(
            f"V15 always somebody waiting, room for {room}",
            "Two stations, blocking after service",
            (Check("throughput", "mu(K + 1)/(K + 2)", formulas.saturated_tandem(1.0, room), _leaves("second"),
                   printed=through),),
            {ONLY: texts.blocked_line(6.0, 1.0, room, 1000, queue_limit=10)},
        )  # fmt: skip


def _leaves(where: str) -> Estimate:
    return lambda trials: trials[ONLY].of(where, "throughput") / HOURS


def _present(*places: str) -> Estimate:
    """Mean number in some settings of which the first is held until the next starts; who waits in it is there."""
    return lambda trials: sum(trials[ONLY].of(where, "present") for where in places)
