"""Where people who may join a team stand: with it, done with it, not willing, or waiting. They are all who may join.

On the first of each month everybody who meets a team's entry rule, or is with it, is counted (`simulation.caseloads`).
During the month people go from waiting to the team as they join, and from the team to "done" as they leave it; who
dies or moves away is no longer counted; the rule itself is looked at again on the next first. So on every day

    with the team + done + refused + waiting = who may join.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outputs.measures.measure import ALL, Measure, Values
from outputs.measures.view import View
from outputs.periods import Period
from simulation.projection import FIFTHS
from simulation.standing import DONE, REFUSED, WAITING, WITH_TEAM
from simulation.stays import RunResult

TOPIC = "Teams"
RULE = "Everybody who meets the entry rule on the first of a month, or is with the team, followed from day to day"
SOURCE = "the model's own"
MOST_DEPRIVED, LEAST_DEPRIVED = 0, FIFTHS - 1
NAMES_OF_FIFTHS = ("most deprived fifth", "second fifth", "third fifth", "fourth fifth", "least deprived fifth")

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Moves:
    """Changes of standing of one team after the first of a month: who, and when. Arrays of one length each."""

    joined: IntArray
    left: IntArray
    """Who left the team, for whatever reason."""
    gone: IntArray
    """Who of them died or moved away."""


def moves_of(result: RunResult, team: int) -> Moves:
    """Ticks at which people joined a team, left it, and left it by dying or moving away."""
    log, people = result.enrolments, result.residents
    own = log.team == team
    left = log.left[own]
    place = np.searchsorted(people.person, log.person[own])
    ended = left < result.calendar.horizon
    return Moves(log.joined[own], left[ended], left[ended & (people.left[place] == left)])


def eligible_people(view: View, period: Period) -> Values:
    """People who may join, on average over a period, by team."""
    return {team: float(_mean(view, period)[index].sum()) for index, team in enumerate(view.result.teams)}


def people_waiting(view: View, period: Period) -> Values:
    """People who may join, would, and have not."""
    return _of(view, period, WAITING)


def people_refused(view: View, period: Period) -> Values:
    """People who may join and do not want to."""
    return _of(view, period, REFUSED)


def people_done(view: View, period: Period) -> Values:
    """People who may join, and have been with the team before."""
    return _of(view, period, DONE)


def reached_share_by_fifth(view: View, period: Period) -> Values:
    """Of people who may join, the share with a team on the firsts of the months: all, and by team and fifth."""
    standing = view.result.standing[period.from_month : period.to_month].sum(axis=0)
    of_all = standing[..., WITH_TEAM].sum(), standing.sum()
    found = {ALL: float(of_all[0] / of_all[1])} if of_all[1] else {}
    for index, team in enumerate(view.result.teams):
        for fifth, name in enumerate(NAMES_OF_FIFTHS):
            if may_join := standing[index, fifth].sum():
                found[f"{team}, {name}"] = float(standing[index, fifth, WITH_TEAM] / may_join)
    return found


def reached_deprivation_ratio(view: View, period: Period) -> Values:
    """Share reached in the most over that in the least deprived fifth, by team."""
    standing = view.result.standing[period.from_month : period.to_month].sum(axis=0).astype(np.float64)
    ratios = {}
    for index, team in enumerate(view.result.teams):
        reached, may_join = standing[index, :, WITH_TEAM], standing[index].sum(axis=-1)
        if min(reached[LEAST_DEPRIVED], may_join[MOST_DEPRIVED], may_join[LEAST_DEPRIVED]) > 0.0:
            share = reached[[MOST_DEPRIVED, LEAST_DEPRIVED]] / may_join[[MOST_DEPRIVED, LEAST_DEPRIVED]]
            ratios[team] = float(share[0] / share[1])
    return ratios


def _of(view: View, period: Period, standing: int) -> Values:
    return {team: float(_mean(view, period)[index, standing]) for index, team in enumerate(view.result.teams)}


def _mean(view: View, period: Period) -> FloatArray:
    """(teams, `STANDINGS`) people who stand somewhere, on average over the seconds of a period."""
    person_seconds = view.once("person-seconds of standing", lambda: _by_month(view.result))
    return np.asarray(person_seconds[period.from_month : period.to_month].sum(axis=0) / period.seconds, np.float64)


def _by_month(result: RunResult) -> FloatArray:
    """(months, teams, `STANDINGS`) seconds that people stand somewhere, all together."""
    starts = np.append(result.calendar.month_start[: result.calendar.months], result.calendar.horizon)
    total = result.standing.sum(axis=2) * np.diff(starts)[:, None, None].astype(np.float64)
    for team in range(len(result.teams)):
        moves, looked = moves_of(result, team), result.standing[:, team].sum(axis=(1, 2)) > 0
        joined, left, gone = (
            np.where(looked, _rest_of_month(ticks, starts), 0.0) for ticks in (moves.joined, moves.left, moves.gone))
        total[:, team, WITH_TEAM] += joined - left
        total[:, team, DONE] += left - gone
        total[:, team, WAITING] -= joined
    return np.asarray(total, np.float64)


def _rest_of_month(ticks: IntArray, starts: IntArray) -> FloatArray:
    """(months,) seconds from each tick to the end of its month, by month."""
    month = np.searchsorted(starts, ticks, side="right") - 1
    seconds = (starts[month + 1] - ticks).astype(np.float64)
    return np.asarray(np.bincount(month, weights=seconds, minlength=len(starts) - 1), np.float64)


MEASURES = (
    Measure(
        "eligible_people", "People who may join a team", "people", RULE, SOURCE, eligible_people, TOPIC, decimals=0,
        monthly=True,
    ),
    Measure(
        "people_waiting", "People who may join, would, and are not with the team", "people",
        f"{RULE}; for teams that people join at an event, those who would join at theirs", SOURCE, people_waiting,
        TOPIC, decimals=0, monthly=True,
    ),
    Measure(
        "people_refused", "People who may join and do not want to", "people", RULE, SOURCE, people_refused, TOPIC,
        decimals=0, monthly=True,
    ),
    Measure(
        "people_done", "People who have been with the team and are not asked again", "people",
        f"{RULE}; whoever leaves a team is among them until the next first", SOURCE, people_done, TOPIC, decimals=0,
        monthly=True,
    ),
    Measure(
        "reached_share", "Share of people who may join who are with the team, by deprivation fifth", "share",
        "On the firsts of the months of the year, all teams together and by team and fifth", SOURCE,
        reached_share_by_fifth, TOPIC, relative=False, decimals=3,
    ),
    Measure(
        "reached_deprivation_ratio", "Share reached, most to least deprived fifth", "ratio",
        "Share of people who may join who are with the team, in the most over that in the least deprived fifth", SOURCE,
        reached_deprivation_ratio, TOPIC, matters=0.05, decimals=2,
    ),
)
