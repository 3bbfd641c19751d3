"""`caresim why`: from the people that a team reaches to what the whole area sees, one number after the other."""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

import click

from caresim.columns import WIDTH
from caresim.options import Choices, study_options
from caresim.screen import show

if TYPE_CHECKING:
    from outputs.comparison import Comparison
    from outputs.ranges import Spread
    from scenarios.resolved import Resolved

SPILL_OVER = (
    "The rest comes from people who are not reached: beds and appointments that become free are used by others, and "
    "chance in the runs."
)
NOT_TOLD = (
    "What it does to their own admissions is not told: nobody was with it for long, or they join while in hospital, "
    "with the admission that would be counted."
)


@click.command("why")
@click.argument("scenario", metavar="SCENARIO")
@study_options
def command(scenario: str, choices: Choices) -> None:
    """Show the chain of numbers from the people reached to the result.

    SCENARIO is compared with doing nothing, as by caresim compare, and runs that are there already are used. Those that
    are not are simulated: 24 runs, 12 of each, unless -n says otherwise. For the average place of 250,000 people that
    is some minutes and for a small one less; --plan says how long it takes here, and stops. It asks before anything
    that takes ten minutes or more, where somebody is at the keyboard, unless --yes is given.
    """
    from caresim.running import Asked, carry_out, prepare_asked

    asked = Asked("compare", (scenario,), choices)
    found = carry_out(prepare_asked(asked, compared=True), asked)
    if found is None:
        return
    result, _ = found
    chains = [chain(result.comparison, one, row) for one in result.comparison.others()
              for row in result.comparison.reached.to_dict("records") if row["scenario"] == one.id]
    if choices.as_json:
        show(json.dumps({"scenario": scenario, "chains": chains}, indent=2))
        return
    for steps in chains:
        show("\n".join(_numbered(steps)))


def chain(comparison: Comparison, scenario: Resolved, row: Mapping[Hashable, Any]) -> list[str]:
    """The steps for one team, a sentence each.

    Args:
        comparison: of the scenario with doing nothing.
        scenario: that uses the team.
        row: of `comparison.reached`, for the team.
    """
    from outputs import words

    eligible = comparison.level(scenario.id, "eligible_people", row["team"])
    admissions = comparison.level(str(comparison.reference), words.ADMISSIONS)
    change = comparison.difference(scenario.id, words.ADMISSIONS)
    beds, cost = (comparison.difference(scenario.id, name) for name in (words.BEDS, words.NET_COST))
    title = next(plan.title for plan in scenario.interventions if plan.id == row["team"])
    may_join = "" if eligible is None else f" of {words.number(eligible.mean)} who may join"
    steps = [
        f"{title}: {words.number(row['people_at_a_time'])} people are with a team at a time{may_join} "
        f"({comparison.period.name}).",
    ]
    among_them = _among_them(row, comparison.runs, admissions)
    steps += among_them or [NOT_TOLD]
    if change is not None:
        verdict = comparison.verdict(scenario.id, words.ADMISSIONS)
        area = f"The whole area sees {words.with_range(change)} admissions: {verdict}."
        steps.append(f"{area} {SPILL_OVER}" if among_them else area)
    if beds is not None and cost is not None:
        steps.append(
            f"That is {words.with_range(beds, 1)} beds in use, at a net cost of {words.millions(cost.mean)} a year "
            f"({words.millions(cost.low)} to {words.millions(cost.high)}), resources view."
        )
    steps.append(
        f"A before-and-after study of these people would claim {words.percent(row['before_and_after'], signed=True)}."
    )
    return steps


def _among_them(row: Mapping[Hashable, Any], runs: int, admissions: Spread | None) -> list[str]:
    """From the most that a team could do to what it does to the people whom it reaches; empty when that is not told."""
    from outputs import words

    through_them = -row["ceiling"] * row["true_effect"]
    if math.isnan(through_them):
        return []
    effect = words.percent_with_range(row["true_effect"], row["true_effect_low"], row["true_effect_high"], runs)
    most, middle = words.percent(-row["ceiling"]), words.percent(row["true_effect"], signed=True)
    steps = [
        f"Without it they would have {most} of the area's emergency admissions: the most that it could prevent.",
        f"Among them admissions change by {effect}.",
    ]
    if admissions is not None:
        steps.append(
            f"{middle} of {most} is {words.percent(through_them, signed=True)} of the area's "
            f"{words.number(admissions.mean)} admissions: {words.number(through_them * admissions.mean, signed=True)}."
        )
    return steps


def _numbered(steps: list[str]) -> list[str]:
    lines = []
    for number, step in enumerate(steps, start=1):
        lines += textwrap.wrap(step, WIDTH, initial_indent=f"{number}. ", subsequent_indent="   ")
    return lines
