"""From a place and the evidence to the frozen tables that the simulation makes people from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from scenarios.build_needs import band_people, build_needs, upper_by_fifth
from scenarios.build_records import OLD_BANDS, build_records
from scenarios.build_rhythm import build_rhythm
from scenarios.build_teams import build_team
from scenarios.deprivation import england_by_age
from scenarios.england_population import people_by_age
from scenarios.evidence import Evidence
from scenarios.resolved import Place, PopulationCell, Resolved
from simulation.calendar import DAYS_PER_YEAR, Calendar, build_calendar
from simulation.laws import gamma_table
from simulation.network import Network
from simulation.people import PeopleTables, Team
from simulation.projection import (
    FIFTHS,
    Cells,
    month_deaths,
    people_by_month,
    people_by_single_year,
    project,
    shares_by_month,
    survival_by_month,
)
from simulation.stationarity import (
    AGE_MONTHS,
    Stationary,
    band_of_age_month,
    death_rate_by_age,
    logit_curve,
    solve,
)
from simulation.stays import AGE_BANDS
from simulation.synthesis import Susceptibility

FRAILTY_NAMES = ("fit", "mild", "moderate", "severe")
MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
AGEING_FROM_YEARS = 40
FIRST_OLD_BAND = AGE_BANDS.index("65-74")
FIRST_ADULT_BAND = AGE_BANDS.index("18-39")

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def build_people(
    resolved: Resolved, evidence: Evidence, calendar: Calendar, seed: int = 0, replication: int = 0  # noqa: ARG001
) -> PeopleTables:
    """The tables of a place's people for a study; `seed` and `replication` are not read: nothing here is drawn.

    Args:
        resolved: the scenario; only its place is read, so scenarios that share a place share these tables.
        evidence: the tables of evidence, with the run's assumptions drawn.
        calendar: the study's.
        seed: as every builder has it.
        replication: likewise.
    """
    longer = build_calendar(calendar.start, date(calendar.end.year + 1, calendar.end.month, 1))
    england = england_by_month(evidence)
    death_rate = mean_death_rate(evidence, england)
    stationary = build_stationary(evidence, england, death_rate)
    index = evidence.values("monthly_index_deaths", MONTH_NAMES)
    years = np.diff(longer.day_start[np.searchsorted(longer.month_of_day, np.arange(longer.months + 1))])
    years = years / (DAYS_PER_YEAR * 86400) * (index / np.mean(index))[longer.month_number - 1]
    cells = cells_of(resolved.place, evidence)
    month_starts = [(int(year), int(month)) for year, month in zip(longer.month_year, longer.month_number, strict=True)]
    since = years_since_reference(resolved.place, [*month_starts, (longer.end.year, longer.end.month)])
    survival = survival_by_month(death_rate)
    by_year = people_by_single_year(cells.age_from, cells.people.sum(axis=(1, 2)), survival[6::12])
    share, female = shares_by_month(cells)
    needs = build_needs(evidence, stationary, england)
    return PeopleTables(
        month_start=longer.month_start,
        death_years=years,
        projection=project(
            people_by_month(by_year, survival), share, female, growth_by_age(resolved.place, evidence), since,
            month_deaths(stationary, years),
        ),
        stationary=stationary,
        susceptibility=build_susceptibility(evidence),
        needs=needs,
        discharge_rate=_rate_added(
            evidence.values("further_acute_needs_set_off_by_a_live_discharge", AGE_BANDS),
            evidence.value("discharge_trigger_decay"),
        ),
        attendance_rate=float(_rate_added(
            np.array([evidence.value("further_ae_needs_set_off_by_an_attendance")]),
            evidence.value("ae_trigger_decay"),
        )[0]),
        rhythm=build_rhythm(evidence),
        records=build_records(evidence, stationary, england),
    )


def build_teams(
    resolved: Resolved, evidence: Evidence, calendar: Calendar, seed: int, replication: int,  # noqa: ARG001
    network: Network | None = None,
) -> tuple[Team, ...]:
    """The teams of a scenario in declared order, with this run's draws of what is not known about them.

    Args:
        resolved: the scenario.
        evidence: not read: what teams do is in their own files.
        calendar: the study's.
        seed: of the study.
        replication: of the run.
        network: in which they work.
    """
    return tuple(build_team(each, calendar, seed, replication, network) for each in resolved.interventions)


def england_by_month(evidence: Evidence) -> FloatArray:
    """(AGE_MONTHS,) people in England by month of age."""
    return np.repeat(people_by_age(evidence) / 12, 12)[:AGE_MONTHS]


def mean_death_rate(evidence: Evidence, england: FloatArray) -> FloatArray:
    """(AGE_MONTHS,) deaths a person-year; band rates are those of the closed balance."""
    people = evidence.values("population", AGE_BANDS)
    place = evidence.values("population.residents", (*AGE_BANDS, "care home")).sum()
    rates = evidence.values("population.deaths", AGE_BANDS) / (people * place / people.sum())
    return death_rate_by_age(rates, england, evidence.value("ageing_of_death_rates", "40+"), AGEING_FROM_YEARS)


def build_stationary(evidence: Evidence, england: FloatArray, death_rate: FloatArray) -> Stationary:
    """Frailty and need for a care home by age and what keeps them so; nobody is frail under 18."""
    bands = band_of_age_month()
    mix = np.zeros((len(AGE_BANDS), len(FRAILTY_NAMES)))
    mix[:FIRST_ADULT_BAND, 0] = 1.0
    for band, name in enumerate(AGE_BANDS[FIRST_ADULT_BAND:], FIRST_ADULT_BAND):
        mix[band] = evidence.values("recommended_frailty_mix", [f"{name}, {f}" for f in FRAILTY_NAMES])
    mix /= mix.sum(axis=1, keepdims=True)
    at_least = [np.ones(AGE_MONTHS)]
    for frailty in range(1, len(FRAILTY_NAMES)):
        shares = mix[:, frailty:].sum(axis=1)
        curve = logit_curve(shares, england, int(np.argmax(shares > 0.0)))
        at_least.append(np.where(bands < FIRST_ADULT_BAND, 0.0, curve))
    at_least.append(np.zeros(AGE_MONTHS))
    need = np.zeros(len(AGE_BANDS))
    need[FIRST_OLD_BAND:] = evidence.values("care_home_need_share", OLD_BANDS) / 100.0
    need_curve = np.where(bands < FIRST_OLD_BAND, 0.0, logit_curve(need, england, FIRST_OLD_BAND))
    ratio = np.ones(len(AGE_BANDS))
    ratio[FIRST_OLD_BAND:] = evidence.values("care_home_ratio_on_death_rate", OLD_BANDS)
    return solve(
        frailty=-np.diff(np.stack(at_least, axis=1), axis=1),
        needs_care_home=need_curve,
        mean_death_rate=death_rate,
        weight=evidence.values("frailty_weight_on_death_rate", FRAILTY_NAMES),
        need_ratio=ratio[bands],
        entry_weight=evidence.values("care_home_entry_weight", FRAILTY_NAMES),
    )


def build_susceptibility(evidence: Evidence) -> Susceptibility:
    """Laws of lasting differences, less what deprivation already explains of their variance."""
    graded = upper_by_fifth(evidence)
    people = band_people(evidence)
    spread = np.array([np.var(row) for row in graded[: len(AGE_BANDS)]])
    young = slice(0, FIRST_OLD_BAND)
    old = slice(FIRST_OLD_BAND, len(AGE_BANDS))
    shapes = [
        shape_without(evidence.value("acute_susceptibility_shape", stratum), _mean(spread[part], people[part]))
        for stratum, part in (("under 65", young), ("65+", old))
    ]
    everyone = _mean(spread, people)
    main = shape_without(evidence.value("minor_susceptibility_shape", "main class, all ages"), everyone)
    intensive = shape_without(evidence.value("intensive_class_shape", "all ages"), everyone)
    return Susceptibility(
        young_shape=shapes[0], young_table=gamma_table(shapes[0]),
        old_shape=shapes[1], old_table=gamma_table(shapes[1]),
        main_shape=main, main_table=gamma_table(main),
        intensive_shape=intensive, intensive_table=gamma_table(intensive),
        intensive_share=evidence.value("intensive_class_share", "all ages"),
        intensive_multiplier=evidence.value("intensive_class_multiplier", "all ages"),
        correlation=evidence.value("correlation_acute_minor_susceptibility", "all ages"),
    )


def shape_without(shape: float, explained: float) -> float:
    """Shape of a gamma law (mean 1) left over when a factor with mean 1 and this variance is taken out."""
    return (1.0 + explained) / (1.0 / shape - explained)


def cells_of(place: Place, evidence: Evidence) -> Cells:
    """A place's people by age band, fifth and sex; what a place does not split is split as in England.

    Raises:
        ValueError: when the bands do not begin at 0.
    """
    starts = sorted({cell.age_from for cell in place.population})
    if starts[0] != 0:
        raise ValueError(f"the people of {place.id} begin at age {starts[0]}, not 0")
    people = np.zeros((len(starts), FIFTHS, 2))
    for cell in place.population:
        people[starts.index(cell.age_from)] += cell.people * _fifths(cell, evidence)[:, None] * _sexes(cell)
    return Cells(np.array(starts, np.int64), people)


def years_since_reference(place: Place, months: Sequence[tuple[int, int]]) -> FloatArray:
    """(len(months),) years from the middle of the place's financial year to the start of each (year, month)."""
    first_year = int(place.year.split("/")[0])
    return np.array([year - first_year + (month - 10) / 12 for year, month in months])


