"""Exact cases V1-V7: wards that refuse, queues, and queues with priorities."""

from __future__ import annotations

from collections.abc import Iterator

from calibration.verification import formulas, texts
from calibration.verification.cases import (
    Case,
    Check,
    Control,
    Estimate,
    arrivals_control,
    measured,
    service_control,
    squared_service_control,
)
from calibration.verification.texts import CONSTANT, ERLANG_2, EXPONENTIAL, LOGNORMAL, SERVICE, WIDE_LOGNORMAL

ERLANG_B = "Erlang B, for any law of stays: B(n) = aB(n-1)/(n + aB(n-1))"
ERLANG_C = "Erlang C: C/(c mu - lambda), C exp(-(c mu - lambda)t)"
PK = "Pollaczek and Khinchine: rho E[S](1 + cv2)/2(1 - rho)"
COBHAM = "Cobham: W0/((1 - s(k-1))(1 - s(k)))"
PREEMPTIVE = "M/M/1, preemptive resume"


def queue_cases() -> Iterator[Case]:
    """V1, V2, V4, V5, V6 and V7."""
    yield from _wards_that_refuse()
    yield from _queues()
    yield from _one_server()
    yield from _priorities()
    yield from _interruptions()


def _wards_that_refuse() -> Iterator[Case]:
    """(servers, load, printed loss, hours of each of 40 runs, largest error of the loss)."""
    for servers, load, printed, hours, precision in (
        (10, 8.0, 0.121661, 1500, 0.01), (20, 16.0, 0.064411, 2000, 0.01), (10, 8.5, 0.144608, 1500, 0.01),
        (28, 23.8, 0.063533, 1500, 0.01), (50, 42.5, 0.033917, 1500, 0.01), (100, 85.0, 0.011990, 1200, 0.025),
        (500, 450.0, 0.001234, 300, 0.15),
    ):  # fmt: skip
        laws = (EXPONENTIAL, CONSTANT, WIDE_LOGNORMAL) if servers in (20, 28) or load == 8.0 else (EXPONENTIAL,)
        for law in laws:
            exact = formulas.erlang_b(servers, load)
            loss = Check("share refused", ERLANG_B, exact, measured(SERVICE, "share_turned_away"), printed=printed,
                         precision=precision, controls=_load_controls(load))  # fmt: skip
            there = Check("mean number there", "a(1 - B)", load * (1.0 - exact), measured(SERVICE, "present"))
            text = texts.one_queue(load, servers, hours, law, more="queue_limit: 0", warm_up=60.0)
            name = f"V1 {servers} beds, load {load:g}, {law}"
            runs = 20 if servers < 50 else 40
            yield Case(name, "A ward that refuses when full", (loss, there), {"": text}, runs=runs)


def _load_controls(rate: float) -> tuple[Control, ...]:
    return (arrivals_control(SERVICE, rate), service_control(SERVICE, 1.0))


def _queues() -> Iterator[Case]:
    """(rate, service rate, servers, printed chance of waiting, printed wait, hours, largest error)."""
    for rate, service_rate, servers, waits, wait, hours, precision in (
        (0.8, 1.0, 1, 0.8, 4.0, 25000, 0.01), (1.6, 1.0, 2, 0.711111, 1.777778, 15000, 0.01),
        (4.0, 1.0, 5, 0.554113, 0.554113, 16000, 0.01), (8.0, 1.0, 10, 0.409180, 0.204590, 9000, 0.01),
        (18.0, 1.0, 20, 0.550769, 0.275385, 9000, 0.01), (45.0, 0.5, 100, 0.216940, 0.043388, 11000, 0.01),
    ):  # fmt: skip
        controls = (arrivals_control(SERVICE, rate), service_control(SERVICE, 1.0 / service_rate))
        exact = formulas.wait_of_queue(rate, service_rate, servers)
        checks = [
            Check("share who wait", ERLANG_C, formulas.erlang_c(servers, rate / service_rate),
                  measured(SERVICE, "waited"), printed=waits, precision=precision, controls=controls),
            Check("mean wait", ERLANG_C, exact, measured(SERVICE, "wait_mean"), printed=wait, precision=precision,
                  controls=controls),
        ]  # fmt: skip
        text = texts.one_queue(rate, servers, hours, mean=1.0 / service_rate)
        if servers == 5:
            text = text.replace("length: 16000 hours", "length: 16000 hours, waits_over: [30 minutes, 1 hour]")
            checks += [
                Check("mean number waiting", "lambda times the mean wait", rate * exact, measured(SERVICE, "waiting"),
                      printed=2.216450, controls=controls),
                Check("share who wait over 0.5", ERLANG_C, formulas.waits_longer(rate, service_rate, servers, 0.5),
                      measured(SERVICE, "waited_over_1800"), printed=0.336086, controls=controls),
                Check("share who wait over 1", ERLANG_C, formulas.waits_longer(rate, service_rate, servers, 1.0),
                      measured(SERVICE, "waited_over_3600"), printed=0.203847, controls=controls),
            ]  # fmt: skip
        yield Case(f"V2 M/M/{servers}, rate {rate:g}", "A queue before several servers", tuple(checks), {"": text})


