"""Where did it go: each admission that differs is found again in the same person's life, and all of them add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outputs.accounting import KINDS, accounting_of, classify, instead_of, pairs_of
from outputs.accounting.classify import NO_NEED_THERE, WITHOUT_A_STAY
from outputs.accounting.instead import care_instead
from outputs.compare import compare
from outputs.json_document import json_document
from outputs.measures import reduce
from outputs.measures.trace import NOT_ADMITTED, Trace, trace_of
from outputs.measures.view import build_view
from outputs.prices import load_prices
from outputs.where_it_went import in_words
from scenarios.resolved import EffectSpec, RangeValue, Resolved
from simulation.run import simulate_together
from simulation.stays import RunResult
from tests.outputs.factory import RunBuilder, intervention, resolved
from tests.simulation.small_place import model_of, small, with_changes

ACUTE = 24 << 16 | 7 << 12
"""Key of a sudden illness bad enough to be admitted; the need's own number is added."""
SET_OFF_BY_A_DISCHARGE = 24 << 16 | 12 << 12
START, CHANGE, END = date(2015, 4, 1), date(2016, 4, 1), date(2017, 4, 1)
PLACE = resolved(start=START, end=END, change=CHANGE)
FEWER_CRISES = EffectSpec("acute crises", ("hazard.acute.upper",), 0, None, RangeValue(-0.5, -0.5, -0.5))
PLAN = resolved(
    scenario="a-team", start=START, end=END, change=CHANGE,
    interventions=(replace(intervention(running_gbp=1000.0), effects=(FEWER_CRISES,)),),
)  # fmt: skip


def runs() -> tuple[RunBuilder, RunBuilder]:
    """The same ten people without and with a team, which reaches the first five in April 2016."""
    nothing, team = (RunBuilder(start=START, end=END).crowd(1, 10), RunBuilder(START, END, ("a-team",)).crowd(1, 10))
    for person in range(1, 6):
        team.enrol(person, "2016-04-10")
    return nothing, team


def changes(nothing: RunBuilder, team: RunBuilder) -> dict[tuple[str, str, str], int]:
    """What became of admissions in the year of the team, by kind, place and whether reached."""
    found = classify(trace(nothing, PLACE), trace(team, PLAN))
    return {change[1:4]: change[4] for change in found.changes if change[0] == "2016/17" and change[4]}


def trace(run: RunBuilder, scenario: Resolved) -> Trace:
    """What a run leaves, there and back again as bytes."""
    return Trace.unpacked(trace_of(build_view(run.build(), scenario, load_prices(scenario))).packed())


def test_a_need_that_does_not_arise_is_avoided() -> None:
    """A person with the team has one crisis less and nothing in its place."""
    nothing, team = runs()
    nothing.admission(1, "2016-06-01", "2016-06-05", need=ACUTE)
    nothing.admission(1, "2016-09-01", "2016-09-05", need=ACUTE + 1)
    team.admission(1, "2016-09-01", "2016-09-05", need=ACUTE + 1)
    assert changes(nothing, team) == {
        ("reference", "", ""): 2, ("avoided", "", "reached"): -1, ("scenario", "", ""): 1,
    }  # fmt: skip


def test_a_need_met_elsewhere_is_shifted_and_the_place_is_named() -> None:
    """The same crisis is seen in A&E and sent home, or in the same-day clinic."""
    nothing, team = runs()
    nothing.admission(1, "2016-06-01", "2016-06-05", need=ACUTE).admission(2, "2016-06-01", "2016-06-05", need=ACUTE)
    team.attendance(1, "2016-06-01 10:00", "2016-06-01 12:00", need=ACUTE)
    team.stay(2, "same_day_clinic", "2016-06-01 10:00", "2016-06-01 15:00", need=ACUTE)
    found = changes(nothing, team)
    assert found["shifted", NOT_ADMITTED, "reached"] == found["shifted", "same day clinic", "reached"] == -1


