"""People without a flow, for tests of people and the month: England's shape, as many as asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

import numpy as np

from scenarios.build_people import build_people
from scenarios.england_population import england_population
from scenarios.evidence import load
from scenarios.resolve import resolve
from scenarios.resolved import Place
from simulation.calendar import Calendar, build_calendar
from simulation.factors import VALUES
from simulation.people import ANY_RESIDENCE, MonthEvents, PeopleTables, Population, Team

START = date(2014, 4, 1)


@lru_cache(maxsize=8)
def tables_of(people: int, years: int, growing: bool = False) -> tuple[PeopleTables, Calendar]:
    """Tables and calendar of an average place; its ages are frozen unless it grows."""
    evidence = load()
    calendar = build_calendar(START, date(START.year + years, START.month, 1))
    resolved = resolve("do-nothing", place="england-average-25k")
    place = Place(
        id="few", title="few", year="2016/17", population=england_population(people, evidence), services={},
        network="care", growth={} if growing else {"demography": 0.0},
    )
    return build_people(replace(resolved, place=place), evidence, calendar), calendar


def population_of(people: int, years: int, teams: Sequence[Team] = (), seed: int = 3, replication: int = 0,
                  growing: bool = False) -> Population:
    """A population that has not lived a month yet; those who need a care home live in one."""
    tables, calendar = tables_of(people, years, growing)
    population = Population(tables, teams, calendar, seed, replication)
    population.in_care_home[population.starts_in_care_home] = 1
    return population


def live(population: Population, months: int, first: int = 0) -> Iterator[MonthEvents]:
    """Month after month without care: people die, leave, and move to a care home when they need one."""
    for month in range(first, first + months):
        events = population.begin_month(month)
        yield events
        population.in_care_home[events.care_home_needs.person] = 1
        for change in range(len(events.profile_changes.person)):
            person, tick = int(events.profile_changes.person[change]), int(events.profile_changes.tick[change])
            if tick < min(population.death_tick[person], population.leave_tick[person]):
                population.apply_profile(person, tick, change)
        for gone, died in ((events.deaths, True), (events.leavers, False)):
            for person, tick in zip(gone.person.tolist(), gone.tick.tolist(), strict=True):
                population.gone(person, tick, died)


def a_team(months: int, **different: object) -> Team:
    """A team for everybody of 65 and over, with places for 50 from the third month, that changes nothing."""
    team = Team(
        name="a team", number=77, places_by_month=np.where(np.arange(months) >= 2, 50, 0), first_month=2,
        end_month=months, age_from=65, age_to=200, residence=ANY_RESIDENCE, conditions_at_least=0,
        frailty_at_least=0, lonely=False, by_risk_in_month=np.ones(months, np.bool_), accuracy=0.75,
        sees_susceptibility=0.5, sees_deterioration=0.5, band_edges_months=np.array([0, 3]),
        changes=np.zeros((2, len(VALUES))),
        short_end_share=0.5, strength_by_month=np.ones(months),
    )
    return replace(team, **different)  # type: ignore[arg-type]


def same_events(some: MonthEvents, others: MonthEvents) -> bool:
    """Whether two months bring the same candidates, arrivals, deaths, departures and needs for a care home."""
    pairs = [(getattr(some.candidates, name), getattr(others.candidates, name))
             for name in ("tick", "person", "stream", "key", "severity")]
    for kind in ("entrants", "deaths", "leavers", "care_home_needs"):
        pairs += [(getattr(some, kind).tick, getattr(others, kind).tick),
                  (getattr(some, kind).person, getattr(others, kind).person)]
    return all(np.array_equal(a, b) for a, b in pairs)
