"""The rules by which the SimPy engine settles each instant: who goes first, who holds what, and what is never done."""

from __future__ import annotations

import pytest

from simulation.calendar import SECONDS_PER_HOUR
from simulation.stays import NEVER
from tests.simulation.scripted import AE, OVERNIGHT, SELF_CARE, Scripted, Wants, never_started, play
from tests.simulation.textbook import months

HOME = "routes: [{to: {home: rest}}]"


def lasts(seconds: float) -> str:
    """A duration that is always the same."""
    return f"duration: {{law: constant, value: {seconds}}}"


def ward(places: str = "places: 1", seconds: float = 10, more: str = "") -> str:
    """One ward to which every need leads."""
    return f"""
kinds: [acute, minor]
entry: {{others: ward}}
pools: {{beds: {{{places}}}}}
settings:
  ward: {{title: Ward, presence: body, pools: [beds], {lasts(seconds)}, {HOME} {more}}}
"""


SHARED = f"""
kinds: [acute, minor]
entry: {{acute: urgent, minor: routine}}
pools: {{beds: {{places: 1}}}}
settings:
  urgent: {{title: Urgent, presence: body, pools: [beds], priority: 0, {lasts(10)}, {HOME}}}
  routine: {{title: Routine, presence: body, pools: [beds], priority: 1, {lasts(10)}, {HOME}}}
"""


def test_people_wait_in_the_order_of_priority_then_request_then_person() -> None:
    """Who is next depends on what they are, not on when the engine came across them."""
    minor = "upper.minor"
    wants = [Wants(0, 9), Wants(1, 5, stream=minor), Wants(2, 4), Wants(2, 3), Wants(3, 1), Wants(1, 6, stream=minor)]
    played = play(SHARED, Scripted(wants))
    in_order = sorted(played.rows, key=lambda row: row.started)
    assert [row.person for row in in_order] == [9, 3, 4, 1, 5, 6]
    assert [row.started for row in in_order] == [0, 10, 20, 30, 40, 50]


def test_patience_that_ends_as_a_place_comes_free_is_over() -> None:
    """Within a second, giving up comes before anybody is taken."""
    played = play(ward(more=", patience: {law: constant, value: 10}"), Scripted([Wants(0, 1), Wants(0, 2)]))
    [waited] = played.of(2)
    assert (waited.outcome, waited.started, waited.ended) == ("gave_up", NEVER, 10)


def test_an_opening_place_is_open_to_those_who_ask_in_that_second() -> None:
    """Places change before anything else in a second; people are taken last."""
    opens = 8 * SECONDS_PER_HOUR
    text = ward("places: 2, open: {weekdays: Mon-Sun, from: 8}", more=", queue_limit: 0")
    played = play(text, Scripted([Wants(opens - 1, 1), Wants(opens, 2)]))
    assert [row.outcome for row in played.rows] == ["turned_away", "completed"]


def test_care_that_ends_in_the_second_of_death_is_complete() -> None:
    """The end of a service comes before a death of the same second, which then happens at home."""
    played = play(ward(), Scripted([Wants(0, 1)], deaths={1: 10}))
    assert [(row.outcome, row.ended) for row in played.rows] == [("completed", 10)]
    assert played.engine.registry.place_of_death == {1: NEVER}


def test_a_need_in_the_second_of_death_comes_too_late() -> None:
    """Deaths come before needs; the need is counted as one of somebody who is gone."""
    played = play(ward(), Scripted([Wants(5, 1)], deaths={1: 5}))
    assert played.rows == []
    assert played.engine.registry.ignored == {"in care": 0, "gone": 1}


def test_a_need_in_the_second_in_which_care_ends_is_a_need_of_its_own() -> None:
    """Services end before needs fire, so the person is at home again."""
    played = play(ward(), Scripted([Wants(0, 1), Wants(10, 1)]))
    assert [(row.started, row.ended) for row in played.rows] == [(0, 10), (10, 20)]