def test_a_need_that_nothing_stops_was_met_without_a_stay() -> None:
    """A team that does not act on injuries cannot have kept one from happening: it was seen to by a contact."""
    nothing, team = runs()
    injury = 24 << 16 | 8 << 12
    nothing.admission(1, "2016-06-01", "2016-06-05", need=injury)
    assert changes(nothing, team)["shifted", WITHOUT_A_STAY, "reached"] == -1


def test_an_admission_soon_after_one_that_does_not_happen_is_a_deferral() -> None:
    """Within 30 days it counts as the same one come later; in between a year's end, in another year."""
    nothing, team = runs()
    nothing.admission(1, "2016-06-01", "2016-06-05", need=ACUTE).admission(2, "2016-06-28", "2016-06-29", need=ACUTE)
    team.admission(1, "2016-06-20", "2016-06-25", need=ACUTE + 1)
    team.admission(2, "2016-06-10", "2016-06-11", need=ACUTE + 1)
    found = changes(nothing, team)
    assert found["deferred", "", "reached"] == found["earlier", "", "reached"] == -1
    assert found["deferred_here", "", "reached"] == found["earlier_here", "", "reached"] == 1


def test_a_month_and_a_day_is_no_deferral() -> None:
    """31 days later it is an admission avoided and another one found."""
    nothing, team = runs()
    nothing.admission(1, "2016-06-01", "2016-06-05", need=ACUTE)
    team.admission(1, "2016-07-02 00:01", "2016-07-05", need=SET_OFF_BY_A_DISCHARGE)
    found = changes(nothing, team)
    assert found["avoided", "", "reached"] == -1
    assert found["induced", NO_NEED_THERE, "reached"] == 1


def test_what_differs_in_people_not_reached_is_spill_over() -> None:
    """Also before a team has reached them."""
    nothing, team = runs()
    nothing.attendance(9, "2016-06-01 10:00", "2016-06-01 12:00", need=ACUTE)
    team.attendance(9, "2016-06-01 10:00", "2016-06-01 12:00", need=ACUTE)
    team.admission(9, "2016-06-01 12:00", "2016-06-02", need=ACUTE)
    nothing.admission(1, "2016-04-05", "2016-04-09", need=ACUTE)
    found = changes(nothing, team)
    assert found["spill_over_more", NOT_ADMITTED, "not reached"] == 1
    assert found["spill_over_fewer", WITHOUT_A_STAY, "not reached"] == -1


def test_the_same_admission_in_another_year_is_no_difference_over_both() -> None:
    """A bed that is found after midnight on 31 March moves an admission, and nothing else."""
    start, end = date(2014, 4, 1), date(2017, 4, 1)
    nothing, team = (RunBuilder(start=start, end=end).crowd(1, 3) for _ in range(2))
    nothing.admission(1, "2016-03-31 23:00", "2016-04-05", need=ACUTE)
    team.admission(1, "2016-04-01 01:00", "2016-04-05", need=ACUTE)
    place = resolved(start=start, end=end, change=date(2015, 4, 1))
    found = classify(trace(nothing, place), trace(team, replace(place, id="other")))
    rows = {change[:2]: change[4] for change in found.changes}
    assert rows["2015/16", "retimed"] == -1
    assert rows["2016/17", "retimed"] == 1


admissions = st.lists(
    st.tuples(st.integers(1, 10), st.integers(0, 6), st.integers(0, 700), st.integers(0, 40), st.booleans()),
    max_size=40, unique_by=lambda one: one[:2],
)  # fmt: skip


