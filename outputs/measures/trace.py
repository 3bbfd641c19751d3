"""What one run leaves for being set beside another run of the same people: enough to find each admission again."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from outputs.measures.care_used import CareUsed, care_used
from outputs.measures.cost import intervention_cost_gbp_by_team, staffed_team_years
from outputs.measures.episodes import Ints, ended, of_residents, started_in, tagged
from outputs.measures.packing import Numbers, pack, unpack
from outputs.measures.view import View
from outputs.periods import Period
from scenarios.build_teams import build_team
from simulation.calendar import SECONDS_PER_HOUR
from simulation.candidates import STREAM_COUNT
from simulation.stays import Settings, Stays

TRACE = "_trace"
"""Measure of the row of a run's table that carries its trace."""
NEAR_ADMISSION = 0.01
"""Needs met without an admission are kept down to so much (of a scale from 0 to 1) below the least severity that was
admitted, and further where few were. The threshold itself is the same in every scenario; pressure only raises it."""
GAPS = 5.0
"""The least of n severities lies a gap of 1/n of the range above the threshold, on average; so many gaps are allowed
for."""
NOT_ADMITTED = "A&E, not admitted"
IN_BODY = ("ae_type1", "ae_type1_arrival", "ae_other", "same_day_emergency_care", "intermediate_care")
NEED_BITS = 26
MONTHS_PER_YEAR = 12.0
SECONDS_PER_MINUTE = 60
EFFECTS = ("edges", "changes", "strength")
WORDS = ("periods", "where", "plans", "teams")
TICKS = ("starts", "stops", "month_start")
GROUPS_OF_ARRAYS = ("admitted", "met", "with_teams", "costs", "care")

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Effects:
    """What teams change about needs: enough to say whether a need arises in spite of them, or because of them."""

    team: tuple[str, ...]
    """Ids of the teams."""
    edges: tuple[Ints, ...]
    """For each team, whole months since joining at which its bands of effects begin."""
    changes: tuple[Floats, ...]
    """For each team (bands, streams) relative change of each stream of needs."""
    strength: tuple[Floats, ...]
    """For each team (months,) how much of that counts."""


@dataclass(frozen=True)
class Admitted:
    """Emergency admissions, by person and need. Arrays of one length."""

    person: Ints
    need: Ints
    begin: Ints
    """Tick at which the first bed was taken."""
    waited_minutes: Ints
    """From asking for care to the first bed, rounded up."""
    stayed_minutes: Ints
    """From the first bed to leaving the last, rounded up."""

    @property
    def asked(self) -> Ints:
        """Tick at which care was first asked for, to the minute."""
        return self.begin - self.waited_minutes * SECONDS_PER_MINUTE

    @property
    def end(self) -> Ints:
        """Tick at which the last bed was left, to the minute."""
        return self.begin + self.stayed_minutes * SECONDS_PER_MINUTE


@dataclass(frozen=True)
class MetOtherwise:
    """Needs severe enough for an admission that were met without one, and stays in intermediate care.

    In order of person and need; arrays of one length.
    """

    person: Ints
    need: Ints
    where: Ints
    """Index into `Trace.where`: of the last stay."""
    from_hour: Ints
    """Hours from tick 0 to the beginning, rounded down."""
    to_hour: Ints
    """Hours from tick 0 to the end, rounded up."""
    bodily: Ints
    """1 where the person was there in body, so that other needs were taken up on the spot; 0 for care at home."""

    @property
    def begin(self) -> Ints:
        """Tick of the beginning, to the hour."""
        return self.from_hour * SECONDS_PER_HOUR

    @property
    def end(self) -> Ints:
        """Tick of the end, to the hour."""
        return self.to_hour * SECONDS_PER_HOUR


@dataclass(frozen=True)
class WithTeams:
    """Time with teams. Arrays of one length."""

    person: Ints
    team: Ints
    """Index into `Trace.teams`."""
    joined: Ints
    left: Ints
    went: Ints
    """When the person died or moved away; the horizon for those who did not."""


@dataclass(frozen=True)
class PlanCosts:
    """What interventions cost, by intervention and period."""

    gbp: Floats
    team_years: Floats
    """Staffed teams, filled or not."""


