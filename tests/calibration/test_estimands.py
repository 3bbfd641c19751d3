"""What is asked of a simulated point: windows, readings, people, own months, and counts that are the measures' own."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from calibration.apart import growth_apart
from calibration.calendar_months import days_between
from calibration.contrasts import COLUMNS, Point, Span, build_point, keep_point, scenarios_of, simulate_points
from calibration.estimands import Counts, ceiling, outcome, recorded_share
from calibration.fitting import recorded
from calibration.hold_out_pages import hold_outs_summary, hold_outs_table
from calibration.hold_outs import skill
from calibration.monthly_counts import (
    ADMISSIONS,
    ATTENDANCES,
    BED_DAYS,
    DELAYED_DAYS,
    EVERYONE,
    NO_NIGHT,
    OVER_FOUR_HOURS,
    PEOPLE,
    RESIDENTS,
    THROUGH_AE,
    TYPE_1,
    TYPE_1_OVER_FOUR_HOURS,
)
from calibration.own_area import own_targets
from calibration.series import HALF_WIDTH, crps_normal, series_scores
from calibration.target_files import read_targets
from calibration.targets import SINCE_START, WITH_NIGHT, YEAR_BEFORE, Target
from outputs.measures.reducing import reduce
from scenarios.build_model import build
from scenarios.messages import BadInput
from scenarios.resolved import Place
from simulation.run import simulate

MONTHS = [f"{year}-{month:02d}" for year in (2016, 2017, 2018) for month in range(1, 13)][3:]


def targets(folder: Path, text: str) -> tuple[Target, ...]:
    """Rows of a file with a text."""
    path = folder / "mine.csv"
    path.write_text(text, encoding="utf-8")
    return read_targets(path)


def counts(programme: float = 0.9, yearly: float = 1.1) -> Counts:
    """Doing nothing grows by a tenth from one year to the next; a programme has a tenth fewer from month 12 on."""
    months = np.arange(-12, 36)
    level = 100.0 * yearly ** (months // 12)
    by_month = {("do-nothing", ADMISSIONS, EVERYONE): level, ("do-nothing", ATTENDANCES, EVERYONE): 4.0 * level,
                ("mcp-vanguard", ADMISSIONS, EVERYONE): np.where(months >= 12, programme, 1.0) * level,
                ("do-nothing", PEOPLE, EVERYONE): np.full(len(months), 10.0 / 12.0)}  # fmt: skip
    members = {("mcp-vanguard", name, "team", year): value for year in (0, 12, 24)
               for name, value in (("after", 80.0), ("after_without", 100.0), ("with_team", 45.0),
                                   ("without_team", 50.0), ("whole_area", 1000.0))}  # fmt: skip
    return Counts(-12, by_month, members)


EFFECT = "id,measure,system,people,from_month,to_month,reading,estimator,value,standard_error\n"


def test_the_two_readings_of_a_gap_differ_by_the_gap_a_year_before(tmp_path: Path) -> None:
    """A programme that works from its second year on shows in full since the start, and not on the year before."""
    row = targets(tmp_path, EFFECT + "x,emergency admissions,mcp-vanguard,everyone,24,36,both,relative gap,-10,1\n")[0]
    assert outcome(row, SINCE_START, counts()) == pytest.approx(math.log(0.9), abs=1e-4)
    assert outcome(row, YEAR_BEFORE, counts()) == pytest.approx(0.0, abs=1e-4)


def test_members_are_counted_in_their_first_year_or_while_with_the_team(tmp_path: Path) -> None:
    """And an area's ceiling is the share of its admissions that they have."""
    rows = targets(tmp_path, EFFECT
                   + 'a,emergency admissions,mcp-vanguard,team,0,12,,"members, first year",-20,1\n'
                   + 'b,emergency admissions,mcp-vanguard,team,24,36,,"members, while with the team",-10,1\n'
                   + "c,emergency admissions,mcp-vanguard,everyone,24,36,,relative gap,-10,1\n")  # fmt: skip
    assert outcome(rows[0], SINCE_START, counts()) == pytest.approx(math.log(80.5 / 100.5))
    assert outcome(rows[1], SINCE_START, counts()) == pytest.approx(math.log(45.5 / 50.5))
    assert ceiling(rows[2], [counts(), counts()]) == pytest.approx(100.0 * 50.0 / 1452.0)


def test_growth_per_head_is_by_the_year_for_as_many_years_as_published(tmp_path: Path) -> None:
    """A tenth a year from the last year before to the third: five years are five times its logarithm."""
    row = targets(tmp_path, EFFECT + "g,emergency admissions,,everyone,24,36,,growth per head over 5 years,12,1\n")[0]
    assert outcome(row, SINCE_START, counts()) == pytest.approx(5.0 * math.log(1.1))


