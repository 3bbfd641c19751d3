"""Places that services gain from an intervention."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from caresim.study import prepare
from scenarios.added_places import added_by_month, pool_of, teams_by_month, with_added_places
from scenarios.build_network import build_network
from scenarios.evidence import load
from scenarios.pools import pool_names
from scenarios.resolve import resolve
from scenarios.resolved import Intervention, Resolved
from simulation.calendar import Calendar, build_calendar
from simulation.network import Network, Pool


def with_adds(adds: dict[str, float], **changes: object) -> Resolved:
    """Extensivist teams that bring places, in the small place."""
    resolved = resolve("extensivist-teams", place="england-average-25k")
    plan: Intervention = replace(resolved.interventions[0], adds=adds, **changes)  # type: ignore[arg-type]
    return replace(resolved, interventions=(plan,))


def network_of(resolved: Resolved) -> Network:
    """The network of a scenario, with what its teams bring."""
    calendar = calendar_of(resolved)
    added = added_by_month(resolved.interventions, calendar)
    return with_added_places(build_network("care", resolved.place, load(), calendar, added), added, calendar)


@lru_cache(maxsize=1)
def base() -> Network:
    """The network to which nothing is added."""
    return network_of(with_adds({}))


def pools(network: Network) -> dict[str, Pool]:
    """Pools of a network, by name."""
    return {pool.name: pool for pool in network.pools}


def calendar_of(resolved: Resolved) -> Calendar:
    """The calendar of a scenario's runs."""
    return build_calendar(resolved.window.burn_in_start, resolved.window.end)


def test_every_service_of_a_place_has_its_pool_in_the_network() -> None:
    """So that whatever a team adds arrives somewhere."""
    names = [pool_of(service, base()) for service in pool_names(load())]
    assert "" not in names
    assert len(set(names)) == len(names)


def test_places_come_with_the_teams_and_in_whole_ones() -> None:
    """Beds appear when they make a whole one; slots a day are saved up in fractions; nothing changes before."""
    mine = with_adds({"acute_beds": 20.0, "gp_same_day_slots_per_weekday": 10.0})
    before = pools(base())
    changed = pools(network_of(mine))
    calendar = calendar_of(mine)
    teams = teams_by_month(mine.interventions[0], calendar)
    beds = changed["acute_beds"].places_by_hour.max() * changed["acute_beds"].places_by_month
    assert beds - before["acute_beds"].places_by_hour.max() == pytest.approx(np.floor(20.0 * teams + 1e-9))
    slots = changed["gp_same_day_slots"].places_by_hour.max() * changed["gp_same_day_slots"].places_by_month
    assert slots - before["gp_same_day_slots"].places_by_hour.max() == pytest.approx(10.0 * teams)
    start = calendar.month_index(date(2017, 4, 1))
    for name, pool in changed.items():
        assert np.array_equal(pool.places_by_month[:start], before[name].places_by_month[:start]), name


def test_places_go_when_funding_ends_and_may_be_taken_away() -> None:
    """Below zero closes places, never more than there are."""
    mine = with_adds({"acute_beds": -1000.0}, funding_ends=date(2018, 4, 1))
    calendar = calendar_of(mine)
    by_month = pools(network_of(mine))["acute_beds"].places_by_month
    assert by_month.min() == 0.0
    assert (by_month[calendar.month_index(date(2018, 4, 1)) :] == 1.0).all()


def test_a_service_that_a_place_does_not_have_can_be_opened() -> None:
    """From none to some."""
    resolved = with_adds({"hospital_at_home_places": 30.0})
    nowhere = replace(resolved.place, services={**resolved.place.services, "hospital_at_home_places": 0.0})
    pool = pools(network_of(replace(resolved, place=nowhere)))["hospital_at_home_places"]
    places = pool.places_by_hour.max() * pool.places_by_month
    assert places[0] == 0.0
    assert places[-1] == pytest.approx(30.0 * 0.2)


def test_nothing_added_is_no_change() -> None:
    """Not even an entry."""
    resolved = with_adds({"acute_beds": 0.0})
    calendar = calendar_of(resolved)
    assert added_by_month(resolved.interventions, calendar) == {}


def test_scenarios_with_other_places_do_not_share_a_run(tmp_path: Path) -> None:
    """Runs are shared up to the first change by scenarios that differ in caseloads only."""
    plan = tmp_path / "more-slots.yaml"
    plan.write_text("title: More slots\nextends: extensivist-teams\nuse:\n  extensivist-teams:\n    adds:\n"
                    "      gp_same_day_slots_per_weekday: 20 per team\n", encoding="utf-8")
    study = prepare(["do-nothing", "extensivist-teams", str(plan)], compared=True, place="england-average-25k")
    nothing, teams, slots = (spec.family for spec in study.plan.specs)
    assert nothing == teams != slots


def test_starts_of_care_packages_can_be_added_and_come_sooner() -> None:
    """They are turns, one after another: twice the starts a day, half a turn's length, from the first team on."""
    mine = with_adds({"care_package_starts_per_day": 12.15})
    some, others = network_of(mine), base()
    setting = next(each for each in some.settings if "care_package" in each.tags)
    law = next(number for number, (one, two) in enumerate(zip(some.laws, others.laws, strict=True))
               if not np.array_equal(one.by_month, two.by_month))
    ratio = others.laws[law].by_month / some.laws[law].by_month
    calendar = calendar_of(mine)
    teams = teams_by_month(mine.interventions[0], calendar)
    start = calendar.month_index(date(2017, 4, 1))
    usual = 1.0 / others.laws[law].by_month
    assert law in set(setting.duration.tolist())
    assert (ratio[:start] == 1.0).all()
    assert ratio == pytest.approx((usual + 12.15 * teams) / usual)
    turns = [next(pool for pool in network.pools if pool.by_turns) for network in (some, others)]
    assert np.array_equal(turns[0].places_by_month, turns[1].places_by_month)


def test_a_service_of_ones_own_that_only_brings_places_needs_a_title(tmp_path: Path) -> None:
    """Nobody joins it, so that who, caseload and how people are chosen need not be said."""
    plan = tmp_path / "more-beds.yaml"
    plan.write_text("title: More beds\nplace: england-average-25k\nuse:\n  ten-beds:\n    title: Ten beds\n"
                    "    teams: 1\n    adds:\n      acute_beds: 10 per team\n", encoding="utf-8")
    resolved = resolve(str(plan))
    places = pools(network_of(resolved))["acute_beds"]
    assert places.places_by_hour.max() * places.places_by_month[-1] == pytest.approx(49.0)
