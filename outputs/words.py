"""Findings in words that a planner uses: numbers with their ranges, periods, chances, what it means."""

from __future__ import annotations

import math
from dataclasses import dataclass

from outputs.comparison import Comparison
from outputs.measures.measure import Measure
from outputs.periods import in_months
from outputs.ranges import FEWEST_RUNS, Spread
from scenarios.resolved import Resolved

ADMISSIONS = "emergency_admissions"
GROWTH = "emergency_admission_growth_percent"
BEDS = "emergency_beds_occupied"
NET_COST = "net_cost_gbp"
MILLION = 1e6
MONTHS_PER_YEAR = 12
SHIPPED_PLACES = "england-average"
ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth")
A_CLAIM = -0.05
"""Change that a before-and-after study would make a claim of."""
TWENTIETH = 0.05
SURE = 0.99
NO_NUMBER = "-"
POINTS = "percentage points a year"


@dataclass(frozen=True)
class Symbols:
    """Signs that not every screen can show."""

    pound: str
    plus_minus: str


RICH = Symbols("£", "±")
PLAIN = Symbols("GBP ", "+/-")


def symbols_for(encoding: str | None) -> Symbols:
    """Signs for a screen with an encoding; plain ones where it cannot show them."""
    try:
        (RICH.pound + RICH.plus_minus).encode(encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return PLAIN
    return RICH


def number(value: float, decimals: int = 0, *, signed: bool = False) -> str:
    """A number with commas: "28,410", "-0.1", "+190". Never "-0"."""
    if math.isnan(value):
        return NO_NUMBER
    value = round(value, decimals) + 0.0
    return f"{value:{'+' if signed and value else ''},.{decimals}f}"


def percent(value: float, *, signed: bool = False) -> str:
    """A share or relative change in per cent, with one decimal below 5 %: "-34 %", "-1.2 %"."""
    if math.isnan(value):
        return NO_NUMBER
    decimals = 1 if abs(value) < TWENTIETH else 0
    return f"{number(100.0 * value, decimals, signed=signed)} %"


def chance(value: float) -> str:
    """A chance that came of runs, which are never enough for certainty: "95 %", "over 99 %", "under 1 %"."""
    if math.isnan(value):
        return NO_NUMBER
    if value > SURE:
        return "over 99 %"
    return "under 1 %" if value < 1.0 - SURE else percent(value)


def with_range(found: Spread | None, decimals: int = 0, *, scale: float = 1.0) -> str:
    """A change and its range, with signs at both ends where it might go either way: "-60 [-310, +190]".

    One run has no range.
    """
    if found is None:
        return NO_NUMBER
    either = found.low < 0.0 < found.high
    middle = number(found.mean * scale, decimals, signed=True)
    if found.runs == 1:
        return middle
    low, high = (number(end * scale, decimals, signed=either) for end in (found.low, found.high))
    return f"{middle} [{low}, {high}]"


def percent_with_range(middle: float, low: float, high: float, runs: int) -> str:
    """A relative change and its range: "-4 % [-20, +12]"; one run has no range."""
    if math.isnan(middle):
        return NO_NUMBER
    if runs == 1:
        return percent(middle, signed=True)
    decimals = 1 if max(abs(middle), abs(low), abs(high)) < TWENTIETH else 0
    ends = (number(100.0 * end, decimals, signed=True) for end in (low, high))
    return f"{number(100.0 * middle, decimals, signed=True)} % [{', '.join(ends)}]"


def in_unit(value: float, measure: Measure, symbols: Symbols = RICH) -> str:
    """A level with the sign of its unit: "27.5 %" for a share, "£305.6", "2.9 %", "104.3"."""
    if math.isnan(value):
        return NO_NUMBER
    if measure.unit == "share":
        return f"{number(100.0 * value, max(measure.decimals - 2, 0))} %"
    if measure.unit.startswith("£"):
        return f"{symbols.pound}{number(value, measure.decimals)}"
    return number(value, measure.decimals) + (" %" if measure.unit.startswith("%") else "")


def unit_of_difference(measure: Measure) -> str:
    """Unit of a difference: of per cent, percentage points."""
    return POINTS if measure.unit.startswith("%") else measure.unit


def about_the_place(scenario: Resolved) -> str:
    """Which place and year it is, and whether it is anybody's."""
    place = scenario.place
    people = f"{place.people:,} people"
    title = place.title if people in place.title else f"{place.title}, {people}"
    illustrative = " ILLUSTRATIVE: not your area." if place.id.startswith(SHIPPED_PLACES) else ""
    prices = "services and prices" if scenario.price_year == place.year else f"services, {scenario.price_year} prices"
    return f"{title}, {place.year} {prices}.{illustrative}"


def about_the_period(comparison: Comparison) -> str:
    """Which year is reported: "Third year of change, Apr 2019-Mar 2020"."""
    months = in_months(comparison.period.first, comparison.period.end)
    change = comparison.scenarios[0].window.change
    first = comparison.period.first
    since = (first.year - change.year) * MONTHS_PER_YEAR + first.month - change.month
    if since < 0 or not any(one.interventions for one in comparison.scenarios):
        return months
    year = since // MONTHS_PER_YEAR
    ordinal = ORDINALS[year] if year < len(ORDINALS) else f"{year + 1}th"
    return f"{ordinal} year of change, {months}"


def about_growth(comparison: Comparison) -> str:
    """Over which years growth is taken; empty when there is none."""
    if comparison.growth_period is None:
        return ""
    return f"Growth: total, a year, {comparison.base.name} to {comparison.growth_period.name}."


def about_runs(comparison: Comparison, symbols: Symbols = RICH) -> str:
    """How many runs there are, what the ranges are, and how large simulation error is for admissions."""
    runs = run_count(comparison)
    if comparison.runs == 1:
        return f"{runs}: no ranges."
    found = [comparison.difference(one.id, ADMISSIONS) for one in comparison.others()]
    errors = [one.simulation_error for one in found if one is not None and not math.isnan(one.simulation_error)]
    words = f"[..] = 8-in-10 range over assumptions. {runs}"
    if not errors:
        return f"{words}."
    return f"{words}; simulation error of admissions {symbols.plus_minus}{number(math.ceil(max(errors)))} or less."


def run_count(comparison: Comparison) -> str:
    """How many runs: "1 run", "12 runs"."""
    return "1 run" if comparison.runs == 1 else f"{comparison.runs} runs"


def meaning(comparison: Comparison) -> str:
    """What a comparison comes to, in a sentence or two; empty when there is nothing safe to say."""
    if comparison.runs < FEWEST_RUNS:
        verb = "is" if comparison.runs == 1 else "are"
        few = f"{run_count(comparison)} {verb} too few to say which way any of this goes"
        return f"{few}; it takes {FEWEST_RUNS} or more."
    return " ".join(part for part in (on_growth(comparison), _on_claims(comparison)) if part)


def answer(comparison: Comparison) -> list[str]:
    """What each scenario comes to, in a sentence each."""
    if comparison.reference is None:
        return [_level_answer(comparison)]
    return [_answer_for(comparison, one) for one in comparison.others()]


def on_growth(comparison: Comparison) -> str:
    """Whether any plan halves growth; empty where growth is not known, or one does."""
    reference = comparison.level(str(comparison.reference), GROWTH)
    others = [comparison.difference(one.id, GROWTH) for one in comparison.others()]
    if reference is None or reference.mean <= 0.0 or not others:
        return ""
    if any(one is not None and one.mean <= -reference.mean / 2.0 for one in others):
        return ""
    return "none of these alone halves growth." if len(others) > 1 else "it does not halve growth."


def _on_claims(comparison: Comparison) -> str:
    """The claim that is furthest from the truth, where most of it is people recovering."""
    hollow = [
        row for row in comparison.reached.to_dict("records")
        if row["before_and_after"] <= A_CLAIM and row["true_effect_first_year"] > row["before_and_after"] / 2.0
    ]
    if not hollow:
        return ""
    worst = min(hollow, key=lambda row: float(row["before_and_after"] - row["true_effect_first_year"]))
    return f'"{percent(worst["before_and_after"])}" is mostly people recovering, not the team.'


def _level_answer(comparison: Comparison) -> str:
    scenario = comparison.scenarios[0].id
    found = comparison.level(scenario, ADMISSIONS)
    words = []
    if found is not None:
        words.append(f"{number(found.mean)} emergency admissions in {comparison.period.name} "
                     f"({number(found.low)} to {number(found.high)})")
    growth = comparison.level(scenario, GROWTH)
    if growth is not None and comparison.growth_period is not None:
        words.append(f"growing by {number(growth.mean, 1)} % a year ({number(growth.low, 1)} to "
                     f"{number(growth.high, 1)}) from {comparison.base.name} to {comparison.growth_period.name}")
    return ", ".join(words) + "." if words else "Nothing was counted."


def _answer_for(comparison: Comparison, scenario: Resolved) -> str:
    sentences = [f"{scenario.title}:"]
    here, there = (comparison.level(name, GROWTH) for name in (scenario.id, str(comparison.reference)))
    if here is not None and there is not None and comparison.growth_period is not None:
        reference = comparison.scenario(str(comparison.reference)).title.lower()
        sentences.append(
            f"growth from {comparison.base.name} to {comparison.growth_period.name} {number(here.mean, 1)} % a year "
            f"({number(here.low, 1)} to {number(here.high, 1)}), {reference} {number(there.mean, 1)} %."
        )
    admissions = comparison.difference(scenario.id, ADMISSIONS)
    if admissions is not None:
        sentences.append(
            f"{more_or_fewer(admissions.mean)} emergency admissions in {comparison.period.name} "
            f"({more_or_fewer(admissions.low)} to {more_or_fewer(admissions.high)}): "
            f"{comparison.verdict(scenario.id, ADMISSIONS)}."
        )
    cost = comparison.difference(scenario.id, NET_COST)
    if cost is not None:
        middle, low, high = (millions(pounds) for pounds in (cost.mean, cost.low, cost.high))
        sentences.append(f"Net cost {middle} a year ({low} to {high}), resources view.")
    return " ".join(sentences)


def millions(pounds: float) -> str:
    """Money in millions, with two decimals below one: "£1.2m", "-£0.31m"."""
    amount = number(abs(pounds) / MILLION, 1 if abs(pounds) >= MILLION else 2)
    return f"{'-' if pounds < 0.0 and amount != '0.00' else ''}£{amount}m"


def more_or_fewer(value: float) -> str:
    """A change of a count: "170 fewer", "60 more", "no more"."""
    rounded = round(value)
    return "no more" if rounded == 0 else f"{abs(rounded):,} {'more' if rounded > 0 else 'fewer'}"
