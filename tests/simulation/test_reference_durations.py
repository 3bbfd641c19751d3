"""How long things take on the clock of the SimPy engine: nights, midnights, opening hours, pressure and death."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from simulation.calendar import SECONDS_PER_DAY, SECONDS_PER_HOUR
from simulation.factors import VALUES
from simulation.reference import ReferenceEngine
from tests.simulation.scripted import ONE_MONTH, OVERNIGHT, ZERO_DAY, Row, Scripted, Wants, plain, play, rows_of
from tests.simulation.textbook import months, network_of

HOME = "routes: [{to: {home: rest}}]"
TEN_O_CLOCK = 10 * SECONDS_PER_HOUR
MONDAY = SECONDS_PER_DAY
"""The calendar begins on a Sunday."""


def stay(law: str, more: str = "", rest: str = "") -> str:
    """One setting with a law."""
    return f"""
kinds: [acute]
entry: {{others: ward}}
{rest}
settings:
  ward: {{title: Ward, presence: body, duration: {law}, {HOME} {more}}}
"""


def one(text: str, want: Wants, people: Scripted | None = None) -> Row:
    """The one stay that a need leads to."""
    [row] = play(text, people or Scripted([want])).rows
    return row


@pytest.mark.parametrize("nights", [1, 3])
def test_a_stay_of_nights_ends_by_day_after_so_many_midnights(nights: int) -> None:
    """Whatever the hour of arrival; the hour of discharge is drawn."""
    for tick in (5, TEN_O_CLOCK, SECONDS_PER_DAY - 1):
        row = one(stay(f"{{law: constant, value: {nights}, unit: nights, mode: nights}}"), Wants(tick, 1))
        assert row.ended // SECONDS_PER_DAY == nights
        assert row.ended % SECONDS_PER_DAY > 0


def test_a_stay_beyond_the_horizon_is_as_long_as_any() -> None:
    """Somebody who would leave after the study's end is open at the horizon, and no table runs out."""
    row = one(stay("{law: constant, value: 90, unit: nights, mode: nights}"), Wants(TEN_O_CLOCK, 1))
    assert (row.outcome, row.ended) == ("open", ONE_MONTH.horizon)


def test_a_stay_that_ends_before_midnight_is_cut_there() -> None:
    """At the last second of the day, and never to nothing."""
    text = stay("{law: constant, value: 5, unit: hours, mode: before_midnight}")
    assert one(text, Wants(TEN_O_CLOCK, 1)).ended == TEN_O_CLOCK + 5 * SECONDS_PER_HOUR
    assert one(text, Wants(20 * SECONDS_PER_HOUR, 1)).ended == SECONDS_PER_DAY - 1
    assert one(text, Wants(SECONDS_PER_DAY - 1, 1)).ended == SECONDS_PER_DAY


@pytest.mark.parametrize(
    ("asked", "opening"),
    [
        (MONDAY + TEN_O_CLOCK, MONDAY + TEN_O_CLOCK),
        (MONDAY + 3600, MONDAY + 8 * SECONDS_PER_HOUR),
        (MONDAY + 20 * SECONDS_PER_HOUR, MONDAY + SECONDS_PER_DAY + 8 * SECONDS_PER_HOUR),
        (TEN_O_CLOCK, MONDAY + 8 * SECONDS_PER_HOUR),
        (5 * SECONDS_PER_DAY + 19 * SECONDS_PER_HOUR, 8 * SECONDS_PER_DAY + 8 * SECONDS_PER_HOUR),
    ],
    ids=["open", "before opening", "after closing", "Sunday", "Friday evening"],
)
def test_what_waits_for_the_practice_counts_from_its_opening(asked: int, opening: int) -> None:
    """At once when it is open, else when it next opens on a weekday."""
    text = stay("{law: constant, value: 60, mode: after_opening}", rest="practice_hours: {from: 8, to: 18.5}")
    assert one(text, Wants(asked, 1)).ended == opening + 60


def test_whether_the_practice_is_open_decides_the_way() -> None:
    """Opening is part of a patient's class at the moment of choosing."""
    text = f"""
kinds: [acute]
entry: {{others: door}}
practice_hours: {{from: 8, to: 18.5}}
settings:
  door:
    title: Door
    presence: contact
    routes: [{{when: {{open: yes}}, to: {{day: rest}}}}, {{to: {{night: rest}}}}]
  day: {{title: Day, presence: body, duration: {{law: constant, value: 5}}, {HOME}}}
  night: {{title: Night, presence: body, duration: {{law: constant, value: 5}}, {HOME}}}
"""
    opens, closes = MONDAY + 8 * SECONDS_PER_HOUR, MONDAY + 18 * SECONDS_PER_HOUR + 1800
    for tick, setting in ((opens - 1, "night"), (opens, "day"), (closes - 1, "day"), (closes, "night")):
        assert one(text, Wants(tick, 1)).setting == setting


