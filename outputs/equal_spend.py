"""Options at the same spend: each one's teams made more or fewer until they cost the same.

Options of different size cannot be ranked by what they do: the largest would win. Dividing by cost does not help
either. Cost after care avoided may be nothing or below, and then the ratio says nothing; and half as many teams do not
do half as much, since the people who need a team most are found first. So the options themselves are changed, and run:
what is compared is what the same money buys. The money is what a commissioner has to find, that is set-up and staffed
teams from the first day of the change, whether filled or not; what comes back through care avoided is shown beside it
and never taken off first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from outputs.measures.cost import staffed_team_years
from outputs.periods import Period, period
from scenarios.messages import BadInput, Message
from scenarios.resolved import Intervention, Resolved
from simulation.calendar import DAYS_PER_YEAR, build_calendar


@dataclass(frozen=True)
class Scaled:
    """An option at a spend.

    Attributes:
        scenario: with its teams made more or fewer.
        times: how many times as many teams it has as its file says.
        spend_gbp: what its teams cost a year, set-up included, on average since the change.
    """

    scenario: Resolved
    times: float
    spend_gbp: float


def spend_a_year_gbp(scenario: Resolved, until: Period) -> float:
    """What a scenario's teams cost a year, set-up included, on average from the change to the end of a year.

    Extras per person are taken as if every team were full from its first day.
    """
    window = scenario.window
    span = period(build_calendar(window.burn_in_start, window.end), window.change, until.end, "since the change")
    years = (span.end - span.first).days / DAYS_PER_YEAR
    return sum(_cost(plan, span) for plan in scenario.interventions) / years


def at_spend(scenario: Resolved, until: Period, spend_gbp: float) -> Scaled:
    """A scenario whose teams cost so much a year; everything that a team brings grows with their number.

    Raises:
        BadInput: when its teams cost nothing, so that no number of them costs so much.
    """
    own = spend_a_year_gbp(scenario, until)
    if own <= 0.0:
        text = f"{scenario.title} costs nothing as its file has it, so it cannot be brought to the spend of others."
        raise BadInput([Message("", 0, "--equal-spend", scenario.id, text=text, label="option")])
    times = spend_gbp / own
    plans = tuple(made_larger(plan, times) for plan in scenario.interventions)
    return Scaled(replace(scenario, interventions=plans), times, spend_gbp)


def smallest_spend_gbp(scenarios: Sequence[Resolved], until: Period) -> float:
    """What the cheapest of some scenarios costs a year: at that spend none is larger than its file says."""
    return min(spend_a_year_gbp(one, until) for one in scenarios)


def made_larger(plan: Intervention, times: float) -> Intervention:
    """A service with so many times as many teams, and so many times the set-up."""
    teams = tuple((day, number * times) for day, number in plan.teams)
    return replace(plan, teams=teams, cost=replace(plan.cost, set_up_gbp=plan.cost.set_up_gbp * times))


def _cost(plan: Intervention, span: Period) -> float:
    set_up = plan.cost.set_up_gbp if span.first <= plan.starts < span.end else 0.0
    team_years = staffed_team_years(plan, span)
    full = plan.cost.per_person_gbp_year * plan.caseload_per_team
    return set_up + (plan.cost.running_gbp_per_team_year + full) * team_years
