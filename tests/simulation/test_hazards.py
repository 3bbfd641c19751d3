"""Promises about single rates and chances."""

from __future__ import annotations

import math

import pytest

from simulation.hazards import (
    frailty_after,
    happens_within,
    moving_rate,
    share_of_time_until,
    tilted,
    trigger_rate,
)


def test_something_happens_within_a_time_with_the_chance_of_a_constant_rate() -> None:
    """1 - exp(-expected), and one draw decides both whether and when."""
    expected = 0.3
    chance = 1.0 - math.exp(-expected)
    assert happens_within(chance - 1e-9, expected)
    assert not happens_within(chance + 1e-9, expected)
    assert not happens_within(1e-9, 0.0)


def test_when_something_happens_is_exponential_and_inside_the_time() -> None:
    """The share of time grows with the draw, from 0 to just below 1."""
    chance = 1.0 - math.exp(-0.3)
    shares = [share_of_time_until(chance * part, 0.3) for part in (1e-12, 0.25, 0.5, 1.0 - 1e-12)]
    assert shares == sorted(shares)
    assert 0.0 <= shares[0] < shares[-1] < 1.0
    assert shares[2] == pytest.approx(-math.log1p(-chance / 2) / 0.3)


def test_frailty_goes_one_way_and_one_draw_decides_every_step() -> None:
    """What the draw has left over after a step decides the next."""
    assert frailty_after(0.5, 0, 0.4, 0.9, 0.9) == 0
    assert frailty_after(0.39, 0, 0.4, 0.9, 0.9) == 1
    assert frailty_after(0.35, 0, 0.4, 0.9, 0.9) == 2
    assert frailty_after(0.2, 0, 0.4, 0.9, 0.9) == 3
    assert frailty_after(0.95, 2, 0.4, 0.9, 0.9) == 2
    assert frailty_after(0.0001, 3, 1.0, 1.0, 1.0) == 3


def test_what_an_event_adds_halves_in_its_half_life() -> None:
    """And is forgotten after forty mean lives."""
    assert trigger_rate(8.0, 100.0 * math.log(2.0), 100.0) == pytest.approx(4.0)
    assert trigger_rate(8.0, 4001.0, 100.0) == 0.0
    assert trigger_rate(0.0, 1.0, 100.0) == 0.0


def test_nearness_of_an_event_to_come_raises_the_rate() -> None:
    """A negative life counts towards the event; both parts add."""
    far, near = (moving_rate(-left, 2.0, -10.0, 1.0, -100.0) for left in (50.0, 5.0))
    assert far == pytest.approx(2.0 * math.exp(-5.0) + math.exp(-0.5))
    assert near > far


def test_a_tilt_is_linear_in_severity() -> None:
    """From the multiplier at the threshold to that at the worst."""
    assert [tilted(0.6, 1.0, place) for place in (0.0, 0.5, 1.0)] == pytest.approx([0.6, 0.8, 1.0])