def test_what_is_not_simulated_is_named(tmp_path: Path) -> None:
    """A sixth year, in runs of three."""
    row = targets(tmp_path, EFFECT + "x,emergency admissions,mcp-vanguard,everyone,60,72,,relative gap,-10,1\n")[0]
    with pytest.raises(KeyError, match="months 60 to 72 are not simulated"):
        outcome(row, SINCE_START, counts())


def test_recording_lowers_what_is_counted_by_its_share_of_zero_day_admissions(tmp_path: Path) -> None:
    """At the middle of its range 1 % of a third of admissions; results about members are left alone."""
    middle = np.full((1, 8), 0.5)
    assert recorded(middle, np.array([0.33, 0.0]))[0] == pytest.approx([math.log1p(-0.0033), 0.0])
    row = targets(tmp_path, EFFECT + 'a,emergency admissions,mcp-vanguard,team,0,12,,"members, first year",-20,1\n')[0]
    assert recorded_share(row, counts()) == 0.0
    gaps = [f"{name},{name},mcp-vanguard,everyone,24,36,,relative gap,-10,1\n" for name in (NO_NIGHT, BED_DAYS)]
    assert [recorded_share(each, counts()) for each in targets(tmp_path, EFFECT + "".join(gaps))] == [1.0, 0.0]


def series(growth: float, months: int = 33) -> str:
    """A series of counts that grows from one year of twelve months to the next."""
    lines = [f"{month},A&E attendances,{8000.0 * growth ** (i // 12):.0f}" for i, month in enumerate(MONTHS[:months])]
    return "period,measure,value\n" + "\n".join(lines) + "\n"


def test_months_are_predicted_as_an_index_of_their_first_year(tmp_path: Path) -> None:
    """Whatever the size of the area: a series that grows as the model's lies inside, one that halves does not."""
    rows = targets(tmp_path, series(1.1))
    runs = [counts(), counts()]
    later = [one for one in series_scores(rows, runs, runs) if one.counted]
    assert len(later) == 33 - 12
    assert np.mean([one.inside for one in later]) > 0.5
    falling = [one for one in series_scores(targets(tmp_path, series(0.5)), runs, runs) if one.counted]
    assert not any(one.inside for one in falling)
    assert sum(one.crps for one in later) < sum(one.crps for one in falling)


def test_a_level_is_predicted_per_1000_people(tmp_path: Path) -> None:
    """1,200 admissions among ten people are 120,000 per 1,000."""
    row = targets(tmp_path, 'period,measure,value,unit,estimator,standard_error\n2017/18,emergency admissions,120000,'
                  '"per 1,000 a year",level,100\n')[0]  # fmt: skip
    found = series_scores([row], [counts(), counts()], [counts(), counts()])[0]
    assert math.exp(found.middle) == pytest.approx(120_000.0)
    assert found.inside


def test_own_counts_are_scored_against_what_was_expected_before_the_fit(tmp_path: Path) -> None:
    """Growth that the ensemble has and the prior has not: skill above nought, below it the other way round."""
    rows = targets(tmp_path, series(1.1))
    grows, stays = [counts(), counts()], [counts(yearly=1.0), counts(yearly=1.0)]
    right = [one for one in series_scores(rows, grows, stays) if one.counted]
    wrong = [one for one in series_scores(rows, stays, grows) if one.counted]
    assert skill(right, "prior") > 0.3
    assert skill(wrong, "prior") < -0.3
    assert [one.crps for one in right] == [one.crps_prior for one in wrong]


def test_levels_have_no_effect_to_be_set_against_and_that_is_said_in_words(tmp_path: Path) -> None:
    """Neither the table nor the summary shows what is not a number."""
    rows = targets(tmp_path, 'period,measure,value,unit,estimator,standard_error\n2018/19,emergency admissions,132000,'
                   '"per 1,000 a year",level,100\n')  # fmt: skip
    scores = series_scores(rows, [counts(), counts()], [counts(yearly=1.2), counts(yearly=1.2)])
    for text in (hold_outs_table(scores), hold_outs_summary(scores)):
        assert "no reference" in text
        assert "nan" not in text
    assert skill(scores, "prior") > 0.0


