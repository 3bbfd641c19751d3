"""What a plan costs and what it frees, part by part; or, for one scenario, what care costs by sector."""

from __future__ import annotations

import pandas as pd

from outputs import words
from outputs.comparison import Comparison
from outputs.figures.chart import Chart
from outputs.figures.plot import look
from outputs.figures.rows import Row, Rows, Value, rows_of_values
from outputs.figures.scene import Scene
from outputs.figures.waterfall import Step, waterfall
from outputs.measures.measure import ALL
from outputs.ranges import FEWEST_RUNS
from scenarios.resolved import Resolved

NAME = "cost_chart"
TEAMS, CARE, NET = "intervention_cost_gbp", "marginal_care_cost_gbp", "net_cost_gbp"
PER_HEAD = "cost_per_head_gbp"
PARTS = {TEAMS: "teams", CARE: "care, at the cost that moves with use", NET: "net"}
SIGNS = {TEAMS: "square", CARE: "triangle", NET: "circle"}
RESOURCES = ("Resources view: teams at full cost from their first day; care at the part of its cost that one unit more "
             "or less changes. None of it is cash until a service closes capacity.")
SMALLEST_SHARE = 0.02
THOUSAND = 1e3


def cost_chart(comparison: Comparison) -> Chart:
    """Teams, care and net cost of each plan; without a reference, cost of care per head by sector."""
    return _plans(comparison) if comparison.reference and comparison.others() else _sectors(comparison)


def cost_waterfall(comparison: Comparison, plan: Resolved) -> Chart:
    """How one plan's net cost comes about: its teams, and each sector's care."""
    parts = _parts(comparison, plan)
    unit, per = ("£ million", words.MILLION) if max(abs(pounds) for _, pounds in parts) >= words.MILLION else (
        "£ thousand", THOUSAND)

    def say(amount: float) -> str:
        return words.number(amount, 1 if per == words.MILLION else 0, signed=True)

    steps = [Step(name, pounds / per, f"{name}: {say(pounds / per)} {unit}") for name, pounds in parts]
    net = sum(step.amount for step in steps)
    steps.append(Step("net cost", net, f"net cost: {say(net)} {unit}", is_total=True))
    data = pd.DataFrame([(plan.id, step.name, step.amount, comparison.period.name, f"{unit} a year") for step in steps],
                        columns=["scenario", "part", "mean", "period", "unit"])

    def draw(width: float) -> Scene:
        return waterfall(width, steps, f"{unit} in {comparison.period.name}", say)

    found = comparison.difference(plan.id, NET)
    ends = "" if found is None or found.runs == 1 else f" ({words.millions(found.low)} to {words.millions(found.high)})"
    pounds_a_year = net * per if found is None else found.mean
    title = f"{plan.title}: net cost {words.millions(pounds_a_year)} a year{ends}"
    name = f"{NAME}_{plan.id.replace('+', '-')}"
    return Chart(name, title, _below(comparison), data, draw, "steps", "scenario", "part")


def finding(comparison: Comparison) -> str:
    """The chart's title: whether plans cost more than they free."""
    if not comparison.reference or not comparison.others():
        found = comparison.level(comparison.scenarios[0].id, PER_HEAD)
        if found is None:
            return "Cost of care"
        return f"The care in the model costs £{words.number(found.mean)} a head in {comparison.period.name}"
    if comparison.runs < FEWEST_RUNS:
        return f"Net cost of each plan; {words.run_count(comparison)}: too few to say more"
    net = [(one, found) for one in comparison.others() if (found := comparison.difference(one.id, NET)) is not None]
    costs = [one for one, found in net if found.low > 0.0]
    saves = [one for one, found in net if found.high < 0.0]
    either = [one for one, found in net if found.low <= 0.0 <= found.high]
    if costs and not saves and not either:
        return f"{_all_of(costs)} more than {'they free' if len(costs) > 1 else 'it frees'}"
    parts = [
        f"{_named(costs)} cost more than they free" if costs else "",
        f"{_named(saves)} free more than they cost" if saves else "",
        f"{_named(either)} may do either" if either else "",
    ]
    return "; ".join(part for part in parts if part) or "Net cost"


