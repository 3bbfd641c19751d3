"""Estimators on made-up people and areas whose truth is known: when each may be believed, and when not."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.estimators import (
    Floats,
    Followed,
    before_and_after,
    difference_in_differences,
    matched_controls,
    synthetic_control,
    weights_like,
)
from calibration.matched_controls import (
    NOBODY_JOINED,
    Events,
    Records,
    match,
    matched_study,
)
from simulation.calendar import SECONDS_PER_DAY, SECONDS_PER_YEAR

AREAS, PERIODS = 24, 6
AFTER = np.arange(PERIODS) >= 3
LEVEL_SD, GROWTH_SD, POISSON_SD = 0.10, 0.02, 0.01
PEOPLE = 2_500
TRUE = -0.20
DAY, YEAR = SECONDS_PER_DAY, round(SECONDS_PER_YEAR)


def made_up_areas(generator: np.random.Generator, effect: float = 0.0) -> Floats:
    """(areas, periods) rates that differ in level and in growth from area to area; the first has the service."""
    level = generator.normal(0.0, LEVEL_SD, (AREAS, 1))
    growth = generator.normal(0.03, GROWTH_SD, (AREAS, 1)) * np.arange(PERIODS)
    chance = generator.normal(0.0, POISSON_SD, (AREAS, PERIODS))
    logs = np.log(90.0) + level + growth + chance
    logs[0, AFTER] += np.log1p(effect)
    return np.asarray(np.exp(logs), np.float64)


@pytest.mark.parametrize(("treated_areas", "effect"), [(1, 0.0), (6, 0.0), (1, -0.10)])
def test_difference_in_differences_covers_the_truth_in_95_of_100_although_areas_grow_differently(
    treated_areas: int, effect: float
) -> None:
    """800 trials: the share of intervals that hold the truth has a standard error of 0.77 points."""
    trials, generator = 800, np.random.default_rng(20_261_128)
    treated = np.arange(AREAS) < treated_areas
    held = sum(
        difference_in_differences(made_up_areas(generator, effect), treated, AFTER).covers(effect)
        for _ in range(trials)
    )
    assert held / trials == pytest.approx(0.95, abs=3.3 * np.sqrt(0.95 * 0.05 / trials))


def test_counting_admissions_alone_would_be_far_too_sure() -> None:
    """An error of chance in counts only, without that of growth, would hold a zero effect in less than half."""
    generator, trials = np.random.default_rng(8), 400
    by_chance = 1.96 * POISSON_SD * np.sqrt((1.0 + 1.0 / (AREAS - 1)) * (2.0 / 3.0))
    treated = np.arange(AREAS) == 0
    changes = [difference_in_differences(made_up_areas(generator), treated, AFTER).change for _ in range(trials)]
    assert np.mean(np.abs(changes) < by_chance) < 0.5


def test_synthetic_control_holds_a_zero_effect_as_often_as_it_says() -> None:
    """With 23 others it can say 92 % (22 of 24); 150 trials give a standard error of 2.3 points."""
    generator, trials = np.random.default_rng(3), 150
    found = [synthetic_control(made_up_areas(generator), 0, AFTER) for _ in range(trials)]
    assert [one.level for one in found] == pytest.approx([22 / 24] * trials)
    held = float(np.mean([one.covers(0.0) for one in found]))
    assert held == pytest.approx(22 / 24, abs=3.3 * np.sqrt(22 / 24 * 2 / 24 / trials))


def test_synthetic_control_finds_the_truth_where_the_area_is_a_mixture_of_others() -> None:
    """The area is exactly one part of one and three parts of another, and 10 % lower afterwards."""
    rates = made_up_areas(np.random.default_rng(5))
    rates[0] = rates[3] ** 0.25 * rates[7] ** 0.75
    rates[0, AFTER] *= 0.9
    shorter = rates[[0, 3, 7, 9]]
    assert synthetic_control(shorter, 0, AFTER).change == pytest.approx(-0.1, abs=1e-4)


def test_weights_are_none_below_nought_and_one_in_all() -> None:
    """Also for a target outside everything that the donors can reach."""
    donors = np.log(made_up_areas(np.random.default_rng(6)))
    for target in (donors[0], donors.max(axis=0) + 1.0):
        weights = weights_like(target, donors[1:])
        assert weights.min() >= 0.0
        assert weights.sum() == pytest.approx(1.0)


@pytest.mark.parametrize(("treated", "after", "rate"), [
    (np.zeros(4, np.bool_), AFTER, 1.0), (np.arange(4) < 3, AFTER, 1.0), (np.arange(4) < 1, AFTER | True, 1.0),
    (np.arange(4) < 1, AFTER & False, 1.0), (np.arange(4) < 1, AFTER, 0.0),
])  # fmt: skip
def test_what_cannot_be_compared_is_refused(treated: np.ndarray, after: np.ndarray, rate: float) -> None:
    """No treated area, one control, only one side of the change, or a rate of nought."""
    with pytest.raises(ValueError, match=r"must be|are compared"):
        difference_in_differences(np.full((4, PERIODS), rate), treated, after)


def test_before_and_after_by_hand() -> None:
    """Four before, two after: half; from nothing there is no change to speak of."""
    found = before_and_after(np.array([1, 3]), np.array([1, 1]))
    assert found is not None
    assert found.change == pytest.approx(-0.5)
    assert found.treated == 2
    assert before_and_after(np.array([0]), np.array([1])) is None


def test_a_rate_against_controls_by_hand() -> None:
    """Two a year against an average of one; somebody without a control is left out."""
    treated = Followed(np.array([2.0, 9.0]), np.array([1.0, 1.0]))
    controls = Followed(np.array([2.0, 0.0]), np.array([1.0, 1.0]))
    found = matched_controls(treated, controls, np.array([0, 0]), np.array([7, 8]))
    assert found is not None
    assert found.change == pytest.approx(1.0)
    assert (found.treated, found.controls) == (1, 2)


def records_of(size: int) -> Records:
    """People of 70 who live in the place throughout."""
    return Records(
        np.arange(size), np.full(size, -70 * YEAR), np.zeros(size, np.bool_), np.full(size, 3),
        np.zeros(size, np.int64), np.full(size, 3 * YEAR), np.full(size, NOBODY_JOINED),
        np.full((size, 3), NOBODY_JOINED),
    )  # fmt: skip


def test_a_control_has_the_same_past_and_is_there_at_the_same_time() -> None:
    """Of six others one was admitted in the same month; of those like it one died, one lives in a home, one is a man,
    one has become mildly frail.
    """
    when = 2 * YEAR
    people = records_of(7)
    people.went[2] = when - 1
    people.care_home_from[3] = 0
    people.female[4] = True
    people.frail_from[5, 0] = when - DAY
    events = Events(np.array([0, 1, 2, 3, 4, 5]), np.full(6, when - 10 * DAY))
    found = match(people, events, np.array([0]), np.array([when]))
    assert found.control.tolist() == [1]


def test_watching_a_control_ends_when_they_die_or_join() -> None:
    """Each of two has one admission after half a year of watching: one who then dies has twice the rate."""
    when = 2 * YEAR
    people = records_of(2)
    people.went[1] = when + 365 * DAY // 2
    events = Events(np.array([0, 1]), np.full(2, when + 5 * DAY))
    found = matched_study(people, events, np.array([0]), np.array([when]))
    assert found is not None
    assert found.change == pytest.approx(-0.5, abs=1e-6)


def made_up_study(generator: np.random.Generator, unseen: float) -> tuple[Records, Events, np.ndarray, np.ndarray]:
    """People who differ lastingly in how often they are admitted. Those with most admissions of late join; with
    `unseen` above 0 whoever refers also sees part of what lasts. The service then avoids a fifth of admissions.
    """
    people, when = records_of(PEOPLE), 2 * YEAR
    frail = generator.gamma(0.8, 1.0 / 0.8, PEOPLE)
    before = generator.poisson(0.8 * frail * 2.0)
    who_before = np.repeat(np.arange(PEOPLE), before)
    at_before = generator.integers(0, when, len(who_before))
    lately = np.bincount(who_before[at_before >= when - 365 * DAY], minlength=PEOPLE)
    score = np.log(0.5 + lately) + unseen * np.log(frail) + generator.gumbel(0.0, 1.0, PEOPLE)
    joined = np.sort(np.argsort(score)[-120:])
    rate = 0.8 * frail
    rate[joined] *= 1.0 + TRUE
    who_after = np.repeat(np.arange(PEOPLE), generator.poisson(rate))
    at_after = generator.integers(when + 1, when + 365 * DAY, len(who_after))
    events = Events(np.concatenate((who_before, who_after)), np.concatenate((at_before, at_after)))
    return people, events, joined, np.full(len(joined), when)


def found_by_matching(unseen: float, trials: int) -> tuple[float, float, float]:
    """Share of intervals that hold the truth, mean of logarithms of estimates less the truth, and its error."""
    generator = np.random.default_rng(20_261_129)
    found = [matched_study(*made_up_study(generator, unseen), controls_each=3) for _ in range(trials)]
    held = float(np.mean([one is not None and one.covers(TRUE) for one in found]))
    off = np.array([np.log1p(one.change) - np.log1p(TRUE) for one in found if one is not None])
    return held, float(off.mean()), float(off.std(ddof=1) / np.sqrt(len(off)))


def test_matched_controls_find_the_truth_when_people_are_chosen_by_what_records_hold() -> None:
    """24 studies of 120 people: on average right within t at 99.95 % of its error, and intervals hold the truth."""
    held, off, error = found_by_matching(unseen=0.0, trials=24)
    assert abs(off) < 3.77 * error
    assert abs(off) < 0.1
    assert held >= 20 / 24


def test_matched_controls_find_harm_when_whoever_refers_sees_what_no_record_holds() -> None:
    """The service avoids a fifth; people who join are iller than their records, and so than their controls."""
    _, off, error = found_by_matching(unseen=1.0, trials=8)
    assert off > 5.41 * error
