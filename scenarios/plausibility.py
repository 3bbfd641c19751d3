"""Looks at a scenario before anything is run: what would make its results meaningless, and what to know beforehand."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from scenarios.deprivation import relative_needs
from scenarios.england_population import WIDE_BANDS
from scenarios.evidence import Evidence, load
from scenarios.kinds_of_homes import split_places
from scenarios.matching import OCCUPIED
from scenarios.memory import too_large_for_memory
from scenarios.pools import REFERENCE_PEOPLE, average_services, places_on
from scenarios.reach import BANDS, CARE_HOME, people_by_band, reach
from scenarios.resolved import Intervention, Place, Resolved
from scenarios.units import months_after
from scenarios.values import phrase_of
from scenarios.wording import count, month, percent, pounds

WARDS = ("assessment_beds", "acute_beds", "older_peoples_beds")
HOMES = ("residential_home_places", "nursing_home_places")
EMPTY_ENOUGH = 1.1
"""Places for each person who may join, above which it is worth a word."""
FEW_PEOPLE = 10_000
OLD_YEARS = 5
"""Years after a place's own year from which a run is worth a word."""
ODD_RATIO = 2.0
ODD_DAY = 0.07
"""How far a single day may lie from its month, as a share, and be nothing to speak of."""
DEAR_STAFF = 1.2
"""Pay of the staff named over the running cost of their team, above which it is worth a word."""
DAYS_PER_YEAR = 365.25
Severity = Literal["refused", "warning", "note"]


@dataclass(frozen=True)
class Finding:
    """Something to know before a run. "refused": it cannot be run; "warning": check it; "note": good to know."""

    severity: Severity
    about: str
    text: str


def check(resolved: Resolved, evidence: Evidence | None = None) -> tuple[Finding, ...]:
    """Everything to know about a scenario before it is run, the gravest first."""
    tables = (evidence or load()).with_changes(resolved.settings)
    findings = [
        *_place_findings(resolved.place, tables),
        *_capacity_findings(resolved, tables),
        *_today_findings(resolved, tables),
        *_window_findings(resolved),
        *(finding for plan in resolved.interventions for finding in _intervention_findings(plan, resolved, tables)),
    ]
    order = ("refused", "warning", "note")
    return tuple(sorted(findings, key=lambda finding: order.index(finding.severity)))


def ward_occupancy(resolved: Resolved, day: date, evidence: Evidence) -> float:
    """Share of ward beds in use in the month of `day` if nothing is changed: 1.04 is 104 %.

    Nights per stay and elective care follow their trends, people the projection, January is fuller than July.
    """
    place = resolved.place
    years = _years_since(place, day)
    people = _people_later(place, years, evidence)
    beds = sum(places_on(place, pool, day) for pool in WARDS)
    nights = 1.0 + evidence.value("growth.nights_per_overnight_stay", "projection demography")
    bands = (*BANDS, CARE_HOME)
    days = evidence.values("emergency_admission.bed_days", bands) / evidence.values("population.residents", bands)
    relative = {**relative_needs(place.population, evidence)[0], CARE_HOME: 1.0}
    emergency = float(days @ np.array([people[band] * relative[band] for band in bands])) / DAYS_PER_YEAR
    emergency *= nights ** (years * place.growth.get("residual", 1.0))
    season = evidence.value("wards.stay_multiplier_by_month", f"{day:%b}")
    size = sum(people.values()) / REFERENCE_PEOPLE
    elective = evidence.value("elective.arrivals", "per day, mean") * evidence.value("elective.nights")
    elective *= (1.0 + evidence.value("elective.growth") * place.growth.get("residual", 1.0)) ** years
    spread = evidence.value("outside_emergency.nights_log_sd")
    outside = evidence.value("outside_emergency.arrivals", "per day, mean")
    outside *= math.exp(evidence.value("outside_emergency.nights_log_mean") + spread**2 / 2.0)
    return (emergency * season + (elective + outside) * size) / beds if beds else math.inf