def test_later_years_alone_grow_on_a_stated_base(tmp_path: Path) -> None:
    """Counts on a stated count, or growth in per cent: both the tenth a year that the model has, so both lie inside."""
    heading = "period,measure,value,base_period,base_value,unit,standard_error\n"
    rows = targets(tmp_path, heading + "2018/19,A&E attendances,116160,2016/17,96000,,\n"
                   + "2019-04 to 2019-06,A&E attendances,31850,,,,\n")  # fmt: skip
    found = series_scores(rows, [counts(), counts()], [counts(), counts()])
    assert found[0].value == pytest.approx(2.0 * math.log(1.1))
    assert found[1].value == pytest.approx(math.log(31850 / 91 / (96000 / 365)))
    assert all(one.inside and one.counted for one in found)
    growth = targets(tmp_path, heading + "2018/19,A&E attendances,21,2016/17,,%,0.5\n"
                     + "2019/20,A&E attendances,60,2016/17,,%,0.5\n")  # fmt: skip
    near, far = series_scores(growth, [counts(), counts()], [counts(), counts()])
    assert near.middle == pytest.approx(2.0 * math.log(1.1))
    assert (near.inside, far.inside) == (True, False)
    own = own_targets([*rows[:1], *growth[1:]], Span(1, 3))
    assert [(one.window, one.base) for one in own] == [((24, 36), (-12, 0)), ((12, 24), (-12, 0))]
    assert [outcome(one, SINCE_START, counts()) for one in own] == pytest.approx(
        [3.0 * math.log(1.1) + math.log(365 / 366), 2.0 * math.log(1.1)])


def test_people_are_a_level_and_not_a_count_by_the_day(tmp_path: Path) -> None:
    """A steady population is steady though months have more days or fewer, and has no chance of counting."""
    lines = [f"{month},people,10" for month in MONTHS[:24]]
    steady = Counts(-12, {("do-nothing", PEOPLE, EVERYONE): np.array(
        [10.0 / 365.25 * days_between((month, month + 1)) for month in range(-12, 36)])}, {})
    rows = targets(tmp_path, "period,measure,value\n" + "\n".join(lines) + "\n")
    found = series_scores(rows, [steady, steady], [steady, steady])
    assert [one.value for one in found] == pytest.approx([0.0] * 24)
    assert [one.middle for one in found] == pytest.approx([0.0] * 24, abs=1e-9)
    assert found[-1].high == pytest.approx(HALF_WIDTH * growth_apart(rows[-1], (11, 12), [(-12, 0)]))


def test_admissions_of_a_night_or_more_are_those_left_without_the_others() -> None:
    """Points keep admissions, and those without a night."""
    values = {ADMISSIONS: 100.0, NO_NIGHT: 30.0}
    table = pd.DataFrame([("do-nothing", series, EVERYONE, month, value)
                          for series, value in values.items() for month in (0, 1)], columns=list(COLUMNS))  # fmt: skip
    assert Counts.of(table).total("do-nothing", WITH_NIGHT, EVERYONE, 0, 2) == 140.0


def test_a_level_of_residents_is_per_1000_residents(tmp_path: Path) -> None:
    """And not per 1,000 of everybody."""
    both = counts()
    both = replace(both, by_month={**both.by_month, ("do-nothing", ADMISSIONS, RESIDENTS): np.full(48, 7.0),
                                   ("do-nothing", PEOPLE, RESIDENTS): np.full(48, 0.1)})
    row = targets(tmp_path, "period,measure,people,estimator,value,standard_error\n"
                  "2017/18,emergency admissions,care-home residents,level,70000,700\n")[0]  # fmt: skip
    assert outcome(row, SINCE_START, both) == pytest.approx(math.log(70_000.0))
    assert math.exp(series_scores([row], [both, both], [both, both])[0].middle) == pytest.approx(70_000.0)


