"""The people of a place: who lives there, what becomes of them month by month, and the needs that they have.

`Population` is what the flow talks to. At the start of a month it gives the month's candidate needs, arrivals,
deaths, departures, new needs for a care home and changes of team; within a month it answers events that change what
a person needs next.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulation import decisions
from simulation.addresses import Addresses, addresses_of, numbers_of
from simulation.again import Again
from simulation.calendar import SECONDS_PER_YEAR, Calendar
from simulation.candidates import LEAST_WIDTH, RHYTHM_OF_STREAM, STEADY_STREAMS, chances_of_counts, first_layers
from simulation.caseloads import Caseloads
from simulation.columns import (
    FAR,
    GONE,
    HERE,
    LATEST_MONTH_END,
    NOT_HERE_YET,
    STILL_HERE,
    Columns,
    Drawn,
    LatentTables,
    MonthTables,
    Ticks,
    room_for_needs,
    room_to_draw,
)
from simulation.draws import stream_key, uniforms
from simulation.enrolment import ANY_RESIDENCE, CARE_HOME, OWN_HOME, Homes, Present, RecordedAdmissions, no_homes
from simulation.foreseen import MOST_FORESEEN, Foreseen, add_foreseen, made_anew
from simulation.month import DIES, LEAVES, NEEDS_CARE_HOME, live_latent_month, settle_month
from simulation.need_words import MOST_PEOPLE, in_order
from simulation.needs import BLOCK, FIRST_SET_OFF, make_candidates, make_candidates_of
from simulation.opened import LEAST_ROOM, room_to_open
from simulation.people_tables import (
    CandidateRows,
    MonthEvents,
    PeopleTables,
    PersonEvents,
    ProfileChanges,
    Replacement,
    Team,
)
from simulation.person_events import (
    attendance_ended,
    change_team,
    join_at_event,
    leave_all_teams,
    leave_for_care_home,
    stay_ended,
)
from simulation.rhythm import month_rhythm, weekly_illness
from simulation.stationarity import FRAILTIES, band_of_age_month
from simulation.synthesis import NEEDED_BEFORE, columns_of, synthesise

__all__ = [
    "ANY_RESIDENCE", "CARE_HOME", "FAR", "GONE", "HERE", "NOT_HERE_YET", "OWN_HOME", "CandidateRows", "MonthEvents",
    "PeopleTables", "PersonEvents", "Population", "ProfileChanges", "Replacement", "Team",
]

LATENT_LEAD_MONTHS = 12
"""How far ahead of the flow deaths, frailty and need for a care home are decided."""
ROOM_FOR_ONE = LEAST_ROOM
ROOM_PER_PERSON = 0.9
NOBODY = np.zeros(0, np.int64)

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


class Population:
    """The people of one run.

    Attributes:
        size: how many people ever live in the place during the run; ids are 0 to size - 1 and do not depend on the
            scenario. (Those who would come after the study's end are counted too, and never arrive.)
        alive: (size,) uint8 `NOT_HERE_YET`, `HERE` (from the first tick of the month of entry) or `GONE`.
        age_band: (size,) int8 index into `stays.AGE_BANDS`, as of the start of the month.
        frailty: (size,) int8 0 fit to 3 severe, as of the start of the month.
        in_care_home: (size,) uint8, whether the person lives in a care home; the flow writes it.
        starts_in_care_home: (size,) bool, people who need a care home at tick 0 and are given a place.
        death_tick: (size,) known twelve months ahead; `FAR` when none is; in the past for the rest of the month in
            which a team kept somebody from dying.
        care_home_need_tick: likewise; -1 for those who need one from the start.
        leave_tick: likewise, moving out of the place.
        profile: (size,) uint16 row of `factors`; 0 belongs to no team.
        factors: (profiles, values, 2) multipliers this month, as in `simulation.factors`.
        failed: whether a hazard rose above the top of its axis or a layer held too many points; the run is then void.
    """

    def __init__(
        self, tables: PeopleTables, teams: Sequence[Team], calendar: Calendar, seed: int, replication: int
    ) -> None:
        """Make the people, and live the first twelve latent months.

        Raises:
            ValueError: when the place has too many people for one run, or the study lasts too long.
        """
        if tables.month_start[-1] > LATEST_MONTH_END:
            raise ValueError(f"a study may last at most {LATEST_MONTH_END // SECONDS_PER_YEAR} years")
        self._tables = tables
        self._calendar = calendar
        self._key = stream_key(seed, replication)
        roll = synthesise(tables.projection, tables.stationary, tables.susceptibility, tables.month_start, self._key)
        if roll.size > MOST_PEOPLE:
            raise ValueError(f"a place may have at most {MOST_PEOPLE:,} people: run it as several places")
        self._roll = roll
        self._columns = columns_of(roll)
        self._latent = LatentTables(
            tables.stationary.death_rate, tables.stationary.frailty_step, tables.stationary.need_chance,
            tables.projection.moving_out,
        )
        self._illness = weekly_illness(tables.rhythm, calendar, self._key)
        self._counts = chances_of_counts()
        self._band_of_age = band_of_age_month()
        self._room = room_to_draw(int(ROOM_PER_PERSON * roll.starters) + ROOM_FOR_ONE)
        self._room_for_one = room_for_needs(ROOM_FOR_ONE)
        self._past = RecordedAdmissions(calendar.months)
        self._caseloads = Caseloads(teams, calendar.months, self._columns.profile)
        self._fates: dict[int, tuple[IntArray, NDArray[np.int8]]] = {}
        self._foreseen: dict[int, Foreseen] = {}
        self._month: MonthTables | None = None
        self._anew: Again | None = None
        self._joined_at_event: set[int] = set()
        self._saved = np.zeros(roll.size, np.bool_)
        needs = tables.needs
        self.triggers = np.array([
            *tables.discharge_rate, tables.attendance_rate, needs.discharge_life, needs.attendance_life])
        self.starts_in_care_home: NDArray[np.bool_] = self._columns.need_tick == NEEDED_BEFORE
        self._name_columns()
        self._start_deteriorated()
        for month in range(LATENT_LEAD_MONTHS):
            self._live_latent(month)

    def begin_month(self, month: int, homes: Homes = no_homes) -> MonthEvents:
        """Bring everybody to the first second of `month`, the next in order, and say what the month brings.

        `homes` says, when somebody asks, in which care home each lives.
        """
        start, end = (int(tick) for tick in self._tables.month_start[month : month + 2])
        self._live_on(month)
        if month + LATENT_LEAD_MONTHS not in self._fates:
            self._live_latent(month + LATENT_LEAD_MONTHS)
        first, last = (int(i) for i in self._roll.first_of_month[month : month + 2])
        self.alive[first:last] = HERE
        settle_month(0, last, month, start, end, self._key, self._columns, self._tables.needs, self._band_of_age)
        now = self._present(month, start, end)
        changes = self._caseloads.begin_month(now, self._tables.records, self._past, homes)
        self.factors = self._caseloads.factors
        self._month = self._month_tables(month, start, end)
        self._prepare_again()
        return MonthEvents(
            candidates=self._candidates(last, start, end),
            entrants=_events(np.arange(first, last), self._columns.entered),
            deaths=self._due(month, DIES, self.death_tick),
            leavers=self._due(month, LEAVES, self.leave_tick),
            care_home_needs=self._due(month, NEEDS_CARE_HOME, self.care_home_need_tick),
            profile_changes=ProfileChanges(
                changes[:, 0].copy(), changes[:, 1].copy(), np.arange(len(changes), dtype=np.int64),
            ),
        )

    def after_attendance(self, person: int, tick: int) -> Replacement:
        """A&E attendance that ended at `tick` without admission: another becomes likelier."""
        attendance_ended(
            person, tick, self._columns, self._tables.needs.attendance_life, self._tables.attendance_rate)
        return self._set_off(person, tick)

    def after_discharge(self, person: int, tick: int, came_through_ae: bool) -> Replacement:
        """Emergency stay that ended alive at `tick`: readmission, and after A&E another attendance, become likelier."""
        tables = self._tables
        stay_ended(
            person, tick, came_through_ae, self._columns, tables.needs.discharge_life, tables.discharge_rate,
            tables.needs.attendance_life, tables.attendance_rate)
        return self._set_off(person, tick)

    def moved_to_care_home(self, person: int, tick: int) -> Replacement:
        """Person has moved into a care home at `tick`; sets `in_care_home`, and leaves teams for people at home."""
        self.in_care_home[person] = 1
        leave_for_care_home(person, tick, self._caseloads.columns)
        return self._again(person, tick)

    def apply_profile(self, person: int, tick: int, index: int) -> Replacement:
        """Carry out a change of `MonthEvents.profile_changes` at its tick."""
        change_team(index, bool(self.in_care_home[person]), self._caseloads.columns)
        return self._again(person, tick)

    def joins_at(self, event: int, person: int, tick: int, kind: int) -> None:
        """Let a person join the teams that people join at an event; what they need changes when they leave hospital."""
        before = self.profile[person]
        join_at_event(person, tick, event, kind, bool(self.in_care_home[person]), self._caseloads.columns)
        if self.profile[person] != before:
            self._joined_at_event.add(person)

    def note_admission(self, person: int, tick: int) -> None:
        """Record an emergency admission, which scores read later."""
        self._past.note(person, self._calendar.month_of(tick))

    def note_admissions(self, persons: IntArray, month: int) -> None:
        """Record emergency admissions that began in a month; whoever had several is named several times."""
        self._past.note_all(persons, month)

    def gone(self, person: int, tick: int, died: bool) -> None:
        """Person has died (otherwise moved out) at `tick`; frees their place with every team."""
        self.alive[person] = GONE
        leave_all_teams(person, tick, self._caseloads.columns)

    def addresses(self) -> Addresses:
        """Where the columns and tables of the present month lie, for compiled code.

        They hold until the next `begin_month` or `switch_teams`, and while this object is alive. The room for
        one person's needs may be replaced by a call of one of the methods that give a `Replacement`.

        Raises:
            ValueError: before the first month.
        """
        if self._anew is None:
            raise ValueError("there is no month yet whose columns and tables could be looked up")
        return self._anew.addresses

    def switch_teams(self, teams: Sequence[Team]) -> None:
        """Give a run at a month boundary other teams, when none has started yet.

        Raises:
            ValueError: when somebody has already joined a team.
        """
        self._refuse_members("teams can be switched")
        self._caseloads = Caseloads(teams, self._calendar.months, self.profile)
        self._prepare_again()

    def foresee(self, first: int, last: int) -> None:
        """Decide what no team changes about months to come, for all scenarios as which the run will go on.

        Args:
            first: month that comes next.
            last: month after the last.

        Raises:
            ValueError: when somebody has already joined a team.
        """
        self._refuse_members("what is to come can be foreseen")
        for month in range(first + LATENT_LEAD_MONTHS, last + LATENT_LEAD_MONTHS):
            self._live_latent(month)
        twin = self.fork()
        twin.in_care_home[:] = 0
        room = MOST_FORESEEN
        for month in range(first, last):
            self._foreseen[month] = twin._steady_needs(month)
            room -= len(self._foreseen[month].word)
            if room < 0:
                break
        self._room.failed[:] |= twin._room.failed

    def fork(self) -> Population:
        """An independent copy that shares everything that no longer changes."""
        twin = copy.copy(self)
        twin._columns = Columns._make(column.copy() for column in self._columns)._replace(
            fifth=self._columns.fifth, birth_month=self._columns.birth_month, entered=self._columns.entered,
            acute_young=self._columns.acute_young, acute_old=self._columns.acute_old, minor=self._columns.minor)
        twin._past = self._past.copy()
        twin._fates = dict(self._fates)
        twin._foreseen = dict(self._foreseen)
        twin._joined_at_event = set(self._joined_at_event)
        twin._saved = self._saved.copy()
        twin._room_for_one = room_for_needs(ROOM_FOR_ONE)._replace(failed=self._room_for_one.failed.copy())
        twin._room = room_to_draw(len(self._room.word))._replace(failed=self._room.failed.copy())
        twin._caseloads = self._caseloads.copy(twin._columns.profile)
        twin._name_columns()
        twin._prepare_again()
        return twin

    def standing_by_month(self) -> IntArray:
        """(months, teams, fifths, `standing.STANDINGS`) where people who may join each team stand, on the first."""
        return self._caseloads.standing

    def enrolments(self, horizon: int) -> tuple[IntArray, NDArray[np.int8], IntArray, IntArray]:
        """Person, team index, tick of joining, tick of leaving (`horizon` when still there), by (joined, person)."""
        log = self._caseloads.log
        log = log[np.lexsort((log[:, 1], log[:, 0], log[:, 2]))]
        left = np.where(log[:, 3] == STILL_HERE, horizon, log[:, 3])
        return log[:, 0], log[:, 1].astype(np.int8), log[:, 2], left

    @property
    def failed(self) -> bool:
        """Whether a hazard rose above the top of its axis or a layer held too many points; the run is then void."""
        return bool(self._room.failed[0] or self._room_for_one.failed[0])

    @property
    def born(self) -> IntArray:
        """(size,) tick of birth; negative before the study."""
        return self._roll.born

    @property
    def frail_from(self) -> NDArray[np.int16]:
        """(size, 3) month from which somebody is at least mildly, moderately and severely frail, as known by now."""
        return self._columns.frail_from

    @property
    def female(self) -> NDArray[np.bool_]:
        """(size,) who are women."""
        return self._roll.female

    @property
    def deprivation_fifth(self) -> NDArray[np.int8]:
        """(size,) 1 most deprived to 5 least."""
        return self._roll.fifth + np.int8(1)

    @property
    def entered(self) -> IntArray:
        """(size,) tick of birth or moving in; 0 for those present at the start."""
        return self._roll.entered.astype(np.int64)

    def _name_columns(self) -> None:
        """The columns that the flow reads and writes, under their own names."""
        columns = self._columns
        self.size = self._roll.size
        self.alive, self.in_care_home = columns.alive, columns.in_care_home
        self.age_band, self.frailty, self.profile = columns.age_band, columns.frailty, columns.profile
        self.death_tick, self.leave_tick = columns.death_tick, columns.leave_tick
        self.care_home_need_tick = columns.need_tick
        self.factors = self._caseloads.factors

    def _start_deteriorated(self) -> None:
        """People who are in the middle of a deterioration at the start, as many as there always are."""
        needs, roll = self._tables.needs, self._roll
        persons = np.arange(roll.starters)
        age = np.clip(-roll.birth_month[: roll.starters] - 1, 0, len(self._band_of_age) - 1)
        onset = needs.onset[self._band_of_age[age], roll.state[: roll.starters] % FRAILTIES]
        whether = uniforms(self._key, persons, decisions.DETERIORATION_AT_START, 0)
        how_long = uniforms(self._key, persons, decisions.DETERIORATION_AT_START, 1)
        deteriorated = whether < -np.expm1(-onset * needs.spell_seconds / SECONDS_PER_YEAR)
        left = np.floor(-needs.spell_seconds * np.log1p(-how_long)).astype(np.int64)
        self._columns.spell_start[persons[deteriorated]] = 0
        self._columns.spell_end[persons[deteriorated]] = left[deteriorated]

    def _live_latent(self, month: int) -> None:
        """Decide what happens to everybody in a latent month, the next in order."""
        last = int(self._roll.first_of_month[month + 1])
        newcomers = np.arange(self._roll.first_of_month[month], last)
        in_need = newcomers[self._columns.latent_state[newcomers] >= FRAILTIES]
        self._fates[month] = in_need, np.full(len(in_need), NEEDS_CARE_HOME, np.int8)
        self._decide(0, last, month)

    def _decide(self, first: int, last: int, month: int) -> None:
        """Decide what happens in a latent month to people from one id to another, and add it to the month's fates."""
        start, end = (int(tick) for tick in self._tables.month_start[month : month + 2])
        years = float(self._tables.death_years[month])
        fated, fate = np.empty(last - first, np.int64), np.empty(last - first, np.int8)
        count = live_latent_month(
            first, last, month, start, end, years, self._key, self._columns, self._latent, fated, fate)
        persons, fates = self._fates[month]
        self._fates[month] = np.append(fated[:count], persons), np.append(fate[:count], fates)

    def _live_on(self, month: int) -> None:
        """Forget the fates of the month before, and decide those of people whom a team kept from dying in it.

        The rest of that month they need nothing; from the next month on they live through the same draws as ever, up
        to the latent month in which everybody else is.
        """
        persons, fate = self._fates.pop(month - 1, (NOBODY, np.zeros(0, np.int8)))
        if not self._caseloads.saves_lives:
            return
        columns = self._columns
        for person in persons[(fate == DIES) & (self.alive[persons] == HERE)].tolist():
            frailty = int((columns.frail_from[person] <= month).sum())
            in_need = columns.need_tick[person] < FAR
            columns.latent_state[person] = frailty + FRAILTIES * int(in_need)
            columns.death_tick[person] = FAR
            self._saved[person] = True
            for ahead in sorted(self._fates):
                self._decide(person, person + 1, ahead)

    def _present(self, month: int, start: int, end: int) -> Present:
        laws = self._tables.susceptibility
        return Present(
            month, start, end, self._key, self._columns, self._tables.needs.acute_weight,
            (laws.young_shape, laws.old_shape),
        )

    def _month_tables(self, month: int, start: int, end: int) -> MonthTables:
        rhythm = month_rhythm(self._tables.rhythm, self._calendar, self._illness, month)
        which = np.array(RHYTHM_OF_STREAM, np.int64)
        years, most = rhythm.years[which], self.factors.max(axis=2)
        return MonthTables(
            self._key, month, start, end, years, np.array(LEAST_WIDTH), self._counts,
            *first_layers(self._tables.needs, years),
            (most[:, :STEADY_STREAMS] > 1.0).any(axis=1).astype(np.uint8), which, rhythm.reached, rhythm.guide,
            rhythm.hour_start, self.factors, most,
        )

    def _candidates(self, last: int, start: int, end: int) -> CandidateRows:
        """Everybody's candidates of the month, in order of tick."""
        assert self._month is not None
        drawn, count = self._drawn(last, self._month)
        found = room_for_needs(count)
        in_order(drawn, count, end - start, self._month.month, start, found)
        return CandidateRows(found.tick, found.person, found.stream, found.key, found.severity)

    def _drawn(self, last: int, month: MonthTables, of_all_streams: bool = True) -> tuple[Drawn, int]:
        """Needs in the month of everybody up to an id, in no order, and how many they are."""
        drawn, needs, people = self._room, self._tables.needs, self._columns
        opened, numbers = room_to_open(min(BLOCK, last)), numbers_of(needs)
        at = addresses_of(people, needs, numbers, month, self._room_for_one, opened, self._caseloads.columns)
        foreseen = self._foreseen.get(month.month)
        if foreseen is None:
            count = make_candidates(0, last, at.people, drawn, of_all_streams)
        else:
            anew = made_anew(people, last, needs, month, self._saved)
            count = make_candidates_of(anew.whole, anew.moving, at.people, drawn)
            count = add_foreseen(foreseen, anew.is_whole, drawn, count)
        if count > len(drawn.word):
            self._room = room_to_draw(count + count // 4)._replace(failed=drawn.failed)
            return self._drawn(last, month, of_all_streams)
        return drawn, count

    def _steady_needs(self, month: int) -> Foreseen:
        """Bring everybody to a month, the next in order, and foresee its needs; without any flow."""
        start, end = (int(tick) for tick in self._tables.month_start[month : month + 2])
        first, last = (int(i) for i in self._roll.first_of_month[month : month + 2])
        self.alive[first:last] = HERE
        self.alive[:last][np.minimum(self.death_tick, self.leave_tick)[:last] < start] = GONE
        settle_month(0, last, month, start, end, self._key, self._columns, self._tables.needs, self._band_of_age)
        drawn, count = self._drawn(last, self._month_tables(month, start, end), of_all_streams=False)
        return Foreseen(drawn.word[:count].copy(), drawn.severity[:count].copy())

    def _refuse_members(self, what: str) -> None:
        if len(self._caseloads.log):
            raise ValueError(f"{what} only before anybody has joined a team")

    def _prepare_again(self) -> None:
        if self._month is not None:
            self._anew = Again(
                self._columns, self._tables.needs, self._month, self._room_for_one, self._caseloads.columns)

    def _again(self, person: int, tick: int) -> Replacement:
        """All of the person's needs in the rest of the month, as things now stand; none before the first month."""
        self._joined_at_event.discard(person)
        count = self._anew.needs_of(person, tick) if self._anew is not None else 0
        return self._replacement(count, 0)

    def _set_off(self, person: int, tick: int) -> Replacement:
        """The needs that attendances and discharges set off; all of them, if the person's teams changed at an event."""
        if person in self._joined_at_event:
            return self._again(person, tick)
        count = self._anew.needs_set_off(person, tick) if self._anew is not None else 0
        return self._replacement(count, FIRST_SET_OFF)

    def _replacement(self, count: int, first_stream: int) -> Replacement:
        found = self._room_for_one
        return Replacement(
            found.tick[:count].tolist(), found.stream[:count].tolist(), found.key[:count].tolist(),
            found.severity[:count].tolist(), first_stream)

    def _due(self, month: int, kind: int, tick: Ticks) -> PersonEvents:
        """People here to whom something of a kind happens in the month, at these ticks."""
        fated, fate = self._fates[month]
        due = fated[fate == kind]
        return _events(due[self.alive[due] == HERE], tick)


def _events(persons: IntArray, tick: Ticks) -> PersonEvents:
    order = np.lexsort((persons, tick[persons]))
    return PersonEvents(tick[persons[order]].astype(np.int64), persons[order].astype(np.int64))