def _one_server() -> Iterator[Case]:
    """(law, rate, printed wait, printed number there or waiting, hours)."""
    for law, rate, wait, number, hours in (
        (CONSTANT, 0.8, 2.0, 2.4, 12000), (ERLANG_2, 0.8, 3.0, 3.2, 18000), (EXPONENTIAL, 0.8, 4.0, 4.0, 25000),
        (WIDE_LOGNORMAL, 0.8, 10.0, 8.8, 100000), (LOGNORMAL, 0.7, 3.171329, 2.919930, 20000),
    ):  # fmt: skip
        variation = texts.SQUARED_VARIATION[law]
        exact = formulas.pollaczek_khinchine(rate, 1.0, variation)
        controls = [arrivals_control(SERVICE, rate)]
        if law != CONSTANT:
            controls += [service_control(SERVICE, 1.0), squared_service_control(SERVICE, 1.0 + variation)]
        checks = (
            Check("mean wait", PK, exact, measured(SERVICE, "wait_mean"), printed=wait, controls=tuple(controls)),
            Check("mean number there or waiting", "lambda times the mean time there", rate * (exact + 1.0),
                  lambda trials: trials[""].of(SERVICE, "waiting") + trials[""].of(SERVICE, "present"),
                  printed=number, controls=tuple(controls)),
        )  # fmt: skip
        text = texts.one_queue(rate, 1, hours, law)
        yield Case(f"V4 M/G/1, {law}, rate {rate:g}", "One server, any law of service", checks, {"": text})


def _priorities() -> Iterator[Case]:
    """(rates, service rates, servers, printed waits, hours)."""
    for rates, service_rates, servers, printed, hours in (
        ((0.4, 0.4), (1.0, 1.0), 1, (1.333333, 6.666667), 38000),
        ((0.2, 0.3, 0.3), (1.0, 1.0, 1.0), 1, (1.0, 2.0, 8.0), 38000),
        ((0.3, 0.3), (2.0, 0.5), 1, (1.5, 6.0), 40000),
        ((2.0, 2.0), (1.0, 1.0), 5, (0.184704, 0.923521), 15000),
        ((1.0, 1.5, 1.5), (1.0, 1.0, 1.0), 5, (0.138528, 0.277056, 1.108225), 14000),
        ((4.0, 12.0), (1.0, 1.0), 20, (0.016005, 0.080024), 6000),
    ):
        several = servers > 1
        exact = (
            formulas.cobham_several_servers(rates, 1.0, servers)
            if several
            else formulas.cobham_one_server(rates, service_rates)
        )
        load = sum(rate / service for rate, service in zip(rates, service_rates, strict=True))
        controls = (arrivals_control(SERVICE, sum(rates)), service_control(SERVICE, load / sum(rates)))
        checks = tuple(
            Check(f"mean wait of class {number + 1}", COBHAM, value,
                  measured(SERVICE, "wait_mean", f"class_{number + 1}"), printed=printed[number], controls=controls)
            for number, value in enumerate(exact)
        )  # fmt: skip
        text = texts.priority_queue(rates, service_rates, servers, hours)
        described = ", ".join(f"{rate:g}" for rate in rates)
        name = f"{'V6' if several else 'V5'} M/M/{servers}, rates {described}"
        if service_rates[0] != service_rates[-1]:
            name += ", unequal service"
        yield Case(name, "Priorities, nobody interrupted", checks, {"": text})


def _interruptions() -> Iterator[Case]:
    rates, printed = (0.4, 0.4), (1.666667, 8.333333)
    exact = formulas.preemptive_resume(rates, 1.0)
    controls = (arrivals_control(SERVICE, 0.8),)
    checks = tuple(
        Check(f"mean time there of class {number + 1}", PREEMPTIVE, value, _time_there(f"class_{number + 1}"),
              printed=printed[number], controls=controls)
        for number, value in enumerate(exact)
    )  # fmt: skip
    text = texts.priority_queue(rates, (1.0, 1.0), 1, 45000, ", preemptive: yes")
    yield Case("V7 M/M/1, rates 0.4, 0.4", "Priorities that interrupt", checks, {"": text})


def _time_there(who: str) -> Estimate:
    return lambda trials: trials[""].of(SERVICE, "wait_mean", who) + trials[""].of(SERVICE, "stay_mean", who)
