"""Teams: how many people are with them, who does the work, and how often they see people."""

from __future__ import annotations

import numpy as np

from outputs.measures.cost import staffed_team_years
from outputs.measures.measure import ALL, Measure, Values
from outputs.measures.view import View, seconds_within
from outputs.periods import Period
from scenarios.evidence import load
from scenarios.schema.team_fields import HOURS_OF_STAFF
from scenarios.wording import role as in_words

TOPIC = "Teams"


def enrolled_people(view: View, period: Period) -> Values:
    """People with a team at a time, on average over a period, by team; all together counts places taken."""
    enrolments = view.result.enrolments
    by_team = {
        team: seconds_within(enrolments.joined[chosen], enrolments.left[chosen], period) / period.seconds
        for team, chosen in _by_team(view).items()
    }
    return {ALL: sum(by_team.values()), **by_team} if by_team else {}


def team_contacts(view: View, period: Period) -> Values:
    """Contacts of teams with the people on their caseload a year, by team."""
    enrolled = enrolled_people(view, period)
    return {
        plan.id: enrolled[plan.id] * plan.contacts_per_month * 12.0
        for plan in view.resolved.interventions
        if plan.id in enrolled
    }


def staff_hours(view: View, period: Period) -> Values:
    """Hours a year for which staff of teams are paid (volunteers: give), filled or not: all, and by role."""
    tables = view.once("staff hours", lambda: load().with_changes(view.resolved.settings))
    by_role: dict[str, float] = {}
    for plan in view.resolved.interventions:
        team_years = view.yearly(staffed_team_years(plan, period), period)
        for role, posts in plan.staff.items():
            hours = team_years * posts * tables.value(HOURS_OF_STAFF, role)
            by_role[in_words(role)] = by_role.get(in_words(role), 0.0) + hours
    return {ALL: sum(by_role.values()), **dict(sorted(by_role.items()))} if by_role else {}


def _by_team(view: View) -> dict[str, np.ndarray]:
    return {team: view.result.enrolments.team == index for index, team in enumerate(view.result.teams)}


MEASURES = (
    Measure(
        "enrolled_people", "People with a team at a time", "people", "Average over the year of people on a caseload",
        "the model's own", enrolled_people, TOPIC, decimals=0, monthly=True,
    ),
    Measure(
        "staff_hours", "Hours of teams' staff", "hours a year",
        "Staffed teams, filled or not, times posts of each role times the hours a year of a whole-time post; "
        "volunteers' hours are among them", "evidence rows staff.hours_per_year", staff_hours, TOPIC, matters=0.05,
        decimals=0,
    ),
    Measure(
        "team_contacts", "Contacts of teams with people on their caseload", "contacts a year",
        "People with a team at a time, times contacts a month in the plan", "the model's own", team_contacts, TOPIC,
        decimals=0,
    ),
)
