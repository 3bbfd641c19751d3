"""How sure a series of somebody's own is: what the model may be off, how areas differ, chance, and what is no test."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from calibration.apart import growth_apart, level_apart
from calibration.area_spread import load_spread
from calibration.contrasts import Span
from calibration.estimands import Counts, outcome, recorded_share
from calibration.growth_of_series import chance_of, chance_times
from calibration.monthly_counts import (
    ADMISSIONS,
    ATTENDANCES,
    DELAYED_DAYS,
    EVERYONE,
    NO_NIGHT,
    OVER_FOUR_HOURS,
    PEOPLE,
    RESIDENTS,
)
from calibration.own_area import own_targets
from calibration.points import Points
from calibration.series import series_scores
from calibration.targets import MEASURES, SINCE_START
from outputs.discrepancy import discrepancies
from scenarios.evidence import LIBRARY
from simulation.studies import Store
from tests.calibration.test_estimands import EFFECT, MONTHS, counts, series, targets


def test_what_the_model_may_be_off_grows_by_the_year_and_depends_on_what_is_counted(tmp_path: Path) -> None:
    """A country's: in its base's own middle only months are in doubt, many of them by less; later growth is too."""
    own, base = discrepancies(), [(-12, 0)]
    text = "period,measure,value,level\n2018-04,{},5,{}\n"
    row = targets(tmp_path, text.format(ATTENDANCES, "national"))[0]
    assert growth_apart(row, (-7, -5), base) == pytest.approx(own["monthly series"] / math.sqrt(2.0))
    later = growth_apart(row, (12, 24), base)
    assert later == pytest.approx(math.hypot(own["monthly series"] / math.sqrt(12.0), 2.0 * own["growth of a series"]))
    assert growth_apart(row, (-36, -24), base) == pytest.approx(later)
    for measure, kind in ((OVER_FOUR_HOURS, "over four hours"), (DELAYED_DAYS, "delayed days")):
        wider = growth_apart(targets(tmp_path, text.format(measure, "national"))[0], (6, 7), base)
        month, year = own[f"monthly series, {kind}"], own[f"growth of a series, {kind}"]
        assert wider == pytest.approx(math.hypot(month, year * 12.5 / 12.0))


def test_an_area_differs_from_others_and_a_country_does_not(tmp_path: Path) -> None:
    """By the spread that `area_spread.csv` gives growth and levels; people are counted and differ by neither."""
    spread = load_spread()
    rows = [targets(tmp_path, f"period,measure,value,level\n2018-04,{measure},5,{level}\n")[0]
            for measure in (ATTENDANCES, PEOPLE) for level in ("area", "national")]  # fmt: skip
    area, country, people, all_people = (growth_apart(row, (12, 24), [(-12, 0)]) for row in rows)
    assert area == pytest.approx(math.hypot(country, math.sqrt(2.0) * spread.year, 2.0 * spread.growth))
    assert people == all_people < country
    assert level_apart(rows[0]) == pytest.approx(math.hypot(level_apart(rows[1]), spread.level))
    drawn = np.log(spread.drawn(40_000, 3, seed=1))
    assert spread.apart(2.0) == pytest.approx((drawn[:, 2] - drawn[:, 0]).std(), rel=0.03)


def test_counts_that_come_together_have_more_chance(tmp_path: Path) -> None:
    """Days of a stay and of a wait, and visits to a full department; every measure has its row."""
    assert set(chance_times()) == set(MEASURES)
    for measure, times in (("emergency admissions", 1.2), ("emergency bed days", 25.0), ("people", 0.0)):
        assert chance_of(targets(tmp_path, f"period,measure,value\n2018-04,{measure},100\n")) == times / 100.0


def test_a_month_is_no_test_of_the_base_that_it_makes(tmp_path: Path) -> None:
    """A single month is its own base, and so are the first twelve; a base that is stated with its count is not."""
    runs = [counts(), counts()]
    for months in (1, 12):
        found = series_scores(targets(tmp_path, series(1.1, months)), runs, runs)
        assert [one.counted for one in found] == [False] * months
        assert {one.why for one in found} == {"first twelve months"}
    stated = "period,measure,value,base_period,base_value\n2017-04,A&E attendances,9000,2016/17,96000\n"
    assert series_scores(targets(tmp_path, stated), runs, runs)[0].counted


def test_what_the_baseline_was_solved_on_is_no_test_of_it(tmp_path: Path) -> None:
    """A country's months of 2016 to 2018; later ones are, and an area's own are."""
    text = "period,measure,value,base_period,base_value,level\n{},A&E attendances,9000,2016/17,96000,{}\n"
    runs = [counts(), counts()]
    found = {(period, level): series_scores(targets(tmp_path, text.format(period, level)), runs, runs)[0]
             for period in ("2018-03", "2018-04") for level in ("national", "area")}  # fmt: skip
    assert found["2018-03", "national"].why == "the baseline was solved on these"
    assert [one.counted for one in found.values()] == [False, True, True, True]


def test_a_level_of_a_later_year_is_less_sure(tmp_path: Path) -> None:
    """By growth from 2016/17 on; of waits and delays by more than of attendances."""
    text = "period,measure,value,estimator,level\n{},{},9000,level,national\n"
    apart = {(year, measure): level_apart(targets(tmp_path, text.format(year, measure))[0])
             for year in ("2016/17", "2019/20") for measure in (ATTENDANCES, DELAYED_DAYS)}  # fmt: skip
    assert apart["2016/17", ATTENDANCES] < 0.04 < apart["2019/20", ATTENDANCES]
    assert apart["2019/20", DELAYED_DAYS] > 0.5


def test_no_change_is_the_same_months_a_year_earlier_where_they_are_told(tmp_path: Path) -> None:
    """A series of winters: who expects last January again is nearer than who expects the year's mean."""
    lines = [f"{month},A&E attendances,{(16000 if month.endswith(('-12', '-01')) else 8000)}" for month in MONTHS[:24]]
    rows = targets(tmp_path, "period,measure,value\n" + "\n".join(lines) + "\n")
    runs = [counts(yearly=1.0), counts(yearly=1.0)]
    january = next(one for one in series_scores(rows, runs, runs) if one.target.months == (9, 10))
    assert january.crps_nothing < 0.3 * january.crps


