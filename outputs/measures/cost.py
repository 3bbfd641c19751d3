"""What care costs, in two of the three views of money, which are never added to each other.

Average cost: every unit of care at its full average cost, teams at what they cost. For reference: it is what care
costs, not what would be saved.
Resources: teams at what they cost from their first day, care at the part of its cost that one unit more or less
changes. Only differences between scenarios mean anything.
Payments between organisations are the third view, and not here.
"""

from __future__ import annotations

import numpy as np

from outputs.measures.activity import admitted, attending
from outputs.measures.measure import ALL, Measure, Values, share
from outputs.measures.view import View, nights_within, seconds_within
from outputs.periods import Period
from outputs.prices import Price
from scenarios.resolved import Intervention
from simulation.calendar import SECONDS_PER_DAY, SECONDS_PER_YEAR

TOPIC = "Cost"
DAYS_PER_WEEK = 7.0
MONTHS_PER_YEAR = 12.0
EMERGENCY_SECTOR = "emergency admissions"
TEAMS = "teams"
AVERAGE_RULE = (
    "Average-cost view: care of residents at full average unit costs, and teams; elective, outpatient, maternity, "
    "mental health and home care are not in it. An admission is costed without or with nights, never as an average one"
)
RESOURCES_RULE = (
    "Resources view: teams from their first day, filled or not, plus the part of the cost of care that one unit more or"
    " less changes. A level means nothing by itself: read the difference"
)
SOURCE = "price list england-2016-17"


def units_of_care(view: View, period: Period) -> Values:
    """Units of each item of the price list that residents used in a period."""
    return {price.item: units_of_item(view, period, price) for price in view.prices.prices}


def cost_per_head_gbp(view: View, period: Period) -> Values:
    """Care at average unit costs, and teams, per resident a year: all, by sector, and teams."""
    by_sector = _average_cost(view, period)
    by_sector[TEAMS] = sum(intervention_cost_gbp_by_team(view, period).values())
    people = view.person_years(period)
    return {ALL: sum(by_sector.values()) / people, **{name: cost / people for name, cost in by_sector.items()}}


def emergency_admission_cost_per_head_gbp(view: View, period: Period) -> Values:
    """Emergency admissions at average unit costs per resident a year."""
    return {ALL: _average_cost(view, period).get(EMERGENCY_SECTOR, 0.0) / view.person_years(period)}


def spending_covered_share(view: View, period: Period) -> Values:
    """Part of all health and adult social care spending that the model's average-cost view covers."""
    covered = sum(_average_cost(view, period).values()) / view.person_years(period)
    return share(covered, view.prices.all_spending_per_head)


def intervention_cost_gbp(view: View, period: Period) -> Values:
    """What the teams cost a year: all, and by team."""
    by_team = intervention_cost_gbp_by_team(view, period)
    return {ALL: sum(by_team.values()), **by_team}


def intervention_cost_per_head_gbp(view: View, period: Period) -> Values:
    """What the teams cost per resident a year."""
    return {ALL: sum(intervention_cost_gbp_by_team(view, period).values()) / view.person_years(period)}


def marginal_care_cost_gbp(view: View, period: Period) -> Values:
    """The part of the cost of a year's care that one unit more or less changes: all, and by sector."""
    by_sector = _by_sector(view, {
        price.item: view.yearly(units_of_item(view, period, price), period) * marginal_cost(price)
        for price in view.prices.prices
    })
    return {ALL: sum(by_sector.values()), **by_sector}


def net_cost_gbp(view: View, period: Period) -> Values:
    """Teams plus the marginal cost of care, a year."""
    teams = sum(intervention_cost_gbp_by_team(view, period).values())
    return {ALL: teams + marginal_care_cost_gbp(view, period)[ALL]}


def intervention_cost_gbp_by_team(view: View, period: Period) -> dict[str, float]:
    """What each intervention costs in a period, a year: set-up on its first day, staffed teams, extras per person."""
    return {plan.id: view.yearly(cost_of_service(view, period, plan), period) for plan in view.resolved.interventions}


def staffed_team_years(plan: Intervention, period: Period) -> float:
    """Years of staffed teams in a period, filled or not, until funding ends."""
    total = 0.0
    starts = [start for start, _ in plan.teams]
    for (start, teams), after in zip(plan.teams, [*starts[1:], period.end], strict=True):
        last = min(after, period.end, plan.funding_ends or period.end)
        first = max(start, period.first)
        if last > first:
            total += teams * ((last.year - first.year) * MONTHS_PER_YEAR + last.month - first.month) / MONTHS_PER_YEAR
    return total


