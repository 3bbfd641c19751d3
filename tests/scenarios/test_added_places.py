"""Places that services gain from an intervention."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from caresim.study import prepare
from scenarios.added_places import added_by_month, pool_of, teams_by_month
from scenarios.build_model import build
from scenarios.evidence import load
from scenarios.pools import pool_names
from scenarios.resolve import resolve
from scenarios.resolved import Intervention, Resolved
from simulation.network import Pool


def with_adds(adds: dict[str, float], **changes: object) -> Resolved:
    """Extensivist teams that bring places, in the small place."""
    resolved = resolve("extensivist-teams", place="england-average-25k")
    plan: Intervention = replace(resolved.interventions[0], adds=adds, **changes)  # type: ignore[arg-type]
    return replace(resolved, interventions=(plan,))


def pools(resolved: Resolved) -> dict[str, Pool]:
    """Pools of the model of a scenario, by name."""
    return {pool.name: pool for pool in build(resolved, seed=1, replication=0).network.pools}


def test_every_service_of_a_place_has_its_pool_in_the_network() -> None:
    """So that whatever a team adds arrives somewhere."""
    network = build(resolve("do-nothing", place="england-average-25k"), seed=1, replication=0).network
    names = [pool_of(service, network) for service in pool_names(load())]
    assert "" not in names
    assert len(set(names)) == len(names)


def test_places_come_with_the_teams_and_in_whole_ones() -> None:
    """Beds appear when they make a whole one; slots a day are saved up in fractions; nothing changes before."""
    mine = with_adds({"acute_beds": 20.0, "gp_same_day_slots_per_weekday": 10.0})
    base = pools(with_adds({}))
    changed = pools(mine)
    calendar = build(mine, seed=1, replication=0).calendar
    teams = teams_by_month(mine.interventions[0], calendar)
    beds = changed["acute_beds"].places_by_hour.max() * changed["acute_beds"].places_by_month
    assert beds - base["acute_beds"].places_by_hour.max() == pytest.approx(np.floor(20.0 * teams + 1e-9))
    slots = changed["gp_same_day_slots"].places_by_hour.max() * changed["gp_same_day_slots"].places_by_month
    assert slots - base["gp_same_day_slots"].places_by_hour.max() == pytest.approx(10.0 * teams)
    start = calendar.month_index(date(2017, 4, 1))
    for name, pool in changed.items():
        assert np.array_equal(pool.places_by_month[:start], base[name].places_by_month[:start]), name


def test_places_go_when_funding_ends_and_may_be_taken_away() -> None:
    """Below zero closes places, never more than there are."""
    mine = with_adds({"acute_beds": -1000.0}, funding_ends=date(2018, 4, 1))
    calendar = build(mine, seed=1, replication=0).calendar
    by_month = pools(mine)["acute_beds"].places_by_month
    assert by_month.min() == 0.0
    assert (by_month[calendar.month_index(date(2018, 4, 1)) :] == 1.0).all()


def test_a_service_that_a_place_does_not_have_can_be_opened() -> None:
    """From none to some."""
    resolved = with_adds({"hospital_at_home_places": 30.0})
    nowhere = replace(resolved.place, services={**resolved.place.services, "hospital_at_home_places": 0.0})
    pool = pools(replace(resolved, place=nowhere))["hospital_at_home_places"]
    places = pool.places_by_hour.max() * pool.places_by_month
    assert places[0] == 0.0
    assert places[-1] == pytest.approx(30.0 * 0.2)


def test_nothing_added_is_no_change() -> None:
    """Not even an entry."""
    resolved = with_adds({"acute_beds": 0.0})
    calendar = build(resolved, seed=1, replication=0).calendar
    assert added_by_month(resolved.interventions, calendar) == {}


def test_scenarios_with_other_places_do_not_share_a_run(tmp_path: Path) -> None:
    """Runs are shared up to the first change by scenarios that differ in caseloads only."""
    plan = tmp_path / "more-slots.yaml"
    plan.write_text("title: More slots\nextends: extensivist-teams\nuse:\n  extensivist-teams:\n    adds:\n"
                    "      gp_same_day_slots_per_weekday: 20 per team\n", encoding="utf-8")
    study = prepare(["do-nothing", "extensivist-teams", str(plan)], compared=True, place="england-average-25k")
    nothing, teams, slots = (spec.family for spec in study.plan.specs)
    assert nothing == teams != slots