@given(admissions, admissions)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_happens_in_two_runs_the_accounts_add_up(
    without: list[tuple[int, int, int, int, bool]], with_team: list[tuple[int, int, int, int, bool]]
) -> None:
    """In every year, admissions of the reference and all changes are the admissions of the scenario, exactly."""
    built = runs()
    for run, events in zip(built, (without, with_team), strict=True):
        for person, need, day, nights, is_admission in events:
            begin = f"{date.fromordinal(START.toordinal() + day)} 10:00"
            end = f"{date.fromordinal(min(START.toordinal() + day + nights, END.toordinal() - 1))} 20:00"
            if is_admission:
                run.admission(person, begin, end, need=ACUTE + need)
            else:
                run.attendance(person, begin, f"{begin[:10]} 14:00", need=ACUTE + need)
    there, here = trace(built[0], PLACE), trace(built[1], PLAN)
    found = classify(there, here)
    for name, left in (("reference", there), ("scenario", here)):
        assert sum(change[4] for change in found.changes if change[1] == name) == len(left.admitted.person)
    _adds_up(found.changes)
    _care_adds_up(there, here)


def _adds_up(rows: tuple[tuple[str, str, str, str, int], ...]) -> None:
    for period in {row[0] for row in rows}:
        of_year = [row for row in rows if row[0] == period]
        assert {row[1] for row in of_year} >= {"reference", "scenario"}
        total = sum(row[4] for row in of_year if row[1] == "scenario")
        assert sum(row[4] for row in of_year if row[1] != "scenario") == total


def _care_adds_up(there: Trace, here: Trace) -> None:
    """Over groups, units of each item are the difference of everybody's; days and weeks but for rounding."""
    rows = care_instead(there, here, classify(there, here))
    for number, period in enumerate(here.periods):
        for item, name in enumerate(here.care.items):
            units = sum(row.units for row in rows if row.period == period and row.item == name)
            difference = here.care.total[item, number] - there.care.total[item, number]
            assert units == pytest.approx(difference, abs=1e-5)


@given(
    st.sampled_from(["extensivist-teams", "care-home-teams", "hospital-at-home", "two-hour-response", "gp-access"]),
    st.floats(-0.6, 0.8), st.floats(0.6, 1.5), st.integers(1, 10_000),
)  # fmt: skip
@settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_the_accounts_of_simulated_scenarios_add_up(name: str, change: float, room: float, seed: int) -> None:
    """Crowded or not, whatever the service does to people: each year's admissions and care, run by run."""
    scenarios = [small(people=900, room=room), with_changes(small(name, people=900, room=room), change)]

    def reduced(position: int, result: RunResult) -> pd.DataFrame:
        return reduce(result, scenarios[position], seed=seed, replication=0)

    models = [model_of(scenario, seed) for scenario in scenarios]
    tables = simulate_together(models, seed, 0, reduced)
    for table, scenario in zip(tables, scenarios, strict=True):
        table.insert(0, "scenario", scenario.id)
        table.insert(1, "run", 1)
    found = compare(pd.concat(tables, ignore_index=True), scenarios, reference=scenarios[0].id)
    by_year = found.accounting.groupby(["period", found.accounting["kind"] == "scenario"])["mean"].sum().unstack()
    assert len(by_year) == 2
    assert (by_year[False] == by_year[True]).all()
    levels = found.levels.set_index(["scenario", "measure", "period", "stratum"])["mean"]
    for year in by_year.index:
        assert by_year.loc[year, True] == levels[scenarios[1].id, "emergency_admissions", year, "all"]
    cost = found.differences.set_index(["measure", "period", "stratum"])["mean"]
    marginal = found.instead.groupby("period")["marginal_cost_gbp"].sum()
    for year in by_year.index:
        assert marginal[year] == pytest.approx(cost["net_cost_gbp", year, "all"], abs=0.01)


