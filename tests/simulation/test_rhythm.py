"""Promises about when needs come."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from scenarios.build_rhythm import build_rhythm
from scenarios.evidence import load
from simulation.calendar import build_calendar
from simulation.draws import stream_key
from simulation.rhythm import LOWER, RHYTHMS, ROUTINE, STEADY, UPPER, RhythmTables, month_rhythm, weekly_illness

CALENDAR = build_calendar(date(2016, 4, 1), date(2018, 4, 1))


@pytest.fixture(scope="module", name="tables")
def _tables() -> RhythmTables:
    return build_rhythm(load())


def test_hours_and_months_have_mean_one(tables: RhythmTables) -> None:
    """A rate a year stays a rate a year."""
    assert tables.by_hour.mean(axis=1) == pytest.approx(np.ones(RHYTHMS))
    days = [31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    assert np.average(tables.by_month, axis=1, weights=days) == pytest.approx(np.ones(RHYTHMS))


def test_a_year_without_illness_is_a_year_long(tables: RhythmTables) -> None:
    """Operational time adds up to real time, to the share that weekdays and leap days make."""
    well = np.ones(200)
    years = sum(month_rhythm(tables, CALENDAR, well, month).years for month in range(24))
    assert years == pytest.approx(np.full(RHYTHMS, 2.0), rel=0.006)


def test_clocks_that_change_keep_the_hour_of_the_clock(tables: RhythmTables) -> None:
    """March has an hour less and October an hour more; practices still open at eight by the clock."""
    for month, hours in ((6, 31 * 24 + 1), (11, 31 * 24 - 1)):
        rhythm = month_rhythm(tables, CALENDAR, np.ones(200), month)
        assert rhythm.reached.shape[1] == hours + 1
        busy = np.diff(rhythm.reached[ROUTINE]) > 0
        ticks = rhythm.hour_start[:-1][busy]
        days = np.searchsorted(CALENDAR.day_start, ticks, side="right") - 1
        since_midnight = (ticks - CALENDAR.day_start[days]) / 3600
        assert since_midnight.min() == 8
        assert since_midnight.max() == 18
        assert np.all(CALENDAR.weekday[days] < 5)


def test_the_guide_finds_the_hour(tables: RhythmTables) -> None:
    """Each step of the guide names the hour in which that share of the month is reached."""
    rhythm = month_rhythm(tables, CALENDAR, np.ones(200), 2)
    steps = np.arange(rhythm.guide.shape[1]) / rhythm.guide.shape[1]
    for row in range(RHYTHMS):
        assert np.all(rhythm.reached[row, rhythm.guide[row]] <= steps)
        assert np.all(rhythm.reached[row, rhythm.guide[row] + 1] > steps)


def test_illness_has_mean_one_and_its_correlation(tables: RhythmTables) -> None:
    """Over 200 replications of two years: mean 1, sd and one-week correlation as the table says."""
    rows = np.log([weekly_illness(tables, CALENDAR, stream_key(9, run)) for run in range(200)])
    assert rows.std() == pytest.approx(tables.illness_sd, rel=0.05)
    assert np.corrcoef(rows[:, 1:].ravel(), rows[:, :-1].ravel())[0, 1] == pytest.approx(
        tables.illness_correlation, abs=0.03)
    assert np.exp(rows).mean() == pytest.approx(1.0, abs=0.003)


def test_illness_does_not_move_booked_care(tables: RhythmTables) -> None:
    """Nor what is set off by other events."""
    ill = month_rhythm(tables, CALENDAR, np.full(200, 1.5), 3).years
    well = month_rhythm(tables, CALENDAR, np.ones(200), 3).years
    assert ill[[LOWER, UPPER]] == pytest.approx(1.5 * well[[LOWER, UPPER]])
    assert ill[[STEADY, ROUTINE]] == pytest.approx(well[[STEADY, ROUTINE]])


def test_winter_has_fewer_attendances_and_not_fewer_admissions(tables: RhythmTables) -> None:
    """England's January against its July."""
    assert tables.by_month[LOWER, 0] < tables.by_month[LOWER, 6]
    assert tables.by_month[LOWER, 0] / tables.by_month[LOWER, 6] < tables.by_month[UPPER, 0] / tables.by_month[UPPER, 6]
