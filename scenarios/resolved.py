"""What a planner's files come to: every value settled, checked and knowing where it was set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from scenarios.contracts import Contracts
from scenarios.fitted import Ensemble
from scenarios.ranges import ALWAYS, NEVER
from scenarios.ranges import RangeValue as RangeValue
from scenarios.ranges import Scale as Scale

Residence = Literal["own home", "care home", "residential home", "nursing home", "any"]
Sex = Literal["F", "M", "all"]
Selection = Literal["risk score", "everyone"]
Joining = Literal["month by month", "at A&E", "at admission", "at discharge"]
Plan = tuple[tuple[date, float], ...]
"""A number from each date on, in order; the first also holds before its date."""
Span = tuple[date, date | None]
"""From a first day up to another, which is not in it; None: for good."""


@dataclass(frozen=True)
class Origin:
    """Where a value was set: a user's file as they named it, "shipped ..." for ours, or a command-line option."""

    file: str
    line: int

    def __str__(self) -> str:
        """As printed beside a value: "my-plan.yaml:19"."""
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True)
class EffectSpec:
    """A relative change to named values for people who have joined.

    Attributes:
        phrase: as the planner wrote it, months included: "acute crises, months 1-12".
        values: ids of the values that it changes.
        from_month: whole months since joining at which it begins; 0 is the day of joining.
        to_month: whole months since joining at which it ends, exclusive; None means never.
        change: relative change of each value: -0.05 is 5 % lower.
        home: kind of care home whose residents it is on, "residential home" or "nursing home"; empty for everybody.
    """

    phrase: str
    values: tuple[str, ...]
    from_month: int
    to_month: int | None
    change: RangeValue
    home: str = ""


@dataclass(frozen=True)
class WhoSpec:
    """Who may join. Ages in whole years, `age_to` included; frailty 0 fit, 1 mild, 2 moderate, 3 severe."""

    age_from: int = 0
    age_to: int | None = None
    residence: Residence = "any"
    conditions_at_least: int = 0
    frailty_at_least: int = 0
    lonely: bool = False
    fifths: int = 5
    """How many of the five fifths, from the most deprived on."""
    named_conditions: tuple[str, ...] = ()
    """Conditions that a person must have, as `scenarios.named_conditions` names them, each once and in its order."""


@dataclass(frozen=True)
class SelectionSpec:
    """How people are chosen among those who may join.

    Attributes:
        method: "risk score" (highest first) or "everyone" (in no order).
        accuracy: c-statistic of the score, 0.5 (no better than chance) to 1.
        sees_susceptibility: weight on the log of lasting susceptibility that the referrer sees and no record holds.
        sees_deterioration: weight on present deterioration that the referrer sees and no record holds.
        score_from: intervention whose tool gives the score: while it is not there, people are chosen at random. Empty:
            the score is the team's own.
    """

    method: Selection
    accuracy: RangeValue
    sees_susceptibility: RangeValue
    sees_deterioration: RangeValue
    score_from: str = ""


@dataclass(frozen=True)
class CostSpec:
    """What an intervention costs, in pounds of the scenario's price year; team cost falls due filled or not."""

    set_up_gbp: float = 0.0
    running_gbp_per_team_year: float = 0.0
    per_person_gbp_year: float = 0.0


