"""A scenario with everything settled."""

from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path

import pytest

from scenarios.messages import BadInput
from scenarios.resolve import resolve, resolve_together
from scenarios.resolved import RangeValue, Window

SHIPPED = ("do-nothing", "care-home-teams", "extensivist-teams", "neighbourhood-networks")
PLAN = """\
title: Extensivist and care-home teams from April 2027
question: Is growth under 2 % a year by 2030/31, and at what cost?
owner: Strategy team               # printed on the report, beside "checked by"
place: my-place
run: April 2026 to March 2031
price_year: 2025/26
use:                               # all run together; order does not matter
  care-home-teams:                 # as shipped
  extensivist-teams:               # as shipped except what is written here
    teams: {Apr 2027: 0.5, Oct 2027: 1, Apr 2028: 2}
    caseload: 400 people per team
    who: age 60 and over; 2 or more conditions; own home
    chosen_by: risk score, highest first
    cost:
      set_up: £250,000 once
      running: £700,000 a year per team
    effects:
      acute crises, months 1-12:    +12 % (0 % to +30 %)   # case finding
      acute crises, after month 12: -5 % (-15 % to 0 %)
    evidence: [E103, E106]
  neighbourhood-networks: off
"""
POPULATION = "age_from,age_to,sex,deprivation_fifth,people\n0,64,all,,80000\n65,84,all,,16000\n85,,all,,2500\n"


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The planner's example, with a place of her own, in the present folder."""
    (tmp_path / "my-place").mkdir()
    (tmp_path / "my-place" / "place.yaml").write_text("title: Anytown\nyear: 2024/25\n", encoding="utf-8")
    (tmp_path / "my-place" / "population.csv").write_text(POPULATION, encoding="utf-8")
    (tmp_path / "my-plan.yaml").write_text(PLAN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "my-plan.yaml"


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("place", ["england-average", "england-average-25k"])
def test_every_shipped_scenario_resolves_in_every_shipped_place(name: str, place: str) -> None:
    """Two years before the change, three after, burn-in in front."""
    found = resolve(name, place=place)
    assert (found.id, found.place.id, found.price_year) == (name, place, "2016/17")
    assert found.window == Window(date(2014, 4, 1), date(2015, 4, 1), date(2020, 4, 1), date(2017, 4, 1))
    assert [plan.id for plan in found.interventions] == ([name] if name != "do-nothing" else [])


def test_the_example_of_the_planners_guide_resolves(plan: Path) -> None:
    """Every line of the example means what it says."""
    found = resolve(plan.name)
    homes, teams = found.interventions
    assert (found.owner, found.price_year, found.place.people) == ("Strategy team", "2025/26", 98_500)
    assert found.window == Window(date(2025, 4, 1), date(2026, 4, 1), date(2031, 4, 1), date(2027, 4, 1))
    assert teams.teams == ((date(2027, 4, 1), 0.5), (date(2027, 10, 1), 1.0), (date(2028, 4, 1), 2.0))
    assert (teams.most_people, teams.cost.set_up_gbp, teams.cost.running_gbp_per_team_year) == (800, 250_000, 700_000)
    assert [(e.phrase, e.from_month, e.to_month) for e in teams.effects] == [
        ("acute crises, months 1-12", 0, 12), ("acute crises, after month 12", 12, None), ("length of stay", 0, None),
        ("GP visits", 0, None)]
    assert teams.effects[0].change == RangeValue(0.12, 0.0, 0.30)
    assert homes.teams[0] == (date(2027, 4, 1), round(0.41 * 0.985, 6))


def test_every_value_knows_where_it_was_set(plan: Path) -> None:
    """Her file and line for hers, ours for ours."""
    origins = resolve(plan.name).origins
    assert str(origins["owner"]) == "my-plan.yaml:3"
    assert str(origins["extensivist-teams.acute crises, after month 12"]) == "my-plan.yaml:19"
    assert str(origins["extensivist-teams.cost.running"]) == "my-plan.yaml:16"
    assert str(origins["extensivist-teams.teams"]) == "my-plan.yaml:10"
    assert origins["extensivist-teams.length of stay"].file == "shipped interventions/extensivist-teams.yaml"
    assert origins["care-home-teams.caseload"].file == "shipped interventions/care-home-teams.yaml"


def test_a_plan_is_found_with_and_without_its_ending_and_from_elsewhere(plan: Path,
                                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    """Its place lies beside it wherever the command is given."""
    here = resolve("my-plan")
    assert here == resolve("my-plan.yaml")
    (plan.parent / "elsewhere").mkdir()
    monkeypatch.chdir(plan.parent / "elsewhere")
    there = resolve("../my-plan")
    assert (there.place, there.interventions, there.id) == (here.place, here.interventions, here.id)


def test_do_nothing_beside_a_plan_is_the_plans_place_and_years_with_nothing_done(plan: Path) -> None:
    """What is compared differs in the interventions only."""
    nothing, mine, shipped = resolve_together(["do-nothing", plan.name, "care-home-teams"])
    assert nothing.place == mine.place == shipped.place
    assert nothing.window == mine.window == shipped.window
    assert nothing.price_year == mine.price_year == "2025/26"
    assert nothing.interventions == ()


def test_plans_that_disagree_are_not_compared(plan: Path) -> None:
    """The message names the line of one and where the other is."""
    other = PLAN.replace("April 2026", "April 2025")
    (plan.parent / "other.yaml").write_text(other, encoding="utf-8")
    with pytest.raises(BadInput, match=r"other\.yaml, line 5, key run.*\n.*my-plan\.yaml:5"):
        resolve_together(["my-plan", "other"])


def test_place_and_dates_may_be_given_from_outside(plan: Path) -> None:
    """The options win over the file."""
    found = resolve(plan.name, place="england-average-25k", start=date(2025, 4, 1), end=date(2032, 4, 1))
    assert found.place.id == "england-average-25k"
    assert (found.window.burn_in_start, found.window.end) == (date(2024, 4, 1), date(2032, 4, 1))


def test_presets_scale_with_the_place() -> None:
    """Teams are stated per 100,000 people; a tenth of the people have a tenth of the teams and of the set-up."""
    for name in SHIPPED[1:]:
        large, small = (resolve(name, place=place).interventions[0] for place in ("england-average",
                                                                                  "england-average-25k"))
        assert small.most_teams == pytest.approx(large.most_teams / 10)
        assert small.cost.set_up_gbp == pytest.approx(large.cost.set_up_gbp / 10)
        assert small.caseload_per_team == large.caseload_per_team


def test_baseline_is_another_name_for_do_nothing() -> None:
    """Aliases are found and listed."""
    assert resolve("baseline") == resolve("Do_nothing") == resolve("do-nothing")
    assert resolve("do-nothing").aliases == ("baseline",)
    assert resolve("do-nothing", place="england-average-250k").place.id == "england-average"


def test_a_resolved_scenario_travels_to_workers() -> None:
    """It is plain data."""
    found = resolve("extensivist-teams+care-home-teams", overrides=["discharge_delay.reported_share=0.5"])
    assert pickle.loads(pickle.dumps(found)) == found


def test_resolving_writes_nothing(plan: Path) -> None:
    """Files are read only."""
    before = sorted(path.name for path in plan.parent.rglob("*"))
    resolve(plan.name)
    assert sorted(path.name for path in plan.parent.rglob("*")) == before