@pytest.mark.parametrize(("held", "next_places", "outcome"), [("z", "m", "completed"), ("a", "m", "turned_away")])
def test_pools_settle_in_the_order_of_their_names(held: str, next_places: str, outcome: str) -> None:
    """Somebody who asks for a place that is let go in the same second gets it if that pool comes later by name."""
    text = f"""
kinds: [acute, minor]
entry: {{acute: first, minor: other}}
pools: {{{held}: {{places: 1}}, {next_places}: {{places: 1}}}}
settings:
  first: {{title: First, presence: body, pools: [{held}], hold: yes, {lasts(10)}, routes: [{{to: {{second: rest}}}}]}}
  second: {{title: Second, presence: body, pools: [{next_places}], {lasts(100)}, {HOME}}}
  other: {{title: Other, presence: body, pools: [{held}], queue_limit: 0, {lasts(10)}, {HOME}}}
"""
    played = play(text, Scripted([Wants(0, 1), Wants(10, 2, stream="upper.minor")]))
    assert [row.started for row in played.of(1)] == [0, 10]
    assert [row.outcome for row in played.of(2)] == [outcome]


def test_a_full_queue_turns_away_the_last_in_its_order() -> None:
    """With one bed and one chair, of four who ask in one second the two with the highest numbers are turned away."""
    played = play(ward(more=", queue_limit: 1"), Scripted([Wants(0, person) for person in (4, 2, 3, 1)]))
    assert {row.person: row.outcome for row in played.rows} == {
        1: "completed", 2: "completed", 3: "turned_away", 4: "turned_away",
    }  # fmt: skip
    assert [row.started for row in played.rows] == [0, 10, NEVER, NEVER]


def test_who_is_turned_away_asks_elsewhere_in_the_same_second() -> None:
    """Overflow takes no time, may go on through several settings, and is a row without a start at each."""
    text = f"""
kinds: [acute]
entry: {{others: first}}
pools: {{a: {{places: 0}}, b: {{places: 0}}, c: {{places: 1}}}}
settings:
  first: {{title: First, presence: body, pools: [a], queue_limit: 0, overflow: second, {lasts(5)}, {HOME}}}
  second: {{title: Second, presence: body, pools: [b], queue_limit: 0, overflow: third, {lasts(5)}, {HOME}}}
  third: {{title: Third, presence: body, pools: [c], {lasts(5)}, {HOME}}}
"""
    played = play(text, Scripted([Wants(7, 1)]))
    assert [(row.setting, row.requested, row.started, row.outcome) for row in played.rows] == [
        ("first", 7, NEVER, "turned_away"), ("second", 7, NEVER, "turned_away"), ("third", 7, 7, "completed"),
    ]  # fmt: skip


def two_wards(theirs: str, more: str = "") -> str:
    """A ward with one bed, and a neighbour's for whoever finds it full as long as there is room for them."""
    return f"""
kinds: [acute, minor]
entry: {{acute: ward, minor: neighbour}}
pools: {{beds: {{places: 1}}, lent: {{places: 2}}, theirs: {{{theirs}}}}}
settings:
  ward: {{pools: [beds], queue_limit: 0, overflow: lent_bed, overflow_if_free: yes, {lasts(10)}, {HOME} {more}}}
  lent_bed: {{pools: [lent, theirs], {lasts(10)}, {HOME}}}
  neighbour: {{pools: [theirs], {lasts(10)}, {HOME}}}
"""


def test_who_finds_no_bed_goes_where_one_is_free_the_last_first_and_the_others_wait() -> None:
    """Three too many and room for two: the first of them waits for a bed here."""
    played = play(two_wards("places: 5"), Scripted([Wants(0, person) for person in (1, 2, 3, 4)]))
    assert [(row.setting, row.started) for row in played.of(1)] == [("ward", 0)]
    assert [(row.setting, row.started) for row in played.of(2)] == [("ward", 10)]
    for person in (3, 4):
        turned_away, lent = played.of(person)
        assert (turned_away.outcome, turned_away.ended, lent.setting, lent.started) == (
            "turned_away", 0, "lent_bed", 0)


