"""What happened to one person in one run, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from simulation.calendar import SECONDS_PER_DAY, SECONDS_PER_HOUR, Calendar
from simulation.stays import NEVER, Outcome, RunResult, Settings, Stays

WARD, AE = "ward", ("ae_type1", "ae_type1_arrival")
ENDINGS = {
    Outcome.GAVE_UP: "left without being seen",
    Outcome.TURNED_AWAY: "turned away",
    Outcome.OPEN: "still there at the end of the run",
}


@dataclass(frozen=True)
class Happening:
    """Something in a life.

    Attributes:
        tick: when it began.
        key: what names it in every scenario: ("need", its key), ("team", name), or what it is.
        words: what happened, in words.
    """

    tick: int
    key: tuple[str, str]
    words: str


@dataclass(frozen=True)
class Life:
    """What happened to one person in one run."""

    scenario: str
    title: str
    happenings: tuple[Happening, ...]


def life_of(result: RunResult, person: int, scenario: str, title: str, titles: Sequence[str]) -> Life:
    """Everything that a run keeps of a person.

    Args:
        result: the run.
        person: id of a resident.
        scenario: id of what was run.
        title: what it is called.
        titles: of the run's teams, in their order.

    Raises:
        LookupError: when nobody of this id lives in the place during the run.
    """
    place = np.flatnonzero(result.residents.person == person)
    if len(place) == 0:
        raise LookupError(f"nobody with the number {person} lives here during the run")
    happenings = [
        *_care(result, person), *_teams(result, person, titles), *_coming_and_going(result, int(place[0]))
    ]
    return Life(scenario, title, tuple(sorted(happenings, key=lambda each: (each.tick, each.key))))


def _care(result: RunResult, person: int) -> Iterator[Happening]:
    """One happening for each need that led to a stay."""
    stays = result.stays
    rows = np.flatnonzero(stays.person == person)
    needs = stays.candidate[rows]
    for need in np.unique(needs).tolist():
        own = rows[needs == need]
        own = own[np.argsort(stays.visit[own], kind="stable")]
        words = _in_words(stays, result.settings, result.calendar, own)
        if words:
            yield Happening(int(stays.requested[own].min()), ("need", str(need)), words)


def _in_words(stays: Stays, settings: Settings, calendar: Calendar, rows: np.ndarray) -> str:
    """One episode: where the person was, in order, and for how long."""
    ward = set(settings.tags.get(WARD, ()))
    in_ae = {index for tag in AE for index in settings.tags.get(tag, ())}
    homes = set(settings.tags.get("residence", ()))

    def sort_of(row: int) -> str:
        setting = int(stays.setting[row])
        return WARD if setting in ward else "A&E" if setting in in_ae else "home" if setting in homes else "other"

    begun = [row for row in rows.tolist() if stays.started[row] != NEVER or sort_of(row) == "A&E"]
    found = []
    for sort, group in groupby(begun, sort_of):
        own = list(group)
        if sort == WARD:
            found.append(_admission(stays, settings, calendar, own))
        elif sort == "A&E":
            length = _length(int(stays.ended[own].max()) - int(stays.requested[own].min()))
            last = _ending(stays, own[-1]) or (" and home" if own[-1] == begun[-1] else "")
            found.append(f"A&E for {length}{last}")
        elif sort == "home":
            found += [f"moves to a {_small(settings.titles[int(stays.setting[row])])}" for row in own]
        else:
            for row in own:
                length = _length(int(stays.ended[row]) - int(stays.started[row]))
                found.append(f"{_small(settings.titles[int(stays.setting[row])])} for {length}{_ending(stays, row)}")
    return "; ".join(found)


def _admission(stays: Stays, settings: Settings, calendar: Calendar, rows: Sequence[int]) -> str:
    first, last = int(stays.started[rows[0]]), int(stays.ended[rows[-1]])
    nights = calendar.day_of(last) - calendar.day_of(first)
    wards = list(dict.fromkeys(_small(settings.titles[int(stays.setting[row])]) for row in rows))
    stay = "no night" if nights == 0 else "1 night" if nights == 1 else f"{nights} nights"
    waits = [
        f"{reason} for {_length(seconds)}" for reason, seconds in _delays(stays, settings, rows)
        if seconds >= SECONDS_PER_DAY
    ]  # fmt: skip
    ended = {Outcome.DIED: ", dies there", Outcome.OPEN: ", still there at the end of the run"}
    waited = f", of it waiting for {' and '.join(waits)}" if waits else ""
    return f"admitted, {stay} ({', then '.join(wards)}){waited}{ended.get(Outcome(int(stays.outcome[rows[-1]])), '')}"


def _delays(stays: Stays, settings: Settings, rows: Sequence[int]) -> Iterator[tuple[str, int]]:
    """What a bed was held for after the person was fit to leave, and for how long."""
    for row in rows:
        reason = int(stays.reason[row])
        if settings.delay_reasons[reason] and stays.ready[row] != NEVER:
            yield settings.reasons[reason].replace("_", " "), int(stays.ended[row] - stays.ready[row])


def _ending(stays: Stays, row: int) -> str:
    words = ENDINGS.get(Outcome(int(stays.outcome[row])), "")
    return f", {words}" if words else ""


def _teams(result: RunResult, person: int, titles: Sequence[str]) -> Iterator[Happening]:
    enrolments = result.enrolments
    for number in np.flatnonzero(enrolments.person == person).tolist():
        team = titles[int(enrolments.team[number])]
        joined, left = int(enrolments.joined[number]), int(enrolments.left[number])
        yield Happening(joined, ("team", f"{team} from {joined}"), f"joins: {team}")
        place = int(np.searchsorted(result.residents.person, person))
        if left < min(int(result.residents.left[place]), result.calendar.horizon):
            yield Happening(left, ("team", f"{team} until {left}"), f"leaves: {team}")


def _coming_and_going(result: RunResult, place: int) -> Iterator[Happening]:
    people = result.residents
    came, left = int(people.entered[place]), int(people.left[place])
    if came > 0:
        yield Happening(came, ("comes", ""), "is born" if came == int(people.born[place]) else "moves to the area")
    if left < result.calendar.horizon:
        setting = int(people.place_of_death[place])
        where = "at home" if setting == NEVER else f"({_small(result.settings.titles[setting])})"
        yield Happening(left, ("goes", ""), f"dies {where}" if people.died[place] else "moves away")


def _small(title: str) -> str:
    """A title within a sentence."""
    return title[0].lower() + title[1:]


def _length(seconds: int) -> str:
    hours = seconds / SECONDS_PER_HOUR
    if hours < 1.0:
        return f"{max(1, round(hours * 60.0))} minutes"
    if hours < 48.0:
        return "1 hour" if round(hours) == 1 else f"{round(hours)} hours"
    return f"{round(hours / 24.0)} days"
