"""Each rule of the SimPy engine is broken once, to see that the test of it notices."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from simulation.reference import episode, floor
from simulation.reference.engine import ReferenceEngine
from simulation.reference.environment import Phase
from simulation.reference.episode import Stories
from simulation.reference.floor import COMPLETED, Floor, Places
from simulation.reference.needs import PendingNeeds
from simulation.reference.plain import PlainSetting
from simulation.reference.registry import Registry
from simulation.reference.visit import Episode, Visit
from simulation.stays import NEVER
from tests.simulation import test_reference_people as people
from tests.simulation import test_reference_semantics as semantics


@dataclass(frozen=True)
class Mutation:
    """A rule broken: what is put in which place, and the test that should notice."""

    rule: str
    owner: Any
    name: str
    broken: Any
    noticed_by: Callable[[], None]


def _join_last(places: Places, visit: Visit) -> None:
    places.queue.append((visit.priority, visit.requested, visit.episode.person, visit.key, visit))


def _patience_without_serial(self: Floor, what: tuple[Visit, int]) -> None:
    self.leave(what[0], COMPLETED, NEVER)


def _hold_nothing(self: Floor, visit: Visit, reason: int) -> None:
    self.leave(visit, COMPLETED, NEVER)


def _put_out(self: Floor, what: tuple[int, int]) -> None:
    pool, count = what
    self.places[pool].open = self.places[pool].taken = count


def _always_may(self: Registry, story: Episode, setting: PlainSetting) -> bool:
    if setting.is_body:
        self.in_care[story.person] = story
    return True


def _stays_in_care(self: Registry, story: Episode) -> None:
    self.in_care[story.person] = story


def _plan_binds_all(self: Stories, story: Episode, visit: Visit, law: int, of_plan: bool) -> int:
    return max(story.planned_end, visit.started + 1)


def _whole_days_only(self: Places, quota: float) -> None:
    self.open, self.taken = int(quota), 0


def _nothing(*_: object) -> None:
    pass


MUTATIONS = (
    Mutation("patience before settling", Phase, "PATIENCE_OVER", 6,
             semantics.test_patience_that_ends_as_a_place_comes_free_is_over),
    Mutation("capacity before settling", Phase, "CAPACITY", 6,
             semantics.test_an_opening_place_is_open_to_those_who_ask_in_that_second),
    Mutation("services before deaths", Phase, "INTERRUPTED", 0,
             semantics.test_care_that_ends_in_the_second_of_death_is_complete),
    Mutation("deaths before needs", Phase, "INTERRUPTED", 5,
             semantics.test_a_need_in_the_second_of_death_comes_too_late),
    Mutation("services before needs", Phase, "NEED", 0,
             semantics.test_a_need_in_the_second_in_which_care_ends_is_a_need_of_its_own),
    Mutation("pools in the order of their names", floor, "min", max,
             lambda: semantics.test_pools_settle_in_the_order_of_their_names("z", "m", "completed")),
    Mutation("queues in the order of their content", Places, "join", _join_last,
             semantics.test_people_wait_in_the_order_of_priority_then_request_then_person),
    Mutation("queue limits", Floor, "_turn_away_beyond_limit", _nothing,
             semantics.test_a_full_queue_turns_away_the_last_in_its_order),
    Mutation("serials of timers", Floor, "_patience_over", _patience_without_serial,
             semantics.test_a_timer_of_something_that_is_over_means_nothing),
    Mutation("holding", Floor, "hold", _hold_nothing, semantics.test_a_held_place_is_let_go_when_the_next_stay_starts),
    Mutation("falling capacity", Floor, "open_places", _put_out, semantics.test_falling_capacity_puts_nobody_out),
    Mutation("queues fed by several pools", Floor, "_look_at_waiting", _nothing,
             semantics.test_a_place_that_opens_is_offered_to_those_who_wait_in_another_queue),
    Mutation("starts that come to nothing", Floor, "_undo_start", _nothing,
             semantics.test_a_start_in_the_second_of_death_comes_to_nothing),
    Mutation("rounding", episode, "whole_ticks", math.ceil, semantics.test_no_stay_is_shorter_than_a_second),
    Mutation("fractions of a quota", Places, "open_for_a_day", _whole_days_only,
             semantics.test_contacts_use_up_the_places_of_a_day),
    Mutation("open stays at the horizon", ReferenceEngine, "close", _nothing,
             semantics.test_stays_that_go_on_at_the_horizon_are_written_as_open),
    Mutation("death", Registry, "_ends_everything", _nothing,
             lambda: people.test_death_and_moving_away_close_everything("died")),
    Mutation("one body", Registry, "may_ask", _always_may, people.test_nobody_is_bodily_in_two_places),
    Mutation("waiting at home", Registry, "waits_at_home", _stays_in_care,
             people.test_somebody_who_waits_at_home_for_help_can_have_other_needs),
    Mutation("needs drawn again", PendingNeeds, "replace", _nothing,
             people.test_what_happens_to_a_person_draws_their_needs_again_from_the_next_second),
    Mutation("care that ends on admission", Registry, "_ends_care_beside", _nothing,
             people.test_admission_ends_care_at_home_that_does_not_go_on_in_hospital),
    Mutation("plans of hospital stays", Stories, "end_of_service", _plan_binds_all,
             people.test_a_hospital_stay_ends_as_planned_and_what_follows_lasts_as_long_as_it_lasts),
)  # fmt: skip


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.rule)
def test_a_broken_rule_is_noticed(mutation: Mutation, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test of the rule passes, and with the rule broken it fails, or the engine trips over its own queue."""
    mutation.noticed_by()
    monkeypatch.setattr(mutation.owner, mutation.name, mutation.broken, raising=False)
    with pytest.raises((AssertionError, IndexError, ValueError)):
        mutation.noticed_by()
