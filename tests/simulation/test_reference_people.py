"""What the SimPy engine makes of people: needs that come during care, deaths, moves, and life in a care home."""

from __future__ import annotations

import pytest

from simulation.arrivals import Arrivals
from simulation.calendar import SECONDS_PER_DAY
from simulation.network import class_index
from simulation.stays import NEVER
from tests.simulation.scripted import AE, MANAGED, ONE_MONTH, OVERNIGHT, Scripted, Wants, needs_of, play
from tests.simulation.textbook import months, network_of

HOME = "routes: [{to: {home: rest}}]"
MINOR = "upper.minor"


def lasts(seconds: float) -> str:
    """A duration that is always the same."""
    return f"duration: {{law: constant, value: {seconds}}}"


def ward_with(on_need: str, seconds: float = 100) -> str:
    """A ward for one kind of need, and a clinic for another."""
    return f"""
kinds: [acute, minor]
entry: {{acute: ward, minor: clinic}}
settings:
  ward: {{title: Ward, presence: body, on_need: {on_need}, {lasts(seconds)}, {HOME}}}
  clinic: {{title: Clinic, presence: body, {lasts(20)}, {HOME}}}
"""


def test_care_takes_up_a_new_need() -> None:
    """Where new needs are absorbed, one that fires during a stay leaves no trace but a count."""
    played = play(ward_with("absorb"), Scripted([Wants(0, 1), Wants(50, 1, stream=MINOR)]))
    assert [(row.setting, row.started, row.ended) for row in played.rows] == [("ward", 0, 100)]
    assert played.engine.registry.ignored == {"in care": 1, "gone": 0}


def test_a_worse_need_ends_the_care_that_somebody_is_in() -> None:
    """Where new needs escalate, the stay ends in that second and the new episode begins in it."""
    played = play(ward_with("escalate"), Scripted([Wants(0, 1), Wants(50, 1, stream=MINOR)]))
    assert sorted((row.started, row.setting, row.ended, row.outcome) for row in played.rows) == [
        (0, "ward", 50, "escalated"), (50, "clinic", 70, "completed"),
    ]  # fmt: skip


def test_a_need_that_is_put_off_comes_one_second_after_the_person_is_home() -> None:
    """The same candidate is offered again, with the draws that it would have had."""
    people = Scripted([Wants(0, 1), Wants(50, 1, stream=MINOR)])
    played = play(ward_with("defer"), people)
    [clinic] = played.at("clinic")
    assert (clinic.requested, clinic.started, clinic.ended) == (101, 101, 121)
    assert people.needs[1][2] in played.engine.record.stays().candidate


def test_the_answer_to_a_new_need_depends_on_its_severity() -> None:
    """Only a need bad enough for A&E ends an intermediate-care stay; a milder one is taken up."""
    text = ward_with("{ae: escalate, zero_day: escalate, overnight: escalate, others: absorb}")
    played = play(text, Scripted([Wants(0, 1), Wants(30, 1, MANAGED, MINOR), Wants(60, 1, AE, MINOR)]))
    assert [(row.setting, row.ended) for row in sorted(played.rows, key=lambda row: row.requested)] == [
        ("ward", 60), ("clinic", 80),
    ]  # fmt: skip


def test_of_two_needs_in_one_second_the_first_by_kind_begins() -> None:
    """The other is taken up by the care that the first begins."""
    played = play(ward_with("absorb"), Scripted([Wants(5, 1), Wants(5, 1, stream=MINOR)]))
    assert [row.setting for row in played.rows] == ["clinic"]
    assert played.engine.registry.ignored["in care"] == 1


CARE_EVERYWHERE = f"""
kinds: [acute, minor, care_home_entry]
entry: {{acute: ward, minor: help_at_home, care_home_entry: asks}}
pools: {{beds: {{places: 1}}, homes: {{places: 5}}}}
claims:
  kind: care_home_entry
  share_at_discharge: 0
  days_before: 0
  days_after: 1
  at_start: {{care_home: rest}}
  way: [{{to: {{care_home: rest}}}}]
settings:
  asks: {{title: Asks, presence: contact, routes: [{{to: {{care_home: rest}}}}]}}
  care_home:
    {{title: Care home, presence: residence, tags: [residence], pools: [homes], duration: {{until: death}}, {HOME}}}
  help_at_home: {{title: Help, presence: attached, on_admission: end, {lasts(1000)}, {HOME}}}
  clinic: {{title: Clinic, presence: body, {lasts(20)}, {HOME}}}
  ward: {{title: Ward, presence: body, mark: admission, pools: [beds], takes_claims: yes, {lasts(100)}, {HOME}}}
"""