def test_nobody_is_sent_where_somebody_waits_or_nothing_is_open() -> None:
    """The neighbour's own patients go first: with one of them waiting, all wait where they are."""
    full = [Wants(0, 8, stream="upper.minor"), Wants(1, 9, stream="upper.minor"), Wants(2, 1), Wants(3, 2)]
    waits = play(two_wards("places: 1"), Scripted(full))
    assert [(row.setting, row.started) for row in waits.of(2)] == [("ward", 12)]
    shut = play(two_wards("places: 0"), Scripted([Wants(0, 1), Wants(0, 2)]))
    assert [(row.setting, row.started) for row in shut.of(2)] == [("ward", 10)]


def test_who_waits_looks_again_when_something_changes_here() -> None:
    """A bed that has come free at the neighbour is taken when the next patient asks here."""
    wants = [Wants(0, 8, stream="upper.minor"), Wants(0, 1), Wants(1, 2), Wants(11, 3)]
    played = play(two_wards("places: 1", ", priority: 0"), Scripted([*wants, Wants(9, 4)]))
    assert [(row.setting, row.started) for row in played.of(2)] == [("ward", 10)]
    assert [row.started for row in played.of(4) if row.setting == "lent_bed"] == [10]


def test_no_stay_is_shorter_than_a_second() -> None:
    """Lengths are rounded, halves up; a fifth of a second is a second."""
    for length, ticks in ((0.2, 1), (2.4, 2), (2.5, 3)):
        [row] = play(ward(seconds=length), Scripted([Wants(0, 1)])).rows
        assert row.ended - row.started == ticks


def test_a_start_in_the_second_of_death_comes_to_nothing() -> None:
    """Somebody who goes on to another room and dies in that second was never in it; the count is taken back."""
    text = f"""
kinds: [acute]
entry: {{others: first}}
settings:
  first: {{title: First, presence: body, {lasts(10)}, routes: [{{to: {{second: rest}}}}]}}
  second: {{title: Second, presence: body, {lasts(10)}, {HOME}}}
"""
    played = play(text, Scripted([Wants(0, 1)], deaths={1: 10}))
    assert [(row.setting, row.started, row.ended, row.outcome) for row in played.rows] == [
        ("first", 0, 10, "completed"), ("second", NEVER, 10, "died"),
    ]  # fmt: skip
    assert played.engine.record.contact_table().sum(axis=(0, 2)).tolist() == [1, 0]


def test_a_timer_of_something_that_is_over_means_nothing() -> None:
    """Patience that would have ended during service ends nothing."""
    text = ward(seconds=25, more=", patience: {law: constant, value: 30}")
    played = play(text, Scripted([Wants(0, 1), Wants(1, 2)]))
    assert [(row.started, row.ended) for row in played.rows] == [(0, 25), (25, 50)]
    assert {row.outcome for row in played.rows} == {"completed"}


def line(second_places: int, more_first: str = "", more_second: str = "") -> str:
    """A cubicle that is held until there is a bed."""
    return f"""
kinds: [acute, minor]
entry: {{acute: cubicle, minor: ward}}
reasons: {{bed: {{title: waiting for a bed, delay: no}}}}
pools: {{beds: {{places: {second_places}}}, cubicles: {{places: 1}}}}
settings:
  cubicle:
    {{title: Cubicle, presence: body, pools: [cubicles], hold: yes, {lasts(10)},
     routes: [{{to: {{ward: {{probability: rest, reason: bed}}}}}}] {more_first}}}
  ward: {{title: Ward, presence: body, pools: [beds], {lasts(100)}, {HOME} {more_second}}}
"""


def test_a_held_place_is_let_go_when_the_next_stay_starts() -> None:
    """Two people, one bed: the second is ready at 120, holds the cubicle until the bed is free, and then goes."""
    played = play(line(1), Scripted([Wants(0, 1), Wants(0, 2)]))
    first, second = played.at("cubicle")
    assert (first.started, first.ready, first.ended) == (0, 10, 10)
    assert (second.started, second.ready, second.ended, second.next_setting) == (10, 20, 110, "ward")
    assert [row.started for row in played.at("ward")] == [10, 110]