def _capacity_findings(resolved: Resolved, evidence: Evidence) -> Iterator[Finding]:
    """Services that would be full before the run ends."""
    window = resolved.window
    days = [months_after(window.start, index) for index in range(_months_between(window.start, window.end))]
    monthly = [ward_occupancy(resolved, day, evidence) for day in days]
    yearly = [sum(monthly[index : index + 12]) / len(monthly[index : index + 12]) for index in range(len(monthly))]
    full = next((index for index, share in enumerate(yearly) if share > 1.0), None)
    if full is not None:
        yield Finding("warning", "wards", f"Wards would be at {percent(yearly[full], signed=False)} from "
                      f"{month(days[full])}{_later(yearly, full)}. Results from then on are about a hospital without "
                      "free beds: add beds or shorten the run.")
    elif max(monthly) > 1.0:
        first = days[next(index for index, share in enumerate(monthly) if share > 1.0)]
        yield Finding("note", "wards", f"Wards would be over full in winter: {percent(max(monthly), signed=False)} at "
                      f"the worst, first in {month(first)}.")
    yield from _home_findings(resolved, days, evidence)


def _today_findings(resolved: Resolved, evidence: Evidence) -> Iterator[Finding]:
    """Whether the beds in use today are those of some day of the model's year."""
    place = resolved.place
    own = place.levels.get(OCCUPIED)
    if own is None:
        return
    year = date(int(place.year[:4]), 4, 1)
    days = [months_after(year, index) for index in range(12)]
    beds = [ward_occupancy(resolved, day, evidence) * sum(places_on(place, pool, day) for pool in WARDS)
            for day in days]
    low, high = min(beds) * (1.0 - ODD_DAY), max(beds) * (1.0 + ODD_DAY)
    if not low <= own <= high:
        yield Finding("warning", place.id, f"You have {count(own)} beds in use today; the model's months of "
                      f"{place.year} have {count(min(beds))} to {count(max(beds))}, and a run starts from those. If "
                      "most days are like today, correct the beds or give your emergency bed days under match (caresim "
                      "match says how many); if not, read the first months with care.")


def _later(yearly: list[float], full: int) -> str:
    worst = max(yearly[full:])
    return f", {percent(worst, signed=False)} at the worst" if round(worst, 2) > round(yearly[full], 2) else ""


def _home_findings(resolved: Resolved, days: list[date], evidence: Evidence) -> Iterator[Finding]:
    place = resolved.place
    others_now = evidence.value("care_homes.temporary_or_other_occupants") * place.people / REFERENCE_PEOPLE
    growth = evidence.value("growth.places", "care homes")
    now = sum(place.services[pool] for pool in HOMES)
    for day in days:
        places = sum(places_on(place, pool, day, growth) for pool in HOMES)
        others = others_now * (places / now if now and not place.plans.keys() & set(HOMES) else 1.0)
        residents = _people_later(place, _years_since(place, day), evidence)[CARE_HOME]
        if residents + others > places:
            yield Finding("warning", "care homes", f"Care homes would be full from {month(day)}: {count(residents)} "
                          f"residents and {count(others)} others for {count(places)} places. People would wait in "
                          "hospital for a place.")
            return


def _people_later(place: Place, years: float, evidence: Evidence) -> dict[str, float]:
    """People outside care homes by age band, and those in care homes, some years after the place's year."""
    now = people_by_band(place.population)
    years *= place.growth.get("demography", 1.0)
    later = {
        band: people * (1.0 + evidence.value("population_growth_projected", band) / 100.0) ** years
        for band, people in now.items()
    }
    homes = 0.0
    for band in later:
        if band in evidence.strata("care_home_need_share"):
            residents = later[band] * evidence.value("care_home_need_share", band) / 100.0
            later[band] -= residents
            homes += residents
    return {**later, CARE_HOME: homes}