def growth_by_age(place: Place, evidence: Evidence) -> FloatArray:
    """(AGE_MONTHS,) growth a year by age, as a rate of the logarithm; nought when the place freezes its ages."""
    rates = np.log1p(evidence.values("population_growth_projected", AGE_BANDS) / 100.0)
    return np.asarray(place.growth.get("demography", 1.0) * rates[band_of_age_month()], np.float64)


def _mean(values: FloatArray, weights: FloatArray) -> float:
    return float(np.average(values, weights=weights))


def _fifths(cell: PopulationCell, evidence: Evidence) -> FloatArray:
    if cell.deprivation_fifth:
        return np.asarray(np.eye(FIFTHS)[cell.deprivation_fifth - 1], np.float64)
    return england_by_age(cell.age_from, evidence)


def _sexes(cell: PopulationCell) -> FloatArray:
    """(2,) men, women."""
    return {"M": np.array([1.0, 0.0]), "F": np.array([0.0, 1.0]), "all": np.array([0.5, 0.5])}[cell.sex]


def _rate_added(expected: FloatArray, mean_life_days: float) -> FloatArray:
    """Rate a year at the start of a trigger that sets off so many needs in all and decays at this mean life."""
    return np.asarray(expected / (mean_life_days / DAYS_PER_YEAR), np.float64)