def test_months_under_a_programme_are_as_unsure_as_its_effect(tmp_path: Path) -> None:
    """Runs that take different assumptions show different effects; more of them make the range no narrower."""
    row = targets(tmp_path, "period,measure,value,system,base_period,base_value\n"
                  "2018/19,emergency admissions,1200,mcp-vanguard,2016/17,1200\n")  # fmt: skip
    effects = np.exp(0.1 * np.random.default_rng(1).standard_normal(40))
    widths = []
    for runs in ([counts(each) for each in effects[:20]], [counts(each) for each in effects],
                 [counts(0.9) for _ in effects]):  # fmt: skip
        (found,) = series_scores(row, runs, runs)
        widths.append(found.high - found.low)
    assert widths[0] == pytest.approx(widths[1], rel=0.25)
    assert widths[1] > 1.3 * widths[2]


def test_a_scenario_is_called_as_it_is_asked_for(tmp_path: Path) -> None:
    """Other letters and spaces are the same scenario, and a point's table speaks of a file by its path."""
    row = targets(tmp_path, EFFECT
                  + "x,emergency admissions,MCP-Vanguard + ehch-vanguard,everyone,24,36,,relative gap,-1,1\n")[0]
    assert row.system == "mcp-vanguard+ehch-vanguard"
    plan = tmp_path / "My-Area.yaml"
    plan.write_text((LIBRARY / "scenarios" / "care-home-teams.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    points = Points.of((str(plan),), "england-average-25k", Span(1, 3), Store(tmp_path / "runs"), 1, 1)
    assert points.names == ("do-nothing", str(plan))
    assert points.scenarios[1].id != str(plan)


def test_runs_of_a_small_place_are_taken_together(tmp_path: Path) -> None:
    """The ratio of sums: a run whose base is small by chance weighs no more, and one without any is no obstacle."""
    rows = targets(tmp_path, "period,measure,value,base_period,base_value\n2018/19,delayed days,90,2016/17,100\n")

    def run(base: float, later: float) -> Counts:
        values = np.repeat([base, 0.0, later, 0.0], 12)
        return Counts(-12, {("do-nothing", DELAYED_DAYS, EVERYONE): values}, {})

    runs = [run(1.0, 3.0), run(5.0, 3.0), run(6.0, 0.0)]
    (found,) = series_scores(rows, runs, runs)
    assert found.middle == pytest.approx(math.log(0.5))
    assert not found.why


def test_a_small_place_may_have_none_and_a_place_nobody_of_a_group(tmp_path: Path) -> None:
    """No count in a run's year and no resident: a number for the fit, and words in a validation; never a crash."""
    empty = Counts(-12, {("do-nothing", measure, group): np.zeros(48) for measure in (DELAYED_DAYS, ADMISSIONS, PEOPLE)
                         for group in (EVERYONE, RESIDENTS)}, {})  # fmt: skip
    heading = "period,measure,people,value,estimator,standard_error\n"
    level = targets(tmp_path, heading + "2017/18,emergency admissions,care-home residents,700,level,7\n")[0]
    assert math.isfinite(outcome(level, SINCE_START, empty))
    (nobody,) = series_scores([level], [empty, empty], [empty, empty])
    assert nobody.why == "nobody of them lives in the simulated place"
    months = [f"{month},delayed days,5" for month in MONTHS[:24]]
    (year,) = own_targets(targets(tmp_path, "period,measure,value\n" + "\n".join(months) + "\n"), Span(1, 3))
    assert math.isfinite(outcome(year, SINCE_START, empty))
    found = series_scores(targets(tmp_path, "period,measure,value\n" + "\n".join(months) + "\n"), [empty], [empty])
    assert {one.why for one in found} == {"a series needs counts above zero"}


def test_recording_acts_on_admissions_through_ae_and_on_own_years_of_a_programme(tmp_path: Path) -> None:
    """As on all admissions; on nothing of an area that runs none, and on no attendance."""
    both = counts()
    both = replace(both, by_month={**both.by_month, ("mcp-vanguard", NO_NIGHT, EVERYONE): np.full(48, 30.0)})
    heading = "measure,system,from_month,to_month,value\n"
    lines = [f"{measure},mcp-vanguard,0,12,-1" for measure in ("emergency admissions", "admissions through A&E",
                                                               "A&E attendances")]  # fmt: skip
    shares = [recorded_share(row, both) for row in targets(tmp_path, heading + "\n".join(lines) + "\n")]
    assert shares[0] == shares[1] > 0.2
    assert shares[2] == 0.0
    months = [f"{month},emergency admissions,5,{system}" for system in ("mcp-vanguard", "do-nothing")
              for month in MONTHS[:24]]  # fmt: skip
    text = "period,measure,value,system\n" + "\n".join(months) + "\n"
    own = own_targets(targets(tmp_path, text), Span(1, 3))
    assert [recorded_share(row, both) > 0.0 for row in own] == [True, False]
