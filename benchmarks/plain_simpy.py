"""One small place of people, two ways: a SimPy process for each person for life, and a network for the engines.

The place, for each 100,000 people: at home people need general practice 5 times a year and A&E 0.3 times, and die at
0.008 a year, and need nothing while in care. General practice has 12 slots of 10 minutes, in order of arrival, and
sends 2 % on to A&E. A&E has 20 cubicles and three priorities; people stay 3 hours on average (lognormal); 60, 35 or
15 % are admitted, and keep the cubicle until a bed of 270 is free. They stay 8 days on average (lognormal); 3 % die,
and 2.5 % need one of the 800 places in care homes and keep the bed until there is one. 790 of them are taken at first,
by people who need more and die at 0.35 a year.

The network has the same needs, services and ways as two streams of random arrivals: it has no people who need nothing
once dead or while in care, so that about 1 % more happens. Who moves into a care home stays to the end.
"""

from __future__ import annotations

import math
import random
from collections.abc import Generator
from dataclasses import dataclass

import simpy

from scenarios.network_file import NetworkFile, parse_network_file

DAYS = 365.0
GP_A_DAY, ACUTE_A_DAY, DEATH_A_DAY = 5.0 / DAYS, 0.30 / DAYS, 0.008 / DAYS
RESIDENT_DEATH_A_DAY = 0.35 / DAYS
RESIDENT_GP, RESIDENT_ACUTE = 2.0, 3.0
SLOT_DAYS, REFERRED = 10.0 / 1440.0, 0.02
PRIORITY_UP_TO, ADMITTED = (0.10, 0.50), (0.60, 0.35, 0.15)
AE_MEAN_DAYS, AE_LOG_SD = 0.125, 0.7
WARD_MEAN_DAYS, WARD_LOG_SD = 8.0, 1.0
DIES_ON_WARD, NEEDS_HOME = 0.03, 0.025
AE_LOG_MEAN = math.log(AE_MEAN_DAYS) - AE_LOG_SD**2 / 2.0
WARD_LOG_MEAN = math.log(WARD_MEAN_DAYS) - WARD_LOG_SD**2 / 2.0
PER_100_000 = {"slots": 12, "cubicles": 20, "beds": 270, "homes": 800, "taken": 790}

Process = Generator[simpy.Event, object, None]


@dataclass
class Counted:
    """What happened in a run."""

    gp: int = 0
    ae: int = 0
    admissions: int = 0
    deaths: int = 0
    moves: int = 0
    events: int = 0
    """Needs, and ends of appointments, A&E and ward stays."""


def places(people: int, name: str) -> int:
    """Places of a service for so many people."""
    return max(1, math.ceil(PER_100_000[name] * people / 100_000 - 1e-9))


