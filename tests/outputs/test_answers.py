"""Answers of rank, find and discover: what they say, what they draw, and the folder they go to."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from outputs import discovered, ranked
from outputs.answers import Answer, write_answer
from outputs.discovered import Conditions, Discovery, Failing, Knowledge, Known
from outputs.frontier import Frontier, frontier_chart, frontier_table, with_range
from outputs.measures.registry import MEASURES
from outputs.ranked import (
    Option,
    Ranking,
    in_pounds,
    ranking_chart,
    ranking_in_words,
    ranking_page,
    ranking_table,
)
from outputs.report.answer_page import answer_html
from outputs.writer import AlreadyFinished
from scenarios.resolved import RangeValue
from tests.outputs.studies import with_team

PLACE = "Anytown, 2016/17 services and prices."
RUNS = 12


def ranking(*, decided: bool = True, left: int = 1, spend: float = 50_000.0) -> Ranking:
    """Three options: care homes best, extensivist second and with fewer runs, doing nothing last."""
    generator = np.random.default_rng(4)
    nothing = generator.normal(2_800.0, 60.0, RUNS)
    options = []
    known = (("Care homes", -20.0, 12, 0.95), ("Extensivist", -5.0, 8, 0.04), ("Do nothing", 0.0, 8, 0.01))
    for place, (name, change, runs, chance) in enumerate(known):
        values = nothing[:runs] + change + (generator.normal(0.0, 4.0, runs) if change else 0.0)
        cost = np.full(runs, 1_000.0 * place)
        options.append(Option(name.lower().replace(" ", "-"), name, values, nothing[:runs], cost, chance, place < left,
                              1.0, spend if change else np.nan))  # fmt: skip
    return Ranking(tuple(options), MEASURES["emergency_admissions"], "fewer", "2019/20", ranked.BY_ELIMINATION, decided,
                   28.0, 0.95, 36, spend, PLACE)  # fmt: skip


def test_a_ranking_says_who_is_best_how_sure_that_is_and_what_it_took() -> None:
    """And what the same money means, when options are compared at equal spend."""
    found = ranking()
    said = " ".join(ranking_in_words(found, ranking_table(found)))
    assert "Best: Care homes. With 95 % confidence none of the others is better by 28" in said
    assert "Spent 28 runs; as many for every option as for the one with most would have been 36." in said
    assert "£50,000 a year, set-up included" in said
    assert ranking_chart(found, ranking_table(found)).title == (
        "For the fewest emergency admissions, care homes: 95 % sure to be best on average")


def test_a_ranking_that_is_not_decided_says_so_first() -> None:
    """With those still in and what would decide it; options as good as each other are another thing."""
    found = ranking(decided=False, left=2, spend=np.nan)
    said = " ".join(ranking_in_words(found, ranking_table(found)))
    assert "NOT DECIDED within the budget of runs. Still in: Care homes and Extensivist." in said
    assert "--equal-spend compares them at the same spend" in said
    alike = ranking(left=2)
    assert "as good as each other" in " ".join(ranking_in_words(alike, ranking_table(alike)))


def test_a_ranking_is_paired_run_by_run() -> None:
    """Differences are from doing nothing in the same runs; by 100,000 pounds they are scaled by the spend."""
    table = ranking_table(found := ranking()).set_index("scenario")
    best = found.best
    assert table.loc["care-homes", "difference_mean"] == pytest.approx((best.values - best.reference).mean())
    per = 2.0 * float((best.values - best.reference).mean())
    assert table.loc["care-homes", "difference_per_100000_gbp"] == pytest.approx(per)
    assert table.loc["do-nothing", "difference_mean"] == 0.0
    assert table["runs_in_common"].eq(8).all()
    assert [in_pounds(x) for x in (44_321.0, 1_240_000.0, -950.0)] == ["£44,000", "£1.2m", "-£950"]


def frontier() -> Frontier:
    """Effects of -40 to 0 per cent; growth falls by a point over them."""
    values = (-40.0, -30.0, -20.0, -10.0, 0.0)
    spread = np.linspace(-0.3, 0.3, RUNS)
    quantities = np.array([3.0 + 0.025 * value + spread for value in values])
    return Frontier("team.effect", "%", values, quantities, (0.9, 0.7, 0.4, 0.1, 0.1), "growth, 2019/20", 2.4, True,
                    0.8, -40.0, -5.0, (-15.0, 0.0), lambda x: f"{x:.1f} %", lambda x: f"{x:.0f} %", PLACE)  # fmt: skip


def test_the_frontier_is_the_bound_that_each_value_meets_surely_enough() -> None:
    """Four in five runs lie on the right side of it; the answer is marked."""
    table = frontier_table(found := frontier())
    for row, surely in zip(found.quantities, table["meets_surely"], strict=True):
        assert 0.7 <= (row <= surely).mean() <= 0.9
    assert table.loc[table["is_answer"], "set_to"].tolist() == [-40.0]
    assert with_range(found, 0.0) == "3.0 % (2.7 % to 3.3 %)"
    drawing = frontier_chart(found, "What it takes").drawing("abc123").decode()
    for text in ("asked for: 2.4 %", "assumed range", "now -5 %", "What it takes"):
        assert text in drawing


def discovery(by_chance: float = 0.025) -> Discovery:
    """A plan that fails when its effect is weak."""
    effect = np.linspace(-0.3, 0.0, 40)
    inputs = pd.DataFrame({"team.effect": effect, "team.sees": np.tile([0.2, 0.8], 20)})
    box = Conditions({"team.effect": (-0.1, np.inf)}, 0.9, 0.8, 13, 0.75, by_chance)
    failing = Failing("does_not_pay", "does not pay for itself", effect > -0.12, box, (box,))
    knowledge = Knowledge("Team", "net cost", in_pounds, 9_000.0,
                          (Known("team.effect", 4_000.0, 900.0), Known("team.sees", 100.0, 800.0)))  # fmt: skip
    ranges = {"team.effect": RangeValue(-0.1, -0.2, 0.0), "team.sees": RangeValue(0.5, 0.0, 1.0, "plain")}
    return Discovery("Team", inputs, ranges, (failing,), (knowledge,), "2019/20", PLACE)


def test_conditions_are_told_in_words_with_coverage_and_density() -> None:
    """With how they did on runs they had not seen, and what is worth knowing, and only what is clear of chance."""
    said = " ".join(discovered.in_words(discovery()))
    assert "Mostly when team.effect is above -10.0 %: 80 % of the 13 runs there do" in said
    assert "of runs that such conditions had not seen, 75 % do. That holds 90 % of all such runs." in said
    assert "Most worth knowing before choosing, each by itself: team.effect (£4,000)." in said
    assert "team.sees (" not in said
    titles = [chart.title for chart in discovered.charts(discovery())]
    assert titles[0] == "Team: does not pay for itself mostly when team.effect is above -10.0 %"
    assert titles[1].startswith("team.effect is most worth knowing")
    assert all(chart.drawing("abc123").startswith(b"<svg") for chart in discovered.charts(discovery()))


def test_conditions_that_chance_gives_as_well_are_not_told() -> None:
    """Nor drawn."""
    said = " ".join(discovered.in_words(found := discovery(by_chance=0.4)))
    assert "No conditions among these assumptions tell when" in said
    assert "Mostly when" not in said
    assert [chart.name for chart in discovered.charts(found)] == ["worth_knowing_1"]


def discovery_page() -> str:
    """The page of a discovery: signs, rows, notes, tables and what is assumed."""
    charts = discovered.charts(found := discovery())
    made_with = {"caresim": "0.1.0", "engine": "compiled", "seed": 1, "replications": 40}
    return answer_html(discovered.page(found, charts, with_team()), "abc123", "caresim discover team", made_with)


def test_the_page_of_an_answer_says_the_answer_first_and_what_is_assumed() -> None:
    """Plain words, every chart with its data, the assumptions of the plan, seed and engine, the run in the footnote."""
    page = discovery_page()
    first = page.index("does not pay for itself in 16 of 40 runs")
    assert page.index("In which conditions is it so that Team does not pay for itself") < first
    assert first < page.index('id="failing-does_not_pay"') < page.index('id="assumptions"') < page.index('id="made"')
    assert page.count("The data behind this chart") == len(discovered.charts(discovery())) == 2
    assert "Assumptions log" in page
    assert "<td>compiled</td>" in page
    footer = page[page.index("<footer>"):]
    assert "Run abc123" in footer
    assert "<code>caresim discover team</code>" in footer
    unsure = discovered.page(found := discovery(by_chance=0.4), discovered.charts(found), with_team())
    assert "NOT BELIEVED" in answer_html(unsure, "abc123", "", {})


def test_an_answers_folder_is_whole_the_same_each_time_and_never_overwritten(tmp_path: Path) -> None:
    """Fingerprints of every file but the facts of the run; charts as SVG and PNG with their data."""
    found = ranking()
    table = ranking_table(found)
    chart = ranking_chart(found, table)
    answer = Answer(found.title, ranking_in_words(found, table), {"ranking": table}, (chart,), {"best": found.best.id},
                    ranking_page(found, table, chart, [with_team()]))  # fmt: skip
    for name in ("one", "two"):
        write_answer(tmp_path / name, answer, study_id="abc123", command="caresim rank a b", made_with={"seed": 1},
                     inputs={"run_files.csv": b"scenario,run,file\n"}, facts={"finished": name})  # fmt: skip
    manifest = json.loads((tmp_path / "one" / "manifest.json").read_text())
    assert (tmp_path / "one" / "manifest.json").read_bytes() == (tmp_path / "two" / "manifest.json").read_bytes()
    assert {"README.txt", "report.html", "data/ranking.csv", "data/ranking_chart.csv", "figures/ranking_chart.svg",
            "figures/ranking_chart.png", "figures/captions.txt", "data/answer.json"} <= set(manifest["files"])
    for name, fingerprint in manifest["files"].items():
        assert hashlib.sha256((tmp_path / "one" / name).read_bytes()).hexdigest() == fingerprint
    with pytest.raises(AlreadyFinished):
        write_answer(tmp_path / "one", answer, study_id="x", command="", made_with={}, inputs={}, facts={})