@pytest.mark.parametrize("outcome", ["died", "moved_out"])
def test_death_and_moving_away_close_everything(outcome: str) -> None:
    """Help at home, a queue place for a bed and the care home all end in that second; a later need finds nobody."""
    wants = [Wants(0, 1), Wants(5, 2, stream=MINOR), Wants(10, 2), Wants(60, 2)]
    deaths, leavers = ({2: 50}, {}) if outcome == "died" else ({}, {2: 50})
    people = Scripted(wants, deaths=deaths, leavers=leavers, living_in_care_home=[2])
    played = play(CARE_EVERYWHERE, people)
    assert {(row.setting, row.ended, row.outcome) for row in played.of(2)} == {
        ("care_home", 50, outcome), ("help_at_home", 50, outcome), ("ward", 50, outcome),
    }  # fmt: skip
    assert played.engine.registry.left == {2: 50}
    assert played.engine.registry.ignored["gone"] == 1


def test_death_is_where_the_person_is() -> None:
    """In the ward when a stay there has begun; in the care home while waiting for a bed; else at home."""
    people = Scripted([Wants(0, 1), Wants(10, 2)], deaths={1: 50, 2: 20, 3: 30}, living_in_care_home=[2])
    played = play(CARE_EVERYWHERE, people)
    names = (*played.network.names(), "home")
    assert {person: names[at] for person, at in played.engine.registry.place_of_death.items()} == {
        1: "ward", 2: "care_home", 3: "home",
    }  # fmt: skip


def test_nobody_dies_after_moving_away() -> None:
    """A latent death of somebody who has left the place is nobody's death here."""
    played = play(CARE_EVERYWHERE, people := Scripted([], deaths={1: 50}, leavers={1: 20}))
    assert played.engine.registry.place_of_death == {}
    assert people.told == [("moved away", 1, 20)]


def test_admission_ends_care_at_home_that_does_not_go_on_in_hospital() -> None:
    """Help at home ends in the second in which the ward stay starts, and not when the bed is asked for."""
    played = play(CARE_EVERYWHERE, Scripted([Wants(0, 1), Wants(5, 2, stream=MINOR), Wants(10, 2)]))
    [helped] = played.at("help_at_home")
    assert (helped.started, helped.ended, helped.outcome) == (5, 100, "escalated")


def test_people_who_need_a_care_home_move_there_and_stay() -> None:
    """A care home is asked for from home at once, and lived in until the horizon."""
    people = Scripted([], care_home_needs={3: 40})
    played = play(CARE_EVERYWHERE, people)
    assert [(row.setting, row.started, row.outcome) for row in played.rows] == [("care_home", 40, "open")]
    assert people.told == [("moved to care home", 3, 40)]


def test_people_move_at_their_next_discharge_when_they_are_to() -> None:
    """Somebody in hospital when the need comes goes from the ward to the care home, if the stay was planned so."""
    text = CARE_EVERYWHERE.replace("share_at_discharge: 0", "share_at_discharge: 1").replace(
        "takes_claims: yes,", "takes_claims: yes, plan: {law: constant, value: 100},"
    )
    played = play(text, Scripted([Wants(0, 1)], care_home_needs={1: 40}))
    assert [(row.setting, row.started, row.ended, row.next_setting) for row in played.rows][:1] == [
        ("ward", 0, 100, "care_home")
    ]
    assert [row.started for row in played.at("care_home")] == [100]


def test_a_care_home_is_asked_for_on_coming_home_when_the_wait_ended_in_care() -> None:
    """A need for a care home whose wait is over while the person is in a clinic is not forgotten."""
    text = CARE_EVERYWHERE.replace("acute: ward", "acute: clinic")
    played = play(text, Scripted([Wants(30, 1)], care_home_needs={1: 40}))
    assert [(row.setting, row.requested) for row in played.rows if row.setting == "care_home"] == [("care_home", 51)]


