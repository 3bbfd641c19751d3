"""Charts: a finding as title, units on axes, data behind, the same bytes each time."""

from __future__ import annotations

import io
from collections.abc import Callable
from xml.etree import ElementTree

import matplotlib as mpl
import matplotlib.image
import pandas as pd
import pytest

from outputs.compare import compare
from outputs.comparison import Comparison
from outputs.figures import Chart, cost_chart, growth_chart
from outputs.figures import cost_chart as draw_cost
from outputs.figures.cost_chart import finding as cost_finding
from outputs.figures.growth_chart import finding as growth_finding
from tests.outputs.studies import do_nothing, study, tables
from tests.outputs.test_tables_and_words import EVERY_MEASURE, around

PLANS = EVERY_MEASURE | {
    "emergency_admissions_per_day": 77.8, "intervention_cost_gbp": 1e6, "marginal_care_cost_gbp": 5e7,
}


def compared(*net: float, runs: int = 12) -> Comparison:
    """Plans with chosen net costs, which all lower admissions."""
    base = around(PLANS, {}, 0.0, 1, runs)
    plans = [
        around(PLANS, {"net_cost_gbp": cost, "emergency_admissions": -1000.0}, 0.0001, 2 + i, runs)
        for i, cost in enumerate(net)
    ]
    return study(base, *plans)


def alone() -> Comparison:
    """Doing nothing on its own, with costs by sector."""
    sectors = {"cost_per_head_gbp|A&E": 62.0, "cost_per_head_gbp|care homes": 146.0, "cost_per_head_gbp|teams": 0.0}
    return compare(tables("do-nothing", around(PLANS | sectors, {}, 0.01, 1)), [do_nothing()])


@pytest.mark.parametrize("chart", [growth_chart, cost_chart])
@pytest.mark.parametrize("found", [compared(1e6, -1e6), alone()], ids=["compared", "alone"])
def test_a_chart_is_saved_as_picture_drawing_and_data(chart: Callable[[Comparison], Chart], found: Comparison) -> None:
    """PNG of 170 mm at 300 dots an inch, SVG with its words as words and its run, CSV with units; the same bytes."""
    drawn = chart(found)
    pixels = matplotlib.image.imread(io.BytesIO(drawn.picture("7f3a91")))
    assert pixels.shape[1] == 2007
    assert pixels.std() > 0.05
    words = "".join(ElementTree.fromstring(drawn.drawing("7f3a91")).itertext())
    assert "Small place" in words
    assert "Run 7f3a91." in words
    data = pd.read_csv(io.BytesIO(drawn.numbers()))
    assert data["unit"].notna().all()
    assert {"mean", "low", "high", "period"} <= set(data.columns)
    again = chart(found)
    assert (again.picture("7f3a91"), again.drawing("7f3a91")) == (drawn.picture("7f3a91"), drawn.drawing("7f3a91"))


def test_a_users_own_settings_do_not_change_a_chart() -> None:
    """Somebody's matplotlib style is left outside, and left as it was."""
    plain = draw_cost(compared(1e6)).picture("")
    with mpl.rc_context({"font.size": 30.0, "axes.facecolor": "black"}):
        assert draw_cost(compared(1e6)).picture("") == plain
        assert mpl.rcParams["font.size"] == 30.0


def test_the_growth_title_names_growth_and_the_plans_that_change_admissions() -> None:
    """With their chance; or says that none does."""
    assert growth_finding(compared(1e6)) == (
        "Emergency admissions grow by 2.9 % a year (do nothing); fewer with A team (9 in 10)"
    )
    base = around(PLANS, {}, 0.0, 1)
    assert growth_finding(study(base, base)).endswith("no plan clearly changes how many there are")
    assert growth_finding(alone()).startswith("Emergency admissions grow by 2.9 % a year")


def test_with_too_few_runs_titles_find_nothing() -> None:
    """Three runs say neither which way admissions go nor whether a plan pays."""
    assert growth_finding(compared(1e6, runs=3)).endswith("too few runs to say what plans change")
    assert cost_finding(compared(1e6, runs=3)) == "Net cost of each plan; 3 runs: too few to say more"


@pytest.mark.parametrize(
    ("net", "title"),
    [
        ((1e6,), "A team costs more than it frees"),
        ((1e6, 2e6), "Both plans cost more than they free"),
        ((-1e6, 2e6), "B team cost more than they free; A team free more than they cost"),
        ((0.0,), "A team may do either"),
    ],
)
def test_the_cost_title_says_whether_plans_cost_more_than_they_free(net: tuple[float, ...], title: str) -> None:
    """Judged by the whole 8-in-10 range."""
    assert cost_finding(compared(*net)) == title


def test_sectors_without_cost_are_not_drawn() -> None:
    """Teams cost nothing when there are none."""
    assert set(draw_cost(alone()).data["part"]) == {"A&E", "care homes"}
