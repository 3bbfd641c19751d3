"""Two lives of one person as one table, and where they part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from outputs.replay.life import Life
from simulation.calendar import SECONDS_PER_DAY, SECONDS_PER_YEAR, Calendar
from simulation.stays import RunResult

FIFTHS = {1: "most deprived fifth", 5: "least deprived fifth"}


@dataclass(frozen=True)
class Row:
    """One line of two lives: what happened in either; empty where nothing did."""

    day: date
    age: int
    reference: str
    scenario: str

    @property
    def is_same(self) -> bool:
        """Whether the same happened in both."""
        return self.reference == self.scenario


@dataclass(frozen=True)
class Replay:
    """One person's two lives.

    Attributes:
        person: id.
        about: who it is, in words.
        why: why this person, in words.
        titles: of the reference and of the scenario.
        rows: in order of time.
        parts_at: index of the first row that differs; None when the lives are the same.
    """

    person: int
    about: str
    why: str
    titles: tuple[str, str]
    rows: tuple[Row, ...]
    parts_at: int | None


def side_by_side(result: RunResult, person: int, lives: tuple[Life, Life], why: str) -> Replay:
    """Two lives of a person as one table, the same happenings in the same row.

    Args:
        result: of either run, for dates and for who the person is.
        person: id.
        lives: in the reference and in the scenario.
        why: why this person was chosen.
    """
    reference, scenario = lives
    here = {each.key: each for each in scenario.happenings}
    there = {each.key: each for each in reference.happenings}
    keys = sorted(
        there.keys() | here.keys(),
        key=lambda key: (min(each[key].tick for each in (there, here) if key in each), key),
    )
    rows: list[Row] = []
    for key in keys:
        before, now = there.get(key), here.get(key)
        ticks = [each.tick for each in (before, now) if each is not None]
        first, last = min(ticks), max(ticks)
        later = f" (on {_day(result.calendar, last)})" if last - first >= SECONDS_PER_DAY else ""
        words = [
            "" if each is None else each.words + (later if each.tick == last else "") for each in (before, now)
        ]
        rows.append(Row(result.calendar.date_of(first), _age(result, person, first), *words))
    parts_at = next((number for number, row in enumerate(rows) if not row.is_same), None)
    return Replay(person, _about(result, person), why, (reference.title, scenario.title), tuple(rows), parts_at)


def _about(result: RunResult, person: int) -> str:
    people = result.residents
    place = int(np.searchsorted(people.person, person))
    start = max(0, int(people.entered[place]))
    sex = "woman" if people.female[place] else "man"
    fifth = int(people.deprivation_fifth[place])
    lives = FIFTHS.get(fifth, f"deprivation fifth {fifth} of 5")
    return f"{sex}, aged {_age(result, person, start)} on {_day(result.calendar, start)}, {lives}"


def _age(result: RunResult, person: int, tick: int) -> int:
    place = int(np.searchsorted(result.residents.person, person))
    return int((tick - int(result.residents.born[place])) // SECONDS_PER_YEAR)


def _day(calendar: Calendar, tick: int) -> str:
    day = calendar.date_of(tick)
    return f"{day.day} {day:%b %Y}"