def test_residents_at_the_start_live_in_a_home_from_the_first_second() -> None:
    """People who need a care home when the study begins have a place, and their needs are those of residents."""
    people = Scripted([Wants(0, 1)], living_in_care_home=[4])
    played = play(CARE_EVERYWHERE, people)
    assert [(row.person, row.started, row.ended) for row in played.at("care_home")] == [(4, 0, ONE_MONTH.horizon)]
    assert people.told[0] == ("moved to care home", 4, 0)


WAITS_AT_HOME = f"""
kinds: [acute, minor]
entry: {{acute: ward, minor: clinic}}
pools: {{helpers: {{places: 1}}}}
settings:
  ward: {{title: Ward, presence: body, mark: admission, {lasts(100)}, routes: [{{to: {{help_at_home: rest}}}}]}}
  clinic: {{title: Clinic, presence: body, {lasts(20)}, {HOME}}}
  help_at_home: {{title: Help, presence: attached, pools: [helpers], {lasts(1000)}, routes: [{{to: {{clinic: rest}}}}]}}
"""


def test_somebody_who_waits_at_home_for_help_can_have_other_needs() -> None:
    """The ward is left; until the help ends the person is at home, and a need begins an episode."""
    people = Scripted([Wants(0, 1), Wants(0, 2), Wants(200, 2, stream=MINOR)])
    played = play(WAITS_AT_HOME, people)
    ward, clinic, helped, after = sorted(played.of(2), key=lambda row: row.ended)
    assert (ward.ended, clinic.setting, clinic.started, clinic.ended) == (100, "clinic", 200, 220)
    assert (helped.requested, helped.started, helped.ended) == (100, 1100, 2100)
    assert (after.setting, after.started) == ("clinic", 2100)
    assert ("discharged", 2, 100) in people.told


def test_nobody_is_bodily_in_two_places() -> None:
    """Help at home that leads to a clinic leads nowhere for somebody who is in hospital just then."""
    played = play(WAITS_AT_HOME, Scripted([Wants(0, 1), Wants(1050, 1)]))
    assert [(row.setting, row.started, row.ended) for row in sorted(played.of(1), key=lambda row: row.ended)] == [
        ("ward", 0, 100), ("help_at_home", 100, 1100), ("ward", 1050, 1150), ("help_at_home", 1150, 2150),
        ("clinic", 2150, 2170),
    ]  # fmt: skip
    assert played.engine.registry.ignored["in care"] == 1


def test_somebody_who_waits_for_an_appointment_is_at_home() -> None:
    """A delay without a held place is spent at home; the appointment is lost to somebody in care by then."""
    text = f"""
kinds: [acute, minor]
entry: {{acute: ward, minor: clinic}}
settings:
  ward: {{title: Ward, presence: body, {lasts(100)},
         routes: [{{to: {{clinic: {{probability: rest, delay: {{law: constant, value: 500}}}}}}}}]}}
  clinic: {{title: Clinic, presence: body, {lasts(20)}, {HOME}}}
"""
    wants = [Wants(0, 1), Wants(0, 2), Wants(300, 2, stream=MINOR), Wants(0, 3), Wants(590, 3, stream=MINOR)]
    played = play(text, Scripted(wants))
    assert [(row.person, row.started) for row in played.at("clinic")] == [(2, 300), (3, 590), (1, 600), (2, 600)]


PLANNED = f"""
kinds: [acute, minor]
entry: {{acute: a_and_e, minor: ward}}
pools: {{beds: {{places: 1}}}}
settings:
  a_and_e: {{title: A&E, presence: body, hold: yes, {lasts(10)}, routes: [{{to: {{ward: rest}}}}]}}
  ward:
    {{title: Ward, presence: body, pools: [beds], plan: {{law: constant, value: 1000}}, duration: {{until: plan}},
     patience: {{until: plan}}, routes: [{{to: {{rehabilitation: rest}}}}]}}
  rehabilitation: {{title: Rehabilitation, presence: body, {lasts(5000)}, {HOME}}}
"""