def test_a_length_from_severity_is_the_quantile_of_its_place_above_the_threshold() -> None:
    """Half way from the overnight threshold (0.8) to the worst is the median."""
    row = one(stay("{law: exponential, mean: 1000, from: severity}"), Wants(0, 1, severity=0.9))
    assert row.ended == round(1000 * math.log(2.0))


def test_a_team_scales_the_lengths_that_it_may_change() -> None:
    """A person's profile selects the factor of a value; without a team it is 1."""
    people = Scripted([Wants(0, 1), Wants(0, 2)])
    people.factors = np.ones((2, len(VALUES), 2))
    people.factors[1, VALUES.index("delay.days"), 0] = 0.5
    people.profile[2] = 1
    rows = play(stay("{law: constant, value: 1000, scaled_by: delay.days}"), people).rows
    assert [row.ended for row in rows] == [1000, 500]


PRESSED = f"""
kinds: [acute]
entry: {{others: a_and_e}}
pools: {{beds: {{places: 1}}}}
gauges: {{full: {{share_taken_of: [beds]}}}}
pressure: {{gauge: full, reference: 0.5, shift: 1}}
census: 10
settings:
  a_and_e:
    title: A&E
    presence: body
    reassesses: yes
    duration: {{law: constant, value: 100}}
    routes: [{{when: {{tier: [zero_day, overnight]}}, to: {{ward: rest}}}}, {{to: {{home: rest}}}}]
  ward: {{title: Ward, presence: body, pools: [beds], duration: {{law: constant, value: 10000}}, {HOME}}}
"""


def test_full_wards_turn_away_the_mildest_admissions() -> None:
    """With half the zero-day range given up, severity 0.65 goes home, 0.75 is admitted, and overnight needs are too."""
    wants = [Wants(0, 1, OVERNIGHT), Wants(200, 2, 0.65), Wants(200, 3, 0.75), Wants(200, 4, 0.85)]
    played = play(PRESSED, Scripted(wants))
    assert [row.person for row in played.at("ward")] == [1, 3, 4]
    assert [row.person for row in play(PRESSED, Scripted([Wants(0, 2, 0.65)])).at("ward")] == [2]


def test_somebody_close_to_death_may_be_kept_until_then() -> None:
    """With a mean far above the days left, everybody fit to leave stays until death, and it is no delay."""
    text = stay("{law: constant, value: 2, unit: hours}", ", held_until_death_days: 1e9")
    dying = Scripted([Wants(0, 1, ZERO_DAY), Wants(0, 2, ZERO_DAY)], deaths={1: 5 * SECONDS_PER_DAY})
    held, leaves = play(text, dying).rows
    assert (held.ready, held.ended, held.outcome) == (-1, 5 * SECONDS_PER_DAY, "died")
    assert (leaves.ended, leaves.outcome) == (2 * SECONDS_PER_HOUR, "completed")


def test_a_booked_contact_counts_in_the_month_in_which_it_takes_place() -> None:
    """Beyond the horizon it is nobody's."""
    text = f"""
kinds: [acute]
entry: {{others: booked}}
settings:
  booked: {{title: Booked, presence: contact, lead_time: {{law: constant, value: 20, unit: days}}, {HOME}}}
"""
    calendar = months(2)
    wants = [Wants(day * SECONDS_PER_DAY, day) for day in (1, 15, 30)]
    network = plain(network_of(text, calendar))
    engine = ReferenceEngine(network, Scripted([*wants, Wants(3 * SECONDS_PER_DAY, 40)], 50), calendar, 1, 0)
    for month in range(2):
        engine.run_month(month)
    assert engine.record.contact_table().sum(axis=(1, 2)).tolist() == [2, 2]
    assert rows_of(engine, network) == []


def test_thresholds_drift_month_by_month_and_stay_in_order() -> None:
    """A falling threshold of admission pushes no threshold below it out of order."""
    calendar = months(24)
    network = plain(network_of(stay("{law: constant, value: 5}"), calendar))
    falling = np.zeros_like(network.thresholds)
    falling[:, :, 3] = -0.3
    engine = ReferenceEngine(replace(network, threshold_slope=falling), Scripted([]), calendar, 1, 0)
    for month in range(calendar.months):
        engine.run_month(month)
        for row in engine.stories.thresholds[0]:
            assert list(row) == sorted(row)
    assert engine.stories.thresholds[0][0][3] < 0.2