def cost_of_service(view: View, period: Period, plan: Intervention) -> float:
    """What an intervention costs in a period: set-up on its first day, staffed teams, extras per person."""
    set_up = plan.cost.set_up_gbp if period.first <= plan.starts < period.end else 0.0
    running = plan.cost.running_gbp_per_team_year * staffed_team_years(plan, period)
    return set_up + running + plan.cost.per_person_gbp_year * _enrolled_years(view, period, plan.id)


def _enrolled_years(view: View, period: Period, team: str) -> float:
    if team not in view.result.teams:
        return 0.0
    enrolments = view.result.enrolments
    chosen = enrolments.team == view.result.teams.index(team)
    return seconds_within(enrolments.joined[chosen], enrolments.left[chosen], period) / SECONDS_PER_YEAR


def _average_cost(view: View, period: Period) -> dict[str, float]:
    """Cost of a period's care at average unit costs, by sector."""
    return _by_sector(
        view, {price.item: units_of_item(view, period, price) * price.value.best for price in view.prices.prices}
    )


def _by_sector(view: View, by_item: dict[str, float]) -> dict[str, float]:
    sectors = dict.fromkeys((price.sector for price in view.prices.prices), 0.0)
    for price in view.prices.prices:
        sectors[price.sector] += by_item[price.item]
    return sectors


def marginal_cost(price: Price) -> float:
    """What one unit more or less changes, in pounds."""
    return price.value.best * price.marginal_share.best


def units_of_item(view: View, period: Period, price: Price) -> float:
    """Units of one item in a period. No contact, stay or night is counted in two items."""
    return view.once(("units", price.counts, price.tag, period), lambda: _count_units(view, period, price))


def _count_units(view: View, period: Period, price: Price) -> float:
    if price.counts == "contacts":
        return float(view.contacts(period, price.tag))
    if price.counts == "days":
        return view.stay_seconds(period, price.tag) / SECONDS_PER_DAY
    if price.counts == "weeks":
        return view.stay_seconds(period, price.tag) / (SECONDS_PER_DAY * DAYS_PER_WEEK)
    if price.counts == "admission_nights":
        return float(nights_within(view.admissions.begin_day, view.admissions.end_day, period).sum())
    if price.counts in ("admissions_zero_day", "admissions_overnight"):
        zero_day = view.zero_day[admitted(view, period)]
        return float(np.count_nonzero(zero_day if price.counts == "admissions_zero_day" else ~zero_day))
    rows = attending(view, period)
    type1, was_admitted = view.attendances.type1[rows], view.attendances.admitted[rows]
    chosen = {
        "type1_admitted": type1 & was_admitted,
        "type1_not_admitted": type1 & ~was_admitted,
        "ae_other": ~type1,
    }[price.counts]
    return float(np.count_nonzero(chosen))


MEASURES = (
    Measure(
        "cost_per_head_gbp", "Cost of care per head at average unit costs, teams included", "£ a year", AVERAGE_RULE,
        SOURCE, cost_per_head_gbp, TOPIC, matters=0.005, headline=True,
    ),
    Measure(
        "emergency_admission_cost_per_head_gbp", "Emergency-admission spending per head at average unit costs",
        "£ a year", "Admission basis: a price without nights, a price with nights, and bed days", SOURCE,
        emergency_admission_cost_per_head_gbp, TOPIC, matters=0.01, headline=True,
    ),
    Measure(
        "intervention_cost_gbp", "Cost of the teams", "£ a year",
        "Set-up on the first day, staffed teams filled or not, extras per person", "the scenario",
        intervention_cost_gbp, TOPIC, matters=0.05, decimals=0,
    ),
    Measure(
        "intervention_cost_per_head_gbp", "Cost of the teams per head", "£ a year",
        "Cost of the teams over residents", "the scenario", intervention_cost_per_head_gbp, TOPIC, matters=0.05,
        decimals=2, headline=True,
    ),
    Measure(
        "marginal_care_cost_gbp", "Part of the cost of care that moves with use", "£ a year", RESOURCES_RULE, SOURCE,
        marginal_care_cost_gbp, TOPIC, matters=0.005, decimals=0,
    ),
    Measure(
        "net_cost_gbp", "Net cost, resources view", "£ a year", RESOURCES_RULE, SOURCE, net_cost_gbp, TOPIC,
        matters=0.005, decimals=0,
    ),
    Measure(
        "spending_covered_share", "Share of health and care spending that the model covers", "share",
        "Cost of care at average unit costs over health and adult social care spending per head in England", SOURCE,
        spending_covered_share, TOPIC, matters=0.01, relative=False, decimals=3,
    ),
    Measure(
        "units_of_care", "Care used, by item of the price list", "units", "Each item in its own unit, in the period",
        SOURCE, units_of_care, TOPIC,
    ),
)