def test_own_months_are_fitted_as_growth_of_whole_years(tmp_path: Path) -> None:
    """Twenty-four months give one target, with twice the chance of plain counts as error; the model grows alike."""
    rows = own_targets(targets(tmp_path, series(1.1, 24)), Span(1, 3))
    assert len(rows) == 1
    assert rows[0].log_value == pytest.approx(math.log(1.1), abs=0.004)
    assert rows[0].log_error == pytest.approx(math.sqrt(2 / 96_000 + 2 / 105_600))
    assert (rows[0].base, rows[0].window) == ((-12, 0), (0, 12))
    assert outcome(rows[0], SINCE_START, counts()) == pytest.approx(math.log(1.1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (series(1.1, 23), "23 months; a fit needs 24 or more"),
        (series(1.1).replace("2017-05", "2017-06", 1), "follow each other without gaps"),
        (series(1.1).replace("2016-", "2012-").replace("2017-", "2013-").replace("2018-", "2014-"),
         'line 2, column period: found "2012-04"\n.*April 2017.*\n.*33 lines affected: 2, 3.*\n.*2016-04 to 2020-03'),
        ("period,measure,value,system\n2017/18,A&E attendances,5,gp-access\n2018/19,A&E attendances,5,gp-access\n",
         'column system: found "gp-access"\n.* 2 lines affected: 2, 3'),
        (series(1.1).replace(",8000", ",0", 1), "a count above 0"),
        ("period,measure,value,unit,base_period\n2018/19,A&E attendances,5,%,2016/17\n", "how well it is known"),
        ("period,measure,value,unit,base_period,standard_error\n2018-04,A&E attendances,5,%,2016/17,1\n",
         "12 months or more"),
        ("period,measure,value,base_period,base_value\n2018-04,A&E attendances,5,2016/17,9\n"
         "2018-06,A&E attendances,5,2016/17,9\n", "whole years have no gaps"),
        (EFFECT + "x,emergency admissions,gp-access,everyone,24,36,,relative gap,-10,1\n", "No row of this file"),
    ],
)
def test_own_targets_that_cannot_be_fitted_are_refused(tmp_path: Path, text: str, said: str) -> None:
    """With the file and the reason."""
    with pytest.raises(BadInput, match=said):
        own_targets(targets(tmp_path, text), Span(1, 3))


def test_the_score_of_a_normal_law_is_the_known_one() -> None:
    """0.2337 at its middle; the distance itself when the law is certain."""
    assert crps_normal(0.0, 1.0, 0.0) == pytest.approx(0.23370, abs=1e-5)
    assert crps_normal(1.0, 0.0, 3.0) == 2.0


def test_a_period_in_programme_months_counts_from_april_2017(tmp_path: Path) -> None:
    """2018/19 are its second year."""
    row = targets(tmp_path, "period,measure,value\n2018/19,A&E attendances,5\n")[0]
    assert row.months == (12, 24)


def smaller(place: Place) -> Place:
    """A hundredth of it."""
    return replace(place, population=tuple(replace(cell, people=cell.people / 50.0) for cell in place.population))


def test_a_points_counts_are_those_of_the_measures_and_alike_before_the_start() -> None:
    """On the care model itself, with 500 people: admissions, attendances and people of the third year."""
    scenarios = scenarios_of(["care-home-teams"], "england-average-25k", Span(1, 3))
    scenarios = tuple(replace(one, place=smaller(one.place)) for one in scenarios)
    payload = (Point(scenarios), 3)
    table = simulate_points([build_point(payload, seed=5, replication=1)], 5, 1,
                            lambda _, found: keep_point(found, payload, seed=5, replication=1))[0]  # type: ignore[arg-type]  # fmt: skip
    found = Counts.of(table)  # type: ignore[arg-type]
    alone = reduce(simulate(build(scenarios[1], seed=5, replication=3), 5, 3), scenarios[1])
    year = alone[(alone["period"] == "2019/20")].set_index(["measure", "stratum"])["value"]
    assert found.total("care-home-teams", ADMISSIONS, EVERYONE, 24, 36) == year["emergency_admissions", "all"]
    assert found.total("care-home-teams", ADMISSIONS, RESIDENTS, 24, 36) == year["emergency_admissions", "care home"]
    people = found.total("care-home-teams", PEOPLE, EVERYONE, 24, 36)
    attendances = found.total("care-home-teams", ATTENDANCES, EVERYONE, 24, 36)
    assert 1000.0 * attendances / people == pytest.approx(year["ae_attendances_per_1000", "all"])
    type_1, late, through, delayed = (found.total("care-home-teams", name, EVERYONE, 24, 36)
                                      for name in (TYPE_1, OVER_FOUR_HOURS, THROUGH_AE, DELAYED_DAYS))  # fmt: skip
    assert 1000.0 * type_1 / people == pytest.approx(year["ae_type1_attendances_per_1000", "all"])
    assert through == pytest.approx(366.0 * year["admissions_through_ae_per_day", "all"])
    assert 1000.0 * delayed / people == pytest.approx(year["delayed_days_per_1000", "all"])
    assert late == pytest.approx(attendances * (1.0 - year["four_hour_share_all_types", "all"]))
    assert found.total("care-home-teams", TYPE_1_OVER_FOUR_HOURS, EVERYONE, 24, 36) == pytest.approx(
        type_1 * (1.0 - year["four_hour_share_type1", "all"]))
    assert min(late, delayed) > 0.0
    before = (ADMISSIONS, EVERYONE, -12, 0)
    assert found.total("do-nothing", *before) == found.total("care-home-teams", *before) > 0.0
