"""Runs made by hand, so that every measure has an answer that can be worked out on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Self, TypedDict, Unpack

import numpy as np

from outputs.measures.view import View, build_view
from outputs.prices import PriceList, load_prices
from scenarios.resolved import (
    CostSpec,
    Intervention,
    Place,
    PopulationCell,
    RangeValue,
    Resolved,
    SelectionSpec,
    WhoSpec,
    Window,
)
from simulation.calendar import SECONDS_PER_DAY, SECONDS_PER_HOUR, build_calendar
from simulation.standing import STANDINGS, WAITING
from simulation.stays import (
    AGE_BAND_FROM_YEARS,
    BANDS,
    CARE_HOME_BAND,
    NEVER,
    Enrolments,
    Outcome,
    Residents,
    RunResult,
    Settings,
    Stays,
)
from simulation.synthesis import NEVER_FRAIL

SETTINGS = {
    "acute_ward": ("ward",),
    "older_peoples_ward": ("ward",),
    "same_day_unit": ("ward", "same_day_emergency_care"),
    "same_day_clinic": ("same_day_emergency_care",),
    "triage": ("ae_type1", "ae_type1_arrival"),
    "cubicle": ("ae_type1",),
    "minor_injury_unit": ("ae_other",),
    "same_day_gp": ("gp_same_day",),
    "booked_gp": ("gp_booked",),
    "ambulance": ("ambulance_conveyed",),
    "intermediate_care_beds": ("intermediate_care",),
    "reablement": ("reablement",),
    "residential_home": ("residential_home", "residence"),
    "nursing_home": ("nursing_home", "residence"),
    "home": ("home", "residence"),
    "referral": ("clinic_referral",),
    "missed": ("gp_missed",),
    "pharmacy": ("pharmacy_consultation",),
    "evening_gp": ("evening_and_weekend_gp",),
    "home_team": ("handled_in_the_home",),
    "lent_bed": ("ward", "neighbouring_hospital"),
    "reablement_first": ("reablement_first",),
    "assessed_at_home": ("assessed_at_home",),
}
NAMES = tuple(SETTINGS)
KINDS = ("minor", "acute", "care_home_entry", "elective", "outside_emergency")
REASONS = ("", "bed", "assessment", "care_package")
POOLS = ("acute_beds", "intermediate_care_beds", "older_peoples_beds")
CERTAIN = RangeValue(0.0, 0.0, 0.0)


class PersonFacts(TypedDict, total=False):
    """What else may be said of a person; see `RunBuilder.person`."""

    age: float
    female: bool
    fifth: int
    entered: str | int
    left: str | None
    died_in: str | None
    care_home: bool


class StayFacts(TypedDict, total=False):
    """What else may be said of a stay; see `RunBuilder.stay`."""

    ready: str | None
    kind: str
    outcome: Outcome
    reason: str
    care_home: bool
    age_band: int


def at(text: str) -> datetime:
    """A moment: "2016-04-01" or "2016-04-01 14:30"."""
    return datetime.fromisoformat(text)


@dataclass
class RunBuilder:
    """Collects people and stays; `build` makes a run of them."""

    start: date = date(2015, 4, 1)
    end: date = date(2017, 4, 1)
    teams: tuple[str, ...] = ()
    beds: int = 10
    people: dict[int, dict[str, Any]] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    contact_counts: list[tuple[str, str, int]] = field(default_factory=list)
    turned_away_counts: list[tuple[str, str, int]] = field(default_factory=list)
    enrolled: list[tuple[int, int, int, int]] = field(default_factory=list)
    eligible: int = 0

    def __post_init__(self) -> None:
        self.calendar = build_calendar(self.start, self.end)

    def tick(self, moment: str | int) -> int:
        """Tick of a moment by the clock; ticks are left as they are."""
        if isinstance(moment, int):
            return moment
        when = at(moment)
        return self.calendar.tick_of(when.date()) + when.hour * SECONDS_PER_HOUR + when.minute * 60

    def person(
        self,
        person: int,
        *,
        age: float = 40.0,
        female: bool = False,
        fifth: int = 3,
        entered: str | int = 0,
        left: str | None = None,
        died_in: str | None = None,
        care_home: bool = False,
    ) -> Self:
        """Somebody of an age at the start of the run, there until `left`; `died_in` names a setting."""
        self.people[person] = {
            "female": female,
            "fifth": fifth,
            "born": -round(age * 31557600),
            "age": age,
            "entered": self.tick(entered),
            "left": self.calendar.horizon if left is None else self.tick(left),
            "died": died_in is not None,
            "place": NAMES.index(died_in) if died_in else -1,
            "care_home": care_home,
        }
        return self

    def crowd(self, first: int, number: int, **facts: Unpack[PersonFacts]) -> Self:
        """Several people alike."""
        for person in range(first, first + number):
            self.person(person, **facts)
        return self

    def stay(
        self,
        person: int,
        setting: str,
        requested: str,
        ended: str | None,
        *,
        started: str | None = "",
        ready: str | None = None,
        need: int = 1,
        kind: str = "acute",
        outcome: Outcome = Outcome.COMPLETED,
        reason: str = "",
        care_home: bool = False,
        age_band: int = 3,
    ) -> Self:
        """A stay; it starts when requested unless said, None never. `ended` None is open at the horizon."""
        self.rows.append({
            "person": person,
            "setting": NAMES.index(setting),
            "kind": KINDS.index(kind),
            "age_band": age_band,
            "care_home": care_home,
            "requested": self.tick(requested),
            "started": NEVER if started is None else self.tick(started or requested),
            "ready": NEVER if ready is None else self.tick(ready),
            "ended": self.calendar.horizon if ended is None else self.tick(ended),
            "outcome": Outcome.OPEN if ended is None else outcome,
            "reason": REASONS.index(reason),
            "candidate": need,
        })
        return self

    def admission(self, person: int, begin: str, end: str | None, need: int = 1, **more: Unpack[StayFacts]) -> Self:
        """A direct emergency admission: one stay on the acute ward."""
        return self.stay(person, "acute_ward", begin, end, need=need, **more)

    def attendance(self, person: int, arrival: str, departure: str, need: int = 1, **more: Unpack[StayFacts]) -> Self:
        """A type 1 attendance: triage for its first minute, then a cubicle."""
        after = self.tick(arrival) + 60
        self.stay(person, "triage", arrival, arrival, need=need, **more)
        self.rows[-1]["ended"] = after
        self.stay(person, "cubicle", arrival, departure, need=need, **more)
        self.rows[-1] |= {"requested": after, "started": after}
        return self

    def contacts(self, setting: str, month: str, number: int) -> Self:
        """Contacts with a setting in a month ("2016-04")."""
        self.contact_counts.append((setting, month, number))
        return self

    def turned_away(self, setting: str, month: str, number: int) -> Self:
        """People whom a setting turned away in a month."""
        self.turned_away_counts.append((setting, month, number))
        return self

    def enrol(self, person: int, joined: str, left: str | None = None, team: int = 0) -> Self:
        """Somebody with a team until `left`, else until they leave the place or the run ends."""
        gone = self.people[person]["left"] if left is None else self.tick(left)
        self.enrolled.append((person, team, self.tick(joined), gone))
        return self

    def build(self) -> RunResult:
        """The run."""
        ids = np.array(sorted(self.people), np.int64)
        who = [self.people[person] for person in ids]
        return RunResult(
            calendar=self.calendar,
            settings=_settings(),
            teams=self.teams,
            stays=self._stays(),
            contacts=self._counts(self.contact_counts),
            turned_away=self._counts(self.turned_away_counts),
            person_seconds=self._person_seconds(),
            residents=Residents(
                person=ids,
                female=np.array([one["female"] for one in who], np.bool_),
                deprivation_fifth=np.array([one["fifth"] for one in who], np.int8),
                born=np.array([one["born"] for one in who], np.int64),
                frail_from=np.full((len(who), 3), NEVER_FRAIL, np.int16),
                entered=np.array([one["entered"] for one in who], np.int64),
                left=np.array([one["left"] for one in who], np.int64),
                died=np.array([one["died"] for one in who], np.bool_),
                place_of_death=np.array([one["place"] for one in who], np.int16),
            ),
            enrolments=_enrolments(self.enrolled),
            standing=self._standing(),
            pool_names=POOLS,
            pool_places=np.full((self.calendar.months, len(POOLS)), self.beds, np.int64),
            timed_events=0,
        )

    def _standing(self) -> np.ndarray:
        """As many people who may join each team, of the third fifth and waiting, in every month."""
        table = np.zeros((self.calendar.months, len(self.teams), 5, len(STANDINGS)), np.int64)
        table[:, :, 2, WAITING] = self.eligible
        return table

    def _stays(self) -> Stays:
        rows = sorted(self.rows, key=lambda row: (row["person"], row["candidate"], row["requested"]))
        names = ("person", "setting", "kind", "age_band", "care_home", "requested", "started", "ready", "ended",
                 "outcome", "reason", "candidate")
        dtypes: dict[str, Any] = {"setting": np.int16, "care_home": np.bool_}
        dtypes |= dict.fromkeys(("kind", "age_band", "outcome", "reason"), np.int8)
        columns: dict[str, Any] = {
            name: np.array([row[name] for row in rows], dtypes.get(name, np.int64)) for name in names
        }
        return Stays(
            visit=np.arange(len(rows)),
            severity=np.full(len(rows), 0.5),
            next_setting=np.full(len(rows), -1, np.int16),
            interrupted_seconds=np.zeros(len(rows), np.int64),
            **columns,
        )

    def _counts(self, counts: Sequence[tuple[str, str, int]]) -> np.ndarray:
        table = np.zeros((self.calendar.months, len(NAMES), len(BANDS)), np.int64)
        for setting, month, number in counts:
            index = self.calendar.month_index(date.fromisoformat(f"{month}-01"))
            table[index, NAMES.index(setting), 0] += number
        return table

    def _person_seconds(self) -> np.ndarray:
        table = np.zeros((self.calendar.months, len(BANDS)), np.int64)
        for one in self.people.values():
            band = int(np.searchsorted(AGE_BAND_FROM_YEARS, one["age"], "right")) - 1
            band = CARE_HOME_BAND if one["care_home"] else band
            from_tick = np.maximum(self.calendar.month_start[:-1], one["entered"])
            to_tick = np.minimum(self.calendar.month_start[1:], one["left"])
            table[:, band] += np.maximum(to_tick - from_tick, 0)
        return table


def resolved(
    *,
    scenario: str = "do-nothing",
    start: date = date(2015, 4, 1),
    end: date = date(2017, 4, 1),
    change: date = date(2016, 4, 1),
    interventions: tuple[Intervention, ...] = (),
    price_year: str = "2016/17",
    people: float = 1000.0,
) -> Resolved:
    """A settled scenario of a small place."""
    return Resolved(
        id=scenario,
        title=scenario.replace("-", " ").capitalize(),
        question="Is growth under 2 % a year?",
        owner="Strategy team",
        place=Place(
            id="small-place",
            title="Small place",
            year="2015/16",
            population=(PopulationCell(0, None, "all", 0, people),),
            services={},
            network="care",
        ),
        window=Window(start, start, end, change),
        price_year=price_year,
        interventions=interventions,
        settings={},
        origins={},
    )


def intervention(
    name: str = "a-team",
    *,
    teams: tuple[tuple[date, float], ...] = ((date(2016, 4, 1), 2.0),),
    set_up_gbp: float = 0.0,
    running_gbp: float = 0.0,
    per_person_gbp: float = 0.0,
    funding_ends: date | None = None,
    staff: Mapping[str, float] | None = None,
) -> Intervention:
    """An intervention of which only teams and money matter."""
    return Intervention(
        id=name,
        title=name.replace("-", " ").capitalize(),
        summary="",
        teams=teams,
        caseload_per_team=100.0,
        who=WhoSpec(),
        selection=SelectionSpec("everyone", RangeValue(0.5, 0.5, 0.5), CERTAIN, CERTAIN),
        cost=CostSpec(set_up_gbp, running_gbp, per_person_gbp),
        effects=(),
        short_end_share=CERTAIN,
        lag_months=0,
        fade_months=0,
        funding_ends=funding_ends,
        contacts_per_month=2.0,
        staff=staff or {},
        evidence=(),
        borrowed_from=None,
        grade="",
        assumptions=(),
    )


def view_of(builder: RunBuilder, scenario: Resolved | None = None, prices: PriceList | None = None) -> View:
    """The run of a builder as measures see it; its scenario does nothing in a window of the whole run."""
    scenario = scenario or resolved(start=builder.start, end=builder.end)
    return build_view(builder.build(), scenario, prices or load_prices(scenario))


def days(number: float) -> int:
    """Seconds in some days."""
    return round(number * SECONDS_PER_DAY)


def _settings() -> Settings:
    tags = sorted({tag for carried in SETTINGS.values() for tag in carried})
    return Settings(
        names=NAMES,
        titles=tuple(name.replace("_", " ") for name in NAMES),
        tags={tag: tuple(i for i, carried in enumerate(SETTINGS.values()) if tag in carried) for tag in tags},
        kinds=KINDS,
        reasons=REASONS,
        delay_reasons=(False, False, True, True),
    )


def _enrolments(rows: Sequence[tuple[int, int, int, int]]) -> Enrolments:
    table = np.array(rows, np.int64).reshape(-1, 4)
    return Enrolments(table[:, 0], table[:, 1].astype(np.int8), table[:, 2], table[:, 3])