def _place_findings(place: Place, evidence: Evidence) -> Iterator[Finding]:
    """Numbers of a place that look unlike any place in England."""
    too_large = too_large_for_memory(place.people)
    if too_large:
        yield Finding("refused", place.id, too_large)
    if place.people < FEW_PEOPLE:
        yield Finding("warning", place.id, f"{count(place.people)} people are few: chance will hide all but the "
                      "largest effects.")
    now = people_by_band(place.population)
    england = evidence.values("population", BANDS)
    for (band, first, _), people, share in zip(WIDE_BANDS, now.values(), england / england.sum(), strict=True):
        expected = share * place.people
        if people < expected / ODD_RATIO or people > expected * ODD_RATIO:
            aged = f"aged {band}" if first else "under 5"
            yield Finding("warning", place.id, f"You have {count(people)} people {aged}; the national share would be "
                          f"{count(expected)}: check.")
    average = split_places(average_services(place.people, evidence), place.residential_share)
    for pool, usual in average.items():
        given = place.services.get(pool, usual)
        if given < usual / ODD_RATIO or given > usual * ODD_RATIO:
            yield Finding("warning", place.id, f"You have {given:g} {pool.replace('_', ' ')}; an average place of your "
                          f"size has {usual:g}: check.")


def _window_findings(resolved: Resolved) -> Iterator[Finding]:
    window = resolved.window
    years = _years_since(resolved.place, window.start)
    if years > OLD_YEARS:
        yield Finding("warning", "run", f"The run begins {years:.0f} years after the year that {resolved.place.title} "
                      f"is about, {resolved.place.year}: its people and services are carried forward. Use a place of "
                      "your own.")
    if resolved.interventions and window.change < months_after(window.start, 24):
        yield Finding("note", "run", f"What a before-and-after study would claim needs two years before the first "
                      f"start: begin the run in {month(months_after(window.change, -24))} or earlier.")


def _intervention_findings(plan: Intervention, resolved: Resolved, evidence: Evidence) -> Iterator[Finding]:
    """Whether an intervention can be filled, what it could do at most, and what it lacks."""
    found = reach(plan, resolved.place, evidence)
    if plan.most_people > found.eligible * EMPTY_ENOUGH:
        yield Finding("warning", plan.id, f"{plan.title}: {count(plan.most_people)} places for "
                      f"{count(found.eligible)} people who may join; the rest stay empty and are paid for.")
    if found.people:
        yield Finding("note", plan.id, f"{plan.title}: at most {count(found.people)} people at a time have "
                      f"{percent(found.share, 1, signed=False)} of the area's emergency admissions "
                      f"({found.admissions_each:.2g} each a year, {found.basis}). It cannot lower admissions by more.")
    for effect in plan.effects:
        if phrase_of(effect).only_falls and effect.change.high > 0.0:
            yield Finding("warning", plan.id, f"{plan.title}, {effect.phrase}: the range goes up to "
                          f"{percent(effect.change.high, 1)}, and this share can only fall. A rise does nothing.")
    begins = months_after(plan.starts, max(plan.lag_months, min((e.from_month for e in plan.effects), default=0)))
    if plan.effects and begins >= resolved.window.end:
        yield Finding("warning", plan.id, f"{plan.title} takes effect in {month(begins)}, after the run ends.")
    if plan.most_teams == 0:
        yield Finding("warning", plan.id, f"{plan.title} has no team.")
    if not (plan.cost.running_gbp_per_team_year or plan.cost.per_person_gbp_year):
        yield Finding("warning", plan.id, f"{plan.title} costs nothing to run: give its cost.")
    yield from _staff_findings(plan, evidence)
    if not plan.effects and not plan.adds:
        yield Finding("note", plan.id, f"{plan.title} has no effects: only its cost will differ.")
    if plan.assumptions:
        yield Finding("note", plan.id, f"{plan.title}: {len(plan.assumptions)} numbers without a source "
                      f"({', '.join(plan.assumptions)}). ASSUMPTION: replace with yours.")


def _staff_findings(plan: Intervention, evidence: Evidence) -> Iterator[Finding]:
    """Whether the staff that is named can be paid from what a team costs to run."""
    pay = sum(number * evidence.value("staff.cost", role) for role, number in plan.staff.items())
    running = plan.cost.running_gbp_per_team_year
    if running and pay > running * DEAR_STAFF:
        yield Finding("warning", plan.id, f"{plan.title}: the staff named would cost about {pounds(pay)} a year per "
                      f"team, and a team costs {pounds(running)} to run: check.")


def _years_since(place: Place, day: date) -> float:
    """Years from the middle of the place's financial year, October, to a day."""
    return _months_between(date(int(place.year[:4]), 10, 1), day) / 12.0


def _months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month