def test_giving_up_while_holding_lets_the_place_go() -> None:
    """Somebody who has waited long enough for a bed leaves the cubicle in that second, by the route of those who do."""
    more = ", patience: {law: constant, value: 30}, gave_up: [{to: {home: rest}}]"
    played = play(line(1, more_second=more), Scripted([Wants(0, 1), Wants(0, 2), Wants(15, 3)]))
    cubicle, bed = played.of(2)
    assert (cubicle.ready, cubicle.ended, cubicle.outcome, cubicle.next_setting) == (50, 50, "completed", "")
    assert (bed.started, bed.ended, bed.outcome) == (NEVER, 50, "gave_up")
    assert played.of(3)[0].started == 50


def test_somebody_turned_away_keeps_what_they_hold() -> None:
    """A ward that has no bed and no queue sends the patient on; the cubicle is theirs until a stay starts."""
    text = line(0, more_second=", queue_limit: 0, turned_away: [{to: {corridor: {probability: rest}}}]").replace(
        "settings:", f"settings:\n  corridor: {{title: Corridor, presence: body, pools: [chairs], {lasts(5)}, {HOME}}}"
    ).replace("pools: {beds", "pools: {chairs: {places: 1}, beds")  # fmt: skip
    played = play(text, Scripted([Wants(0, 1), Wants(0, 2)]))
    assert [(row.person, row.started, row.ended) for row in played.at("corridor")] == [(1, 10, 15), (2, 20, 25)]
    assert [row.next_setting for row in played.at("cubicle")] == ["corridor", "corridor"]


def test_a_pool_that_the_next_setting_needs_too_is_kept() -> None:
    """Going on within the same cubicle never lets it go, and the next setting queues for what is missing only."""
    text = f"""
kinds: [acute]
entry: {{others: seen}}
pools: {{cubicles: {{places: 1}}, doctors: {{places: 1}}}}
settings:
  seen:
    {{title: Seen, presence: body, pools: [doctors, cubicles], hold: yes, {lasts(10)},
     routes: [{{to: {{tests: rest}}}}]}}
  tests: {{title: Tests, presence: body, pools: [cubicles], {lasts(50)}, {HOME}}}
"""
    played = play(text, Scripted([Wants(0, 1), Wants(5, 2)]))
    assert [(row.person, row.started, row.ended) for row in played.at("tests")] == [(1, 10, 60), (2, 70, 120)]
    assert [row.started for row in played.at("seen")] == [0, 60]


def test_falling_capacity_puts_nobody_out() -> None:
    """A patient treated over closing time stays; the place is gone once they leave, until the next opening."""
    closes, opens = 20 * SECONDS_PER_HOUR, 32 * SECONDS_PER_HOUR
    text = ward("places: 1, open: {weekdays: Mon-Sun, from: 8, to: 20}", seconds=100)
    played = play(text, Scripted([Wants(closes - 50, 1), Wants(closes - 40, 2)]))
    assert [(row.started, row.ended) for row in played.rows] == [(closes - 50, closes + 50), (opens, opens + 100)]


def test_turnover_keeps_a_place_shut_after_each_stay() -> None:
    """A bed that needs a minute to be made ready takes the next patient a minute later."""
    played = play(ward(more=", turnover: 1"), Scripted([Wants(0, 1), Wants(0, 2)]))
    assert [row.started for row in played.rows] == [0, 70]


def test_stays_that_go_on_at_the_horizon_are_written_as_open() -> None:
    """Somebody in a bed and somebody waiting for one have rows that end at the horizon."""
    played = play(ward(seconds=10_000_000), Scripted([Wants(0, 1), Wants(5, 2)]))
    horizon = months(1).horizon
    assert [(row.started, row.ready, row.ended, row.outcome) for row in played.rows] == [
        (0, NEVER, horizon, "open"), (NEVER, NEVER, horizon, "open"),
    ]  # fmt: skip


def test_values_read_the_last_census_and_not_what_is_there_now() -> None:
    """With a stay e times as long in a full ward, somebody who comes just before the census has a short stay."""
    crowding = "crowding: {gauge: full, form: exponential, slope: 1, reference: 0}"
    text = f"""
kinds: [acute, minor]
census: 900
entry: {{acute: ward, minor: clinic}}
pools: {{beds: {{places: 1}}}}
gauges: {{full: {{share_taken_of: [beds]}}}}
settings:
  ward: {{title: Ward, presence: body, pools: [beds], {lasts(5000)}, {HOME}}}
  clinic: {{title: Clinic, presence: body, duration: {{law: constant, value: 1000, {crowding}}}, {HOME}}}
"""
    minor = "upper.minor"
    played = play(text, Scripted([Wants(100, 1), Wants(900, 2, stream=minor), Wants(901, 3, stream=minor)]))
    assert [row.ended - row.started for row in played.at("clinic")] == [1000, 2718]