def test_people_who_are_admitted_less_receive_something_else() -> None:
    """A night on the ward becomes an attendance; the team is a cost of its own; contacts belong to nobody."""
    nothing, team = runs()
    nothing.admission(1, "2016-06-01", "2016-06-05", need=ACUTE)
    team.attendance(1, "2016-06-01 10:00", "2016-06-01 12:00", need=ACUTE)
    nothing.contacts("same_day_gp", "2016-06", 5)
    team.contacts("same_day_gp", "2016-06", 8)
    there, here = trace(nothing, PLACE), trace(team, PLAN)
    rows = {(row.group, row.item): row for row in care_instead(there, here, classify(there, here))}
    assert rows["fewer", "emergency_overnight"].units == -1.0
    assert rows["fewer", "emergency_bed_day"].units == -4.0
    assert rows["fewer", "ae_type1_not_admitted"].units == 1.0
    assert rows["not traced", "gp_same_day"].units == 3.0
    assert rows["teams", "a-team"].average_cost_gbp == pytest.approx(2000.0)
    price = next(price for price in load_prices(PLAN).prices if price.item == "emergency_bed_day")
    assert rows["fewer", "emergency_bed_day"].average_cost_gbp == pytest.approx(-4.0 * price.value.best)
    marginal = -4.0 * price.value.best * price.marginal_share.best
    assert rows["fewer", "emergency_bed_day"].marginal_cost_gbp == pytest.approx(marginal)


def test_tables_are_averages_over_runs_and_what_is_missing_in_a_run_counts_as_nothing() -> None:
    """One avoided admission in one run of two is half an admission, with its simulation error."""
    nothing, team = runs()
    same = nothing.admission(1, "2016-06-01", "2016-06-05", need=ACUTE).build()
    tables = []
    for run, results in enumerate(((same, team.build()), (same, same)), start=1):
        for result, scenario in zip(results, (PLACE, PLAN), strict=True):
            table = reduce(replace(result, teams=results[0].teams) if result is same else result, scenario)
            table.insert(0, "scenario", scenario.id)
            table.insert(1, "run", run)
            tables.append(table)
    pairs = pairs_of(pd.concat(tables), "a-team", "do-nothing")
    accounting = accounting_of(pairs, "a-team", "do-nothing").set_index("kind")
    assert accounting.loc["avoided", "mean"] == -0.5
    assert accounting.loc["avoided", "simulation_error"] == pytest.approx(0.5)
    assert accounting["mean"].drop("scenario").sum() == accounting.loc["scenario", "mean"]
    assert set(accounting["runs"]) == {2}
    assert list(accounting.index) == sorted(accounting.index, key=list(KINDS).index)
    instead = instead_of(pairs, PLAN, PLACE)
    assert instead.loc[instead["item"] == "a-team", ["units", "title", "unit"]].to_numpy().tolist() == [
        [2.0, "A team", "team-year"]
    ]
    assert np.isfinite(instead["marginal_cost_gbp_simulation_error"]).all()


def test_the_screen_shows_an_account_that_adds_up_and_what_came_instead() -> None:
    """Levels at both ends, changes with their signs between, within 100 characters; JSON has the same rows."""
    nothing, team = runs()
    for person in (1, 2, 9):
        nothing.admission(person, "2016-06-01", "2016-06-05", need=ACUTE)
    team.attendance(1, "2016-06-01 10:00", "2016-06-01 12:00", need=ACUTE)
    tables = []
    for run, scenario in ((nothing, PLACE), (team, PLAN)):
        table = reduce(run.build(), scenario)
        table.insert(0, "scenario", scenario.id)
        table.insert(1, "run", 1)
        tables.append(table)
    found = compare(pd.concat(tables), [PLACE, PLAN], reference="do-nothing")
    [text] = in_words(found)
    lines = text.splitlines()
    assert max(map(len, lines)) <= 100
    assert [line.split()[0] for line in lines[1:6]] == ["3", "-1.0", "-1.0", "-1.0", "0"]
    assert "received instead: Type 1 A&E attendance, not admitted +1.0" in " ".join(text.split())
    rows = json_document(found)["comparisons"][0]["accounting"]
    assert sum(row["mean"] for row in rows if row["kind"] != "scenario") == 0.0
    assert {row["kind"] for row in rows} == {"reference", "avoided", "shifted", "spill_over_fewer", "scenario"}


def test_runs_about_different_years_are_not_set_beside_each_other() -> None:
    """The message says so."""
    other = resolved(start=START, end=END, change=START)
    with pytest.raises(ValueError, match="different periods"):
        classify(trace(runs()[0], PLACE), trace(runs()[0], other))
