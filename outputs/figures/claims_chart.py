"""Among the people reached: what is true, what a before-and-after study would claim, and what the area could gain."""

from __future__ import annotations

import math

import pandas as pd

from outputs import words
from outputs.comparison import Comparison
from outputs.figures.chart import Chart
from outputs.figures.plot import look
from outputs.figures.rows import Row, Rows, Value, rows_of_values
from outputs.figures.scene import Scene

NAME = "claims_chart"
CLAIM = "#8a5a00"
CEILING_NAME = "ceiling_chart"
LIMIT = "#425563"
COLUMNS = ["scenario", "team", "what", "mean", "low", "high", "unit"]


def claims_chart(comparison: Comparison) -> Chart:
    """True effect beside the claim, one row a team; both about the 12 months after joining."""
    rows, data = [], []
    for row in comparison.reached.to_dict("records"):
        place = 1 + [one.id for one in comparison.others()].index(str(row["scenario"]))
        style, name = look(place), team_title(comparison, str(row["scenario"]), str(row["team"]))
        values = []
        for what, key, colour, hollow in (
            ("true effect, first year", "true_effect_first_year", style.colour, False),
            ("a before-and-after study would claim", "before_and_after", CLAIM, True),
        ):
            middle, low, high = (100.0 * float(row[f"{key}{end}"]) for end in ("", "_low", "_high"))
            said = words.percent_with_range(middle / 100.0, low / 100.0, high / 100.0, comparison.runs)
            values.append(Value(middle, low, high, colour, f"{name}, {what}: {said}",
                                "diamond" if hollow else style.sign, hollow))
            data.append((row["scenario"], row["team"], what, middle, low, high, "% change of admissions"))
        note = (f"true {words.percent(row['true_effect_first_year'], signed=True)}, "
                f"claim {words.percent(row['before_and_after'], signed=True)}")
        rows.append(Row(name, tuple(values), note, place))

    def draw(width: float) -> Scene:
        unit = "% change of these people's emergency admissions in their first 12 months"
        return rows_of_values(width, Rows(rows, unit, "fewer", "more"))

    caption = (f"Filled: true effect, the same people with and without the team. Hollow diamond: their 12 months after "
               f"joining against their 12 months before, as an evaluation would have it. Bars: 8-in-10 range. "
               f"{words.about_the_place(comparison.scenarios[0])} {words.run_count(comparison)}.")
    return Chart(NAME, _claims_finding(comparison), caption, pd.DataFrame(data, columns=COLUMNS), draw,
                 "rows", "what", "team")


def ceiling_chart(comparison: Comparison) -> Chart:
    """The most that each team could do for the whole area, and what it does."""
    rows, data = [], []
    for row in comparison.reached.to_dict("records"):
        ceiling = 100.0 * float(row["ceiling"])
        if math.isnan(ceiling):
            continue
        place = 1 + [one.id for one in comparison.others()].index(str(row["scenario"]))
        style, name = look(place), team_title(comparison, str(row["scenario"]), str(row["team"]))
        through = [-ceiling * float(row[f"true_effect{end}"]) for end in ("", "_low", "_high")]
        values = (
            Value(ceiling, math.nan, math.nan, LIMIT, f"{name}: at most {words.percent(ceiling / 100.0, signed=True)}",
                  "triangle", hollow=True),
            Value.of(through, style.colour,
                     f"{name}: {words.percent(through[0] / 100.0, signed=True)} of the area's admissions, through "
                     "these people", style.sign),
        )
        data += [(row["scenario"], row["team"], "most it could do", ceiling, math.nan, math.nan, "% of admissions"),
                 (row["scenario"], row["team"], "what it does through these people", *through, "% of admissions")]
        people = words.number(float(row["people_at_a_time"]))
        note = f"at most {words.percent(ceiling / 100.0, signed=True)} with {people} people at a time"
        rows.append(Row(name, values, note, place))

    def draw(width: float) -> Scene:
        return rows_of_values(width, Rows(rows, "% of the whole area's emergency admissions", "fewer", "more"))

    caption = (f"Hollow triangle: the change if every emergency admission of everybody reached were avoided, which no "
               f"service does. Filled: true effect on them, as a share of the area. "
               f"{words.about_the_period(comparison)}. {words.about_the_place(comparison.scenarios[0])}")
    return Chart(CEILING_NAME, _ceiling_finding(comparison), caption, pd.DataFrame(data, columns=COLUMNS), draw,
                 "rows", "what", "team")


def team_title(comparison: Comparison, scenario: str, team: str) -> str:
    """What a team is called: by its scenario where it is alone in it."""
    found = comparison.scenario(scenario)
    if len(found.interventions) == 1:
        return found.title
    title = next((plan.title for plan in found.interventions if plan.id == team), team)
    return f"{title}, in {found.title}"


def _claims_finding(comparison: Comparison) -> str:
    gaps = [
        (float(row["true_effect_first_year"] - row["before_and_after"]), row)
        for row in comparison.reached.to_dict("records")
        if not math.isnan(row["true_effect_first_year"] - row["before_and_after"])
    ]
    if not gaps:
        return "Nobody was followed for long enough to compare claim and truth"
    gap, worst = max(gaps, key=lambda pair: pair[0])
    if gap < -words.A_CLAIM:
        return "Here a before-and-after study would come near the truth"
    name = team_title(comparison, str(worst["scenario"]), str(worst["team"]))
    return (f"A before-and-after study of {name} would claim {words.percent(worst['before_and_after'], signed=True)}; "
            f"the true effect in their first year is {words.percent(worst['true_effect_first_year'], signed=True)}")


def _ceiling_finding(comparison: Comparison) -> str:
    most = comparison.reached["ceiling"].min() if not comparison.reached.empty else math.nan
    if math.isnan(most):
        return "The most that each service could do"
    return f"Even preventing everything, none of these services could take more than {words.percent(-most)} off"