def test_contacts_use_up_the_places_of_a_day() -> None:
    """Two appointments a day: the third who asks is refused, and fractions of a place are saved up."""
    text = f"""
kinds: [acute]
entry: {{others: booking}}
pools: {{slots: {{places: 1.5, per: day}}}}
settings:
  booking: {{title: Booking, presence: contact, pools: [slots], turned_away: [{{to: {{refused: rest}}}}], {HOME}}}
  refused: {{title: Refused, presence: contact, {HOME}}}
"""
    day = 24 * SECONDS_PER_HOUR
    played = play(text, Scripted([Wants(n * day + person, person) for n in range(4) for person in range(3)]))
    contacts = played.engine.record.contact_table().sum(axis=(0, 2)).tolist()
    assert contacts == [6, 6]
    assert played.engine.record.turned_away_table().sum() == 6


@pytest.mark.parametrize(("severity", "tier_target"), [(SELF_CARE, "calm"), (AE, "busy"), (OVERNIGHT, "busy")])
def test_severity_decides_the_way(severity: float, tier_target: str) -> None:
    """Routes are chosen by the tier that a need's severity leads to."""
    text = f"""
kinds: [acute]
entry: {{others: door}}
settings:
  door:
    title: Door
    presence: contact
    routes: [{{when: {{tier: self_care}}, to: {{calm: rest}}}}, {{to: {{busy: rest}}}}]
  calm: {{title: Calm, presence: body, {lasts(5)}, {HOME}}}
  busy: {{title: Busy, presence: body, {lasts(5)}, {HOME}}}
"""
    assert [row.setting for row in play(text, Scripted([Wants(0, 1, severity)])).rows] == [tier_target]


def test_an_episode_that_goes_round_for_ever_is_a_failed_run() -> None:
    """More than 63 steps are refused aloud: they would share draws with each other."""
    text = f"""
kinds: [acute]
entry: {{others: here}}
settings:
  here: {{title: Here, presence: body, {lasts(5)}, routes: [{{to: {{here: rest}}}}]}}
"""
    with pytest.raises(RuntimeError, match="more than 64 steps"):
        play(text, Scripted([Wants(0, 1)]))


def test_a_queue_place_that_comes_to_nothing_has_no_start() -> None:
    """Somebody who dies while waiting leaves a row without a start, and the queue goes on without them."""
    played = play(ward(), Scripted([Wants(0, 1), Wants(1, 2), Wants(2, 3)], deaths={2: 5}))
    assert never_started(played.of(2)[0])
    assert (played.of(2)[0].outcome, played.of(2)[0].ended) == ("died", 5)
    assert played.of(3)[0].started == 10


def test_a_place_that_opens_is_offered_to_those_who_wait_in_another_queue() -> None:
    """Who needs a doctor and a room waits in the queue for the first; a room that opens ends that wait."""
    text = f"""
kinds: [acute]
entry: {{others: seen}}
pools: {{doctors: {{places: 1}}, rooms: {{places: 1, open: {{weekdays: Mon-Sun, from: 8}}}}}}
settings:
  seen: {{title: Seen, presence: body, pools: [doctors, rooms], {lasts(10)}, {HOME}}}
"""
    assert [row.started for row in play(text, Scripted([Wants(5, 1)])).rows] == [8 * SECONDS_PER_HOUR]


def test_a_queue_limit_holds_beside_a_pool_without_limit() -> None:
    """A pool in which there is always room does not hide that another is full."""
    text = ward(more=", queue_limit: 0").replace("pools: [beds]", "pools: [air, beds]").replace(
        "pools: {beds", "pools: {air: {places: unlimited}, beds"
    )  # fmt: skip
    played = play(text, Scripted([Wants(0, 1), Wants(1, 2)]))
    assert [row.outcome for row in played.rows] == ["completed", "turned_away"]