@dataclass(frozen=True)
class Trace:
    """One run, from the first period that a change could touch on.

    Attributes:
        periods: names of the periods.
        starts: (periods,) first tick of each.
        stops: (periods,) tick after each.
        month_start: (months + 1,) as the calendar's.
        where: what a place where a need was met is called, by index.
        plans: ids of interventions.
        teams: ids of the run's teams.
        admitted: emergency admissions.
        met: needs met without one.
        with_teams: who was with which team when.
        costs: of the interventions.
        care: units of care by person, and of everybody.
        effects: of the teams.
    """

    periods: tuple[str, ...]
    starts: Ints
    stops: Ints
    month_start: Ints
    where: tuple[str, ...]
    plans: tuple[str, ...]
    teams: tuple[str, ...]
    admitted: Admitted
    met: MetOtherwise
    with_teams: WithTeams
    costs: PlanCosts
    care: CareUsed
    effects: Effects

    def packed(self) -> bytes:
        """As bytes, for the table of a run."""
        arrays: dict[str, Numbers] = {name: getattr(self, name) for name in TICKS}
        for name in GROUPS_OF_ARRAYS:
            group = getattr(self, name)
            arrays |= {f"{name} {each}": getattr(group, each) for each in _array_names(type(group))}
        for name in EFFECTS:
            arrays |= {f"{name} {number}": each for number, each in enumerate(getattr(self.effects, name))}
        words = {name: getattr(self, name) for name in WORDS}
        return pack(words | {"items": self.care.items, "effects": self.effects.team}, arrays)

    @classmethod
    def unpacked(cls, packed: bytes) -> Trace:
        """From bytes."""
        words, arrays = unpack(packed)

        def group(name: str, kind: type) -> tuple[Numbers, ...]:
            return tuple(arrays[f"{name} {each}"] for each in _array_names(kind))

        with_effects = tuple(words["effects"])
        effects = (tuple(arrays[f"{name} {number}"] for number in range(len(with_effects))) for name in EFFECTS)
        periods, where, plans, teams = (tuple(words[name]) for name in WORDS)
        starts, stops, month_start = (arrays[name] for name in TICKS)
        return cls(
            periods, starts, stops, month_start, where, plans, teams,
            Admitted(*group("admitted", Admitted)), MetOtherwise(*group("met", MetOtherwise)),
            WithTeams(*group("with_teams", WithTeams)), PlanCosts(*group("costs", PlanCosts)),
            CareUsed(tuple(words["items"]), *group("care", CareUsed)), Effects(with_effects, *effects),
        )  # fmt: skip


def _array_names(kind: type) -> list[str]:
    """Fields of a record of arrays; names of items are kept as words."""
    return [each.name for each in fields(kind) if each.name != "items"]


def trace_of(view: View, seed: int | None = None, replication: int | None = None) -> Trace:
    """The trace of a run.

    Args:
        view: the run as measures see it, with the prices of the run.
        seed: of the study; with `replication` it gives the effects that the run drew. None draws as run 0 of seed 0.
        replication: number of the run.
    """
    periods = tuple(year for year in view.years if year.end > view.resolved.window.change)
    since = periods[0].start if periods else view.result.calendar.horizon
    where, met = _met_otherwise(view, since)
    enrolments, people = view.result.enrolments, view.result.residents
    return Trace(
        periods=tuple(period.name for period in periods),
        starts=np.array([period.start for period in periods], np.int64),
        stops=np.array([period.stop for period in periods], np.int64),
        month_start=view.result.calendar.month_start,
        where=where,
        plans=tuple(plan.id for plan in view.resolved.interventions),
        teams=view.result.teams,
        admitted=_admitted(view, since),
        met=met,
        with_teams=WithTeams(
            enrolments.person, enrolments.team.astype(np.int64), enrolments.joined, enrolments.left,
            people.left[view.index_of(enrolments.person)],
        ),
        costs=_plan_costs(view, periods),
        care=care_used(view, periods),
        effects=_effects(view, seed or 0, replication or 0),
    )  # fmt: skip