def _plans(comparison: Comparison) -> Chart:
    rows, data = [], []
    for place, one in enumerate(comparison.others(), start=1):
        style, values = look(place), []
        for measure, part in PARTS.items():
            found = comparison.difference(one.id, measure)
            if found is None:
                continue
            middle, low, high = (end / words.MILLION for end in (found.mean, found.low, found.high))
            says = f"{one.title}, {part}: {words.millions(found.mean)} ({words.millions(found.low)} to "
            says += f"{words.millions(found.high)}) a year"
            values.append(Value(middle, low, high, style.colour, says, SIGNS[measure], measure != NET))  # type: ignore[arg-type]
            data.append((one.id, part, comparison.period.name, middle, low, high, "£m a year"))
        net = comparison.difference(one.id, NET)
        rows.append(Row(one.title, tuple(values), "" if net is None else f"net {words.millions(net.mean)}", place))
    columns = ["scenario", "part", "period", "mean", "low", "high", "unit"]

    def draw(width: float) -> Scene:
        unit = f"£ million in {comparison.period.name}, more or less than: {comparison.scenarios[0].title.lower()}"
        return rows_of_values(width, Rows(rows, unit, "frees", "costs"))

    caption = f"Hollow square: teams. Hollow triangle: care. Filled: net. {_below(comparison)}"
    return Chart(NAME, finding(comparison), caption, pd.DataFrame(data, columns=columns), draw, "rows", "part",
                 "scenario")


def _sectors(comparison: Comparison) -> Chart:
    table, scenario = comparison.levels, comparison.scenarios[0]
    of_period = table[(table["measure"] == PER_HEAD) & (table["stratum"] != ALL)
                      & (table["period"] == comparison.period.name) & (table["mean"] > 0.0)]
    data = of_period.sort_values("mean", ascending=False)[["scenario", "stratum", "period", "mean", "low", "high"]]
    data = data.rename(columns={"stratum": "part"}).assign(unit="£ per head a year").reset_index(drop=True)
    rows = [
        Row(str(row["part"]), (Value(row["mean"], row["low"], row["high"], look(1).colour,
            f"{row['part']}: £{words.number(row['mean'], 1)} per head a year"),), f"£{words.number(row['mean'])}")
        for row in data.to_dict("records")
    ]

    def draw(width: float) -> Scene:
        return rows_of_values(width, Rows(rows, "£ per head a year, at average unit costs", signed=False))

    caption = (f"{words.about_the_place(scenario)} Average-cost view: what care costs, not what would be saved. Bars: "
               f"8-in-10 range. {words.run_count(comparison)}.")
    return Chart(NAME, finding(comparison), caption, data, draw, "rows", "period", "part")


def _parts(comparison: Comparison, plan: Resolved) -> list[tuple[str, float]]:
    """What a plan's teams cost, then each sector's care by size, small ones together; pounds a year."""
    table = comparison.differences
    own = table[(table["scenario"] == plan.id) & (table["period"] == comparison.period.name)
                & (table["stratum"] != ALL)]
    teams = comparison.difference(plan.id, TEAMS)
    parts = [("teams", 0.0 if teams is None else teams.mean)]
    sectors = own[own["measure"] == CARE]
    amounts = sorted(zip(sectors["stratum"], sectors["mean"], strict=True), key=lambda pair: -abs(pair[1]))
    large = [pair for pair in amounts if abs(pair[1]) >= SMALLEST_SHARE * abs(parts[0][1])][:6]
    parts += large
    rest = sum(amount for _, amount in amounts[len(large):])
    if len(amounts) > len(large):
        parts.append(("other care", rest))
    return [(str(name), float(pounds)) for name, pounds in parts]


def _below(comparison: Comparison) -> str:
    return f"{words.about_the_place(comparison.scenarios[0])} {RESOURCES} {words.run_count(comparison)}."


def _all_of(plans: list[Resolved]) -> str:
    return f"{plans[0].title} costs" if len(plans) == 1 else f"{'Both' if len(plans) == 2 else 'All'} plans cost"


def _named(plans: list[Resolved]) -> str:
    return ", ".join(one.title for one in plans)
