"""Network files of the exact cases. An hour is the unit of time of the formulas."""

from __future__ import annotations

import math

EXPONENTIAL = "exponential"
CONSTANT = "constant"
ERLANG_2 = "two-stage Erlang"
LOGNORMAL = "log-normal"
WIDE_LOGNORMAL = "log-normal, squared variation 4"
SQUARED_VARIATION = {
    EXPONENTIAL: 1.0, CONSTANT: 0.0, ERLANG_2: 0.5, LOGNORMAL: math.e - 1.0, WIDE_LOGNORMAL: 4.0,
}  # fmt: skip
CUSTOMERS, SERVICE, SERVERS = "customers", "service", "servers"


def law(name: str, mean: float = 1.0) -> str:
    """A law of the pack, in hours."""
    numbers = {
        EXPONENTIAL: f"law: exponential, mean: {mean!r}",
        CONSTANT: f"law: constant, value: {mean!r}",
        ERLANG_2: f"law: gamma, mean: {mean!r}, shape: 2",
        LOGNORMAL: f"law: lognormal, mean: {mean!r}, log_sd: 1",
        WIDE_LOGNORMAL: f"law: lognormal, mean: {mean!r}, sd: {2.0 * mean!r}",
    }[name]
    return f"{{{numbers}, unit: hours}}"


def run_of(hours: float, warm_up: float = 400.0) -> str:
    """The run of a long-run case."""
    return f"run: {{warm_up: {warm_up:g} hours, length: {hours:g} hours}}" if warm_up else (
        f"run: {{length: {hours:g} hours}}"
    )


def one_queue(rate: float, servers: int, hours: float, service: str = EXPONENTIAL, mean: float = 1.0,
              more: str = "", warm_up: float = 400.0) -> str:  # fmt: skip
    """One queue before some servers."""
    return f"""
{run_of(hours, warm_up)}
pools: {{servers: {{places: {servers}}}}}
streams: {{customers: {{to: service, per_hour: {rate!r}}}}}
settings:
  service:
    pools: [servers]
    duration: {law(service, mean)}
    {more}
"""


def priority_queue(
    rates: tuple[float, ...], service_rates: tuple[float, ...], servers: int, hours: float, more: str = ""
) -> str:
    """One queue of classes in order of priority: class_1 first."""
    names = [f"class_{number + 1}" for number in range(len(rates))]
    streams = "\n".join(
        f"  {name}: {{to: service, per_hour: {rate!r}}}" for name, rate in zip(names, rates, strict=True)
    )
    laws = "\n".join(
        f"      - {{when: {{kind: {name}}}, law: {law(EXPONENTIAL, 1.0 / rate)}}}"
        for name, rate in zip(names, service_rates, strict=True)
    )
    ranks = "\n".join(f"      - {{when: {{kind: {name}}}, priority: {rank}}}" for rank, name in enumerate(names))
    return f"""
{run_of(hours)}
pools: {{servers: {{places: {servers}{more}}}}}
streams:
{streams}
settings:
  service:
    pools: [servers]
    duration:
{laws}
    priority:
{ranks}
"""


def swinging(per_day: float, weights: str, service: str, hours: float, warm_up: float) -> str:
    """A ward without a limit, and arrivals that swing."""
    return f"""
{run_of(hours, warm_up)}
streams: {{customers: {{to: service, per_day: {per_day!r}, {weights}}}}}
settings: {{service: {{duration: {service}}}}}
"""


def jackson_network(hours: float) -> str:
    """Three stations with feedback."""
    fast = law(EXPONENTIAL, 1.0 / 3.0)
    return f"""
{run_of(hours)}
pools: {{first_servers: {{places: 2}}, second_servers: {{places: 1}}, third_servers: {{places: 1}}}}
streams:
  to_first: {{to: first, per_hour: 2}}
  to_second: {{to: second, per_hour: 1}}
settings:
  first:
    pools: [first_servers]
    duration: {fast}
    routes: [{{to: {{second: 0.5, third: 0.3, home: rest}}}}]
  second:
    pools: [second_servers]
    duration: {fast}
    routes: [{{to: {{first: 0.1, third: 0.4, home: rest}}}}]
  third:
    pools: [third_servers]
    duration: {fast}
    routes: [{{to: {{first: 0.2, home: rest}}}}]
"""


def blocked_line(rate: float, second_rate: float, room: int, hours: float, queue_limit: int | None = None) -> str:
    """Two stations of one server with blocking after service; `room` is what the second holds in all.

    With room for more than one, whoever leaves the first station first takes a place in the second's room (which takes
    one second, 1/3600 of the unit) and waits there for its server.
    """
    limit = "" if queue_limit is None else f", queue_limit: {queue_limit}"
    rooms = f", room: {{places: {room}}}" if room > 1 else ""
    onward = "waiting_room" if room > 1 else "second"
    waiting = (
        "  waiting_room: {pools: [room], hold: yes, duration: {law: constant, value: 1},"
        " routes: [{to: {second: rest}}]}\n"
        if room > 1
        else ""
    )
    second_pools = "[second_server, room]" if room > 1 else "[second_server]"
    return f"""
{run_of(hours)}
pools: {{first_server: {{places: 1}}, second_server: {{places: 1}}{rooms}}}
streams: {{customers: {{to: first, per_hour: {rate!r}}}}}
settings:
  first: {{pools: [first_server], hold: yes{limit}, duration: {law(EXPONENTIAL)}, routes: [{{to: {{{onward}: rest}}}}]}}
  second: {{pools: {second_pools}, duration: {law(EXPONENTIAL, 1.0 / second_rate)}}}
{waiting}"""