def _admitted(view: View, since: int) -> Admitted:
    found = view.admissions
    rows = np.flatnonzero(found.begin >= since)
    rows = rows[np.lexsort((found.need[rows], found.person[rows]))]
    begin = found.begin[rows]
    return Admitted(
        person=found.person[rows],
        need=found.need[rows],
        begin=begin,
        waited_minutes=-((found.asked[rows] - begin) // SECONDS_PER_MINUTE),
        stayed_minutes=-((begin - found.end[rows]) // SECONDS_PER_MINUTE),
    )


def names_of_places(settings: Settings) -> tuple[str, ...]:
    """(settings,) what each setting is called as the place where a need was met."""
    in_ae = tagged(settings, "ae_type1", "ae_type1_arrival")
    return tuple(NOT_ADMITTED if in_ae[i] else title for i, title in enumerate(settings.titles))


def _met_otherwise(view: View, since: int) -> tuple[tuple[str, ...], MetOtherwise]:
    """What places are called, and needs met without an admission."""
    stays, settings = view.result.stays, view.result.settings
    rows = started_in(stays, ~tagged(settings, "ward", "residence"))
    rows = rows[stays.started[rows] >= since]
    on_ward = started_in(stays, tagged(settings, "ward"))
    severe = stays.severity[rows] >= _least_admitted(stays, on_ward)[stays.kind[rows], stays.age_band[rows]]
    step_down = tagged(settings, "intermediate_care")[stays.setting[rows]]
    kept = severe | step_down
    rows, step_down = rows[kept], step_down[kept]
    keys = key_of(stays.person[rows], stays.candidate[rows])
    admitted = key_of(stays.person[on_ward], stays.candidate[on_ward])
    kept = of_residents(stays, settings, rows) & (step_down | ~_among(keys, admitted))
    rows, keys = rows[kept], keys[kept]
    order = np.lexsort((stays.visit[rows], keys))
    rows, keys = rows[order], keys[order]
    first = np.ones(len(rows), np.bool_)
    first[1:] = keys[1:] != keys[:-1]
    last = np.append(first[1:], True) if len(rows) else first
    names = names_of_places(settings)
    where = tuple(dict.fromkeys(names))
    numbers = np.array([where.index(name) for name in names], np.int64)
    bodily = tagged(settings, *IN_BODY).astype(np.int64)
    return where, MetOtherwise(
        person=stays.person[rows[last]],
        need=stays.candidate[rows[last]],
        where=numbers[stays.setting[rows[last]]],
        from_hour=stays.started[rows[first]] // SECONDS_PER_HOUR,
        to_hour=-(-ended(stays, view.result.calendar, rows[last]) // SECONDS_PER_HOUR),
        bodily=bodily[stays.setting[rows[last]]],
    )


def _among(keys: Ints, known: Ints) -> NDArray[np.bool_]:
    """Which keys are among the known ones; quick for keys in order, as those of a run nearly are."""
    known = np.append(np.sort(known), np.iinfo(np.int64).max)
    return np.asarray(known[np.searchsorted(known, keys)] == keys, np.bool_)


def _least_admitted(stays: Stays, on_ward: Ints) -> Floats:
    """(kinds, age bands) severity from which needs that were not admitted are of interest."""
    kinds, bands = int(stays.kind.max(initial=0)) + 1, int(stays.age_band.max(initial=0)) + 1
    cell = stays.kind[on_ward].astype(np.int64) * bands + stays.age_band[on_ward]
    least, number = np.ones(kinds * bands), np.bincount(cell, minlength=kinds * bands)
    np.minimum.at(least, cell, stays.severity[on_ward])
    found: Floats = (least - NEAR_ADMISSION - GAPS * (1.0 - least) / np.maximum(number, 1.0)).reshape(kinds, bands)
    number = number.reshape(kinds, bands)
    return np.where(number > 0, found, 0.0)


def key_of(person: Ints, need: Ints) -> Ints:
    """One number for a person and a need of theirs.

    Raises:
        ValueError: when a need has a key that is too long.
    """
    if len(need) and int(need.max()) >> NEED_BITS:
        raise ValueError("a need has a longer key than accounting was made for")
    keys: Ints = person << NEED_BITS | need
    return keys


def _effects(view: View, seed: int, replication: int) -> Effects:
    calendar, teams = view.result.calendar, view.result.teams
    plans = [plan for plan in view.resolved.interventions if plan.id in teams]
    built = [build_team(plan, calendar, seed, replication) for plan in plans]
    return Effects(
        tuple(plan.id for plan in plans),
        tuple(team.band_edges_months for team in built),
        tuple(team.changes[:, :STREAM_COUNT] for team in built),
        tuple(team.strength_by_month for team in built),
    )


def _plan_costs(view: View, periods: tuple[Period, ...]) -> PlanCosts:
    plans = view.resolved.interventions
    cost, years = (np.zeros((len(plans), len(periods))) for _ in range(2))
    for number, period in enumerate(periods):
        a_year = intervention_cost_gbp_by_team(view, period)
        cost[:, number] = [a_year[plan.id] * period.months / MONTHS_PER_YEAR for plan in plans]
        years[:, number] = [staffed_team_years(plan, period) for plan in plans]
    return PlanCosts(cost, years)