@dataclass(frozen=True)
class Intervention:
    """One change to how care is organised, for one place.

    Attributes:
        teams: staffed teams in this place from the first of each month, in order of date.
        caseload_per_team: people per team at a time.
        effects: changes to values, in the order in which they are declared.
        short_end_share: 0 avoids stays of all severities alike, 1 avoids the short end first.
        lag_months: months from the first team to the first month in which effects count.
        fade_months: months over which effects fade after `funding_ends`; 0 means at once.
        funding_ends: first day without funding, or None.
        contacts_per_month: team contacts per person enrolled.
        evidence: ids of rows of evidence about it.
        borrowed_from: the system that the evidence is about, when it is another.
        grade: how good the evidence is.
        assumptions: keys whose number has no source.
        system: the system that it is a preset of; empty for one of a planner's own.
        sources: ids of results, sources or assumptions behind each key.
        adds: places of the network's pools that each team brings (or takes away), by the pool's name.
        joining: when people join: as places become free, or at an event of their own.
        crisis: kind of crisis at which they join, as the network names it; empty for any.
        stays_months: whole months after which people leave again; None: they stay.
        lasts_months: whole months for which those who have stayed so long keep the effects of their last month.
        uptake: share of those who may join and are asked who do.
        others_have_no_need: whether `uptake` is the share who need it, whom the model cannot tell apart, so that the
            others refuse nothing.
        uptake_ratio: uptake in the most deprived fifth over that in the least.
        drop_out: chance that a member gives up, each month from the second on.
        other_patients: share of the lasting effect that people who may join, and have not, feel too.
        staff: whole-time posts (volunteers: people) that each team has, by role.
        works_less_without: other interventions on which it leans, and the share of its effects lost without each.
        there: when each other intervention that it leans on or has its score from is there, as
            `scenarios.beside.when_there`; those that never are have no entry.
        instead_of: other interventions that people leave when they join this one, and may not join while they have it.
        run_by: organisation that employs its staff.
        named_coordinator: whether people with it have one named person who co-ordinates their care.
        shares_record: whether everybody who cares for people with it can read one record.
        shrunk_from: published results that we made smaller for an effect, by the effect's key in `sources`.
    """

    id: str
    title: str
    summary: str
    teams: tuple[tuple[date, float], ...]
    caseload_per_team: float
    who: WhoSpec
    selection: SelectionSpec
    cost: CostSpec
    effects: tuple[EffectSpec, ...]
    short_end_share: RangeValue
    lag_months: int
    fade_months: int
    funding_ends: date | None
    contacts_per_month: float
    evidence: tuple[str, ...]
    borrowed_from: str | None
    grade: str
    assumptions: tuple[str, ...]
    system: str = ""
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    adds: Mapping[str, float] = field(default_factory=dict)
    joining: Joining = "month by month"
    crisis: str = ""
    stays_months: int | None = None
    lasts_months: int = 0
    uptake: RangeValue = ALWAYS
    uptake_ratio: RangeValue = ALWAYS
    others_have_no_need: bool = False
    drop_out: RangeValue = NEVER
    other_patients: RangeValue = NEVER
    staff: Mapping[str, float] = field(default_factory=dict)
    works_less_without: Mapping[str, float] = field(default_factory=dict)
    there: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    instead_of: tuple[str, ...] = ()
    run_by: str = "community provider"
    named_coordinator: bool = False
    shares_record: bool = False
    shrunk_from: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def starts(self) -> date:
        """First day with a staffed team; the first date given when there is never one."""
        return next((day for day, number in self.teams if number > 0), self.teams[0][0])

    @property
    def most_teams(self) -> float:
        """Teams when fully staffed."""
        return max(teams for _, teams in self.teams)

    @property
    def most_people(self) -> float:
        """People enrolled at a time when fully staffed and full."""
        return self.most_teams * self.caseload_per_team


@dataclass(frozen=True)
class PopulationCell:
    """People of one age band (whole years, `age_to` included, None: no upper end), sex and deprivation fifth.

    Fifth 1 is the most deprived, 5 the least, 0 all together.
    """

    age_from: int
    age_to: int | None
    sex: Sex
    deprivation_fifth: int
    people: float


@dataclass(frozen=True)
class Place:
    """An area: its people and its services.

    Attributes:
        year: financial year of its people and services, "2016/17".
        population: cells that do not overlap.
        services: capacity of each pool of the network, by the pool's name; in its own year, where there is a plan.
        network: name of the care network.
        growth: "demography" 0 freezes numbers and ages, 1 lets them follow the projection; "residual" 0 stops all
            other growth of needs and services, 1 lets it be England's.
        levels: what the place knows of its own activity, to be matched, by measure.
        bed_people: how many people of England's ages would need as many bed days; None: as many as live there.
        ran: scenarios that stand for what this real area ran.
        ran_sources: ids of results or sources that say so; also "assumed" when nothing does or not of all its parts.
        assumed: what about it is assumed, a sentence each.
        plans: capacity from each date, of the services that change during a run, by the pool's name.
        contracts: name of the contracts of the place, where a scenario names none; empty for an average place's.
        residential_share: of care-home residents, who live in residential homes; the others live in nursing homes.
            None: as in England.
    """

    id: str
    title: str
    year: str
    population: tuple[PopulationCell, ...]
    services: Mapping[str, float]
    network: str
    growth: Mapping[str, float] = field(default_factory=dict)
    levels: Mapping[str, float] = field(default_factory=dict)
    bed_people: float | None = None
    ran: tuple[str, ...] = ()
    ran_sources: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    plans: Mapping[str, Plan] = field(default_factory=dict)
    contracts: str = ""
    residential_share: float | None = None

    @property
    def people(self) -> int:
        """Everybody who lives there."""
        return round(sum(cell.people for cell in self.population))


@dataclass(frozen=True)
class Window:
    """Dates of a study, each the first of a month.

    Attributes:
        burn_in_start: first day simulated.
        start: first day reported.
        end: first day after the study.
        change: first day of the first programme; without one, the day on which it would have been.
    """

    burn_in_start: date
    start: date
    end: date
    change: date


@dataclass(frozen=True)
class Resolved:
    """A scenario with everything settled.

    Attributes:
        interventions: in order of id.
        settings: changed assumptions, "parameter [stratum]" to value.
        origins: where each value was set, by its dotted name ("extensivist-teams.caseload").
        aliases: other names by which it may be asked for.
        contracts: who is paid what for which care; they change nobody's care. None: those of an average place.
        priorities: ids of the measures against which the result is scored first.
        ensemble: fitted sets of assumptions of which each run takes one; None: every assumption is drawn.
    """

    id: str
    title: str
    question: str
    owner: str
    place: Place
    window: Window
    price_year: str
    interventions: tuple[Intervention, ...]
    settings: Mapping[str, float]
    origins: Mapping[str, Origin]
    aliases: tuple[str, ...] = ()
    contracts: Contracts | None = None
    priorities: tuple[str, ...] = ()
    ensemble: Ensemble | None = None