def test_a_hospital_stay_ends_as_planned_and_what_follows_lasts_as_long_as_it_lasts() -> None:
    """The plan is drawn when the first planned stay starts; it does not shorten care after the hospital."""
    played = play(PLANNED, Scripted([Wants(0, 1)]))
    assert [(row.setting, row.started, row.ended) for row in played.rows] == [
        ("a_and_e", 0, 10), ("ward", 10, 1010), ("rehabilitation", 1010, 6010),
    ]  # fmt: skip


def test_nobody_without_a_plan_gives_up_for_the_end_of_it() -> None:
    """Somebody who boards in A&E has no planned end yet, and waits for the bed."""
    played = play(PLANNED, Scripted([Wants(0, 1), Wants(0, 2)]))
    assert [(row.started, row.outcome) for row in played.at("ward")] == [(10, "completed"), (1010, "completed")]
    assert played.at("a_and_e")[1].ended == 1010


def test_what_happens_to_a_person_draws_their_needs_again_from_the_next_second() -> None:
    """After a discharge the needs then drawn take the place of those still pending, also of those drawn before."""
    people = Scripted([Wants(0, 1), Wants(500, 1, stream=MINOR), Wants(5, 2), Wants(500, 2, stream=MINOR)])
    people.drawn_again[1] = needs_of([Wants(700, 1, stream=MINOR)])
    text = ward_with("absorb").replace("presence: body,", "presence: body, mark: admission,", 1)
    played = play(text, people)
    assert [(row.person, row.started) for row in played.at("clinic")] == [(2, 500), (1, 700)]
    assert people.told[:2] == [("admitted", 1, 0), ("admitted", 2, 5)]


def test_a_need_in_the_second_of_a_new_draw_is_of_the_draw_before() -> None:
    """A need that was drawn again counts in the second in which needs are drawn once more."""
    people = Scripted([Wants(0, 1), Wants(200, 1)])
    people.drawn_again[1] = needs_of([Wants(200, 1), Wants(300, 1, stream=MINOR)])
    text = ward_with("absorb").replace("presence: body,", "presence: body, mark: admission,", 1)
    played = play(text, people)
    assert [(row.setting, row.started) for row in sorted(played.rows, key=lambda row: row.started)] == [
        ("ward", 0), ("ward", 200), ("clinic", 300),
    ]  # fmt: skip


@pytest.mark.parametrize(("month", "hours"), [(0, 31 * 24), (2, 31 * 24 - 1), (9, 31 * 24 + 1)])
def test_a_stream_brings_as_many_an_hour_on_days_of_23_and_25_hours(month: int, hours: int) -> None:
    """One an hour is 743 in a March in which clocks go forward, and 745 in an October."""
    calendar = months(12)
    text = f"streams: {{one: {{to: ward, per_day: 24}}}}\nsettings: {{ward: {{title: W, presence: body, {lasts(9)}}}}}"
    arrivals = Arrivals(network_of(text, calendar).streams[0], 0, calendar, key=5)
    for each in range(month):
        arrivals.of_month(each)
    before = arrivals.expected
    ticks, _ = arrivals.of_month(month)
    assert arrivals.expected - before == pytest.approx(hours)
    assert all(calendar.month_of(tick) == month for tick in ticks.tolist())


def test_a_class_is_a_kind_a_band_a_tier_and_two_answers() -> None:
    """Classes are numbered without gaps, so that a table has a row for each."""
    numbers = [
        class_index(kind, band, tier, is_open, planned)
        for kind in range(2) for band in range(8) for tier in range(6) for is_open in range(2) for planned in range(2)
    ]  # fmt: skip
    assert numbers == list(range(2 * 8 * 6 * 4))


def test_a_stay_until_death_ends_with_death() -> None:
    """Somebody in a care home has no other end to the stay there."""
    people = Scripted([Wants(10, 4, OVERNIGHT)], deaths={4: 20 * SECONDS_PER_DAY}, living_in_care_home=[4])
    played = play(CARE_EVERYWHERE, people)
    [home] = played.at("care_home")
    assert (home.ready, home.ended, home.outcome) == (NEVER, 20 * SECONDS_PER_DAY, "died")
