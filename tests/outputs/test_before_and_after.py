"""What happens to people with a team: the truth and the claim, by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from outputs.before_and_after import ReachedCounts, change, reached_counts
from outputs.ceiling import beyond_ceiling, dilution_ceiling
from outputs.measures.reducing import AdmissionTimes, TimeWithTeams
from outputs.periods import Period, period
from simulation.calendar import build_calendar
from tests.outputs.factory import days

CALENDAR = build_calendar(date(2014, 4, 1), date(2018, 4, 1))
YEAR: Period = period(CALENDAR, date(2016, 4, 1), date(2017, 4, 1), "2016/17")
JOINED = YEAR.start + days(10)
HORIZON = CALENDAR.horizon


def admitted(*rows: tuple[int, int]) -> AdmissionTimes:
    """Admissions of (person, tick)."""
    return AdmissionTimes(*np.array(rows, np.int64).reshape(-1, 2).T)


def with_team(*rows: tuple[int, int, int, int, int, int]) -> TimeWithTeams:
    """Enrolments of (person, team, joined, left, came, went), nobody dead."""
    return TimeWithTeams(*np.array([(*row, 0) for row in rows], np.int64).reshape(-1, 7).T)


def counted(scenario: AdmissionTimes, reference: AdmissionTimes, people: TimeWithTeams, team: int = 0) -> ReachedCounts:
    """Counts for the year 2016/17."""
    return reached_counts(scenario, reference, people, team, YEAR, HORIZON)


def test_admissions_are_counted_in_the_year_before_and_the_year_after_joining() -> None:
    """Two before, one after; the days of joining and of the anniversary are the after's first and nobody's."""
    scenario = admitted((1, JOINED - days(365)), (1, JOINED - 1), (1, JOINED + 1), (1, JOINED + days(365)),
                        (1, JOINED - days(365) - 1), (2, JOINED))
    found = counted(scenario, scenario, with_team((1, 0, JOINED, HORIZON, 0, HORIZON)))
    assert (found.followed, found.before, found.after) == (1, 2, 1)


def test_only_people_there_for_both_years_are_in_the_claim() -> None:
    """One who died after a month, one who moved in a month before, one who joined too late, one who stayed."""
    late = HORIZON - days(300)
    people = with_team(
        (1, 0, JOINED, JOINED + days(30), 0, JOINED + days(30)),
        (2, 0, JOINED, HORIZON, JOINED - days(30), HORIZON),
        (3, 0, late, HORIZON, 0, HORIZON),
        (4, 0, JOINED, HORIZON, 0, HORIZON),
    )
    every_month = admitted(*[(p, JOINED + days(30 * m)) for p in (1, 2, 3, 4) for m in range(-24, 24)])
    found = counted(every_month, every_month, people)
    assert found.followed == 1
    assert found.before == 12
    assert found.after == 12


def test_the_true_effect_compares_the_same_people_in_the_same_time_without_the_team() -> None:
    """In the scenario three admissions while with the team, in the reference four in that very time."""
    people = with_team((1, 0, JOINED, JOINED + days(100), 0, HORIZON), (2, 0, JOINED, HORIZON, 0, HORIZON))
    scenario = admitted((1, JOINED + 5), (1, JOINED + days(101)), (2, JOINED + 5), (2, YEAR.stop - 1))
    reference = admitted((1, JOINED + 7), (1, JOINED + 8), (2, JOINED + 5), (2, JOINED + days(50)), (2, YEAR.stop),
                         (9, YEAR.start))
    found = counted(scenario, reference, people)
    assert (found.with_team, found.without_team) == (3, 4)
    assert found.whole_area == 5
    assert change(found.with_team, found.without_team) == pytest.approx(-0.25)


def test_the_ceiling_is_the_share_of_admissions_of_the_people_reached() -> None:
    """Four of five admissions of the area are theirs: even a perfect team could do no more than -80 %."""
    people = with_team((1, 0, JOINED, HORIZON, 0, HORIZON))
    reference = admitted(*[(1, JOINED + 1 + hour) for hour in range(4)], (2, YEAR.start))
    found = counted(reference, reference, people)
    ceiling = dilution_ceiling(found)
    assert ceiling is not None
    assert ceiling == pytest.approx(-0.8)
    assert beyond_ceiling(-0.9, ceiling)
    assert not beyond_ceiling(-0.5, ceiling)


def test_teams_are_told_apart() -> None:
    """People of another team are not counted."""
    people = with_team((1, 0, JOINED, HORIZON, 0, HORIZON), (2, 1, JOINED, HORIZON, 0, HORIZON))
    everyone = admitted((1, JOINED + 1), (2, JOINED + 1), (2, JOINED + 2))
    assert counted(everyone, everyone, people, team=0).with_team == 1
    assert counted(everyone, everyone, people, team=1).with_team == 2
    assert counted(everyone, everyone, people, team=2) == ReachedCounts(0, 0, 0, 0, 0, 0, 3)


def test_a_true_effect_of_nothing_gives_a_fall_before_and_after_all_the_same() -> None:
    """People join when they have just been ill, at random times, and the team does nothing: the claim is a fall."""
    draws = np.random.default_rng(5)
    rows: list[tuple[int, int]] = []
    people: list[tuple[int, int, int, int, int, int]] = []
    for person in range(400):
        ticks = np.sort(draws.integers(0, HORIZON, draws.poisson(2.0)))
        rows += [(person, int(tick)) for tick in ticks]
        triggers = ticks[(ticks > days(400)) & (ticks < HORIZON - days(400))]
        if len(triggers):
            people.append((person, 0, int(triggers[0]) + 1, HORIZON, 0, HORIZON))
    found = counted(admitted(*rows), admitted(*rows), with_team(*people))
    claim = change(found.after, found.before)
    assert found.with_team == found.without_team
    assert claim is not None
    assert claim < -0.4


def test_nothing_is_no_base_for_a_change() -> None:
    """From none there is no relative change, and an area without admissions has no ceiling."""
    assert change(3, 0) is None
    assert dilution_ceiling(ReachedCounts(0, 0, 0, 0, 0, 0, 0)) is None


def test_the_admission_at_which_somebody_joins_is_neither_before_nor_after() -> None:
    """Teams that people join when they are admitted would otherwise seem to be followed by an admission each."""
    times = admitted((7, JOINED), (7, JOINED + days(10)))
    counts = counted(times, times, with_team((7, 0, JOINED, JOINED + days(30), 0, HORIZON)))
    assert (counts.before, counts.after, counts.with_team, counts.without_team) == (0, 1, 1, 1)