class PlainPlace:
    """Everybody as a SimPy process, as a textbook would write it."""

    def __init__(self, people: int, seed: int) -> None:
        self.env = simpy.Environment()
        self.random = random.Random(seed)
        self.slots = simpy.Resource(self.env, places(people, "slots"))
        self.cubicles = simpy.PriorityResource(self.env, places(people, "cubicles"))
        self.beds = simpy.Resource(self.env, places(people, "beds"))
        self.homes = simpy.Resource(self.env, places(people, "homes"))
        self.counted = Counted()
        taken = int(PER_100_000["taken"] * people / 100_000)
        for person in range(people):
            self.env.process(self._life(self.homes.request() if person < taken else None))

    def run(self, days: float) -> Counted:
        """What happened in some days."""
        self.env.run(until=days)
        return self.counted

    def _life(self, home: simpy.resources.resource.Request | None) -> Process:
        counted = self.counted
        while True:
            gp = GP_A_DAY * (RESIDENT_GP if home else 1.0)
            acute = ACUTE_A_DAY * (RESIDENT_ACUTE if home else 1.0)
            either = gp + acute + (RESIDENT_DEATH_A_DAY if home else DEATH_A_DAY)
            yield self.env.timeout(self.random.expovariate(either))
            counted.events += 1
            what = self.random.random() * either
            if what >= gp + acute:
                break
            if what < gp:
                yield from self._general_practice()
                if self.random.random() >= REFERRED:
                    continue
            died, home = yield from self._hospital(home)
            if died:
                break
        counted.deaths += 1
        if home is not None:
            self.homes.release(home)

    def _general_practice(self) -> Process:
        with self.slots.request() as slot:
            yield slot
            self.counted.gp += 1
            yield self.env.timeout(SLOT_DAYS)
        self.counted.events += 1

    def _hospital(
        self, home: simpy.resources.resource.Request | None
    ) -> Generator[simpy.Event, object, tuple[bool, simpy.resources.resource.Request | None]]:
        draw, counted = self.random, self.counted
        urgency = draw.random()
        priority = sum(urgency >= up_to for up_to in PRIORITY_UP_TO)
        cubicle = self.cubicles.request(priority=priority)
        yield cubicle
        counted.ae += 1
        yield self.env.timeout(draw.lognormvariate(AE_LOG_MEAN, AE_LOG_SD))
        counted.events += 1
        if draw.random() >= ADMITTED[priority]:
            self.cubicles.release(cubicle)
            return False, home
        bed = self.beds.request()
        yield bed
        counted.admissions += 1
        self.cubicles.release(cubicle)
        yield self.env.timeout(draw.lognormvariate(WARD_LOG_MEAN, WARD_LOG_SD))
        counted.events += 1
        end = draw.random()
        if end < DIES_ON_WARD:
            self.beds.release(bed)
            return True, home
        if home is None and end < DIES_ON_WARD + NEEDS_HOME:
            home = self.homes.request()
            yield home
            counted.moves += 1
        self.beds.release(bed)
        return False, home


def network_of(people: int) -> NetworkFile:
    """The same place as a network for the engines, for a year."""
    first = "\n".join(
        f"  ae_{level}: {{pools: [cubicles], priority: {level}, hold: true, "
        f"duration: {{law: lognormal, mean: {AE_MEAN_DAYS * 24}, log_sd: {AE_LOG_SD}, unit: hours}}, "
        f"routes: [{{to: {{ward: {admitted}, home: rest}}}}]}}"
        for level, admitted in enumerate(ADMITTED)
    )
    shares = (PRIORITY_UP_TO[0], PRIORITY_UP_TO[1] - PRIORITY_UP_TO[0])
    at_home, resident = people - PER_100_000["taken"] * people / 100_000, PER_100_000["taken"] * people / 100_000
    gp = GP_A_DAY * (at_home + RESIDENT_GP * resident)
    acute = ACUTE_A_DAY * (at_home + RESIDENT_ACUTE * resident)
    return parse_network_file(
        f"""
title: A small place
run: {{length: 365 days, runs: 1, unit: hours}}
pools:
  slots: {{places: {places(people, "slots")}}}
  cubicles: {{places: {places(people, "cubicles")}}}
  beds: {{places: {places(people, "beds")}}}
  homes: {{places: {places(people, "homes")}}}
streams:
  practice: {{to: appointment, per_day: {gp}}}
  acute: {{to: arrival, per_day: {acute}}}
at_start:
  - {{in: care_home, who: acute, there: {int(PER_100_000["taken"] * people / 100_000)}, as_found: memoryless}}
settings:
  appointment:
    pools: [slots]
    duration: {{law: constant, value: 10, unit: minutes}}
    routes: [{{to: {{arrival: {REFERRED}, home: rest}}}}]
  arrival: {{presence: contact, routes: [{{to: {{ae_0: {shares[0]}, ae_1: {shares[1]}, ae_2: rest}}}}]}}
{first}
  ward:
    pools: [beds]
    hold: true
    duration: {{law: lognormal, mean: {WARD_MEAN_DAYS}, log_sd: {WARD_LOG_SD}, unit: days}}
    routes: [{{to: {{care_home: {NEEDS_HOME}, home: rest}}}}]
  care_home: {{pools: [homes], duration: {{law: exponential, mean: {DAYS / 0.35}, unit: days}}}}
""",
        "a small place",
    )
