"""What an intervention file may say."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, model_validator

from scenarios.resolved import RangeValue, WhoSpec
from scenarios.schema import fields, team_fields
from scenarios.units import Unreadable
from scenarios.yaml_reader import canonical
from simulation.factors import TILTED, VALUES

CERTAINLY_NOTHING = RangeValue(0.0, 0.0, 0.0, "plain")
CHANCE = RangeValue(0.5, 0.5, 0.5, "share")
FOR_PEOPLE = {
    "caseload", "who", "chosen_by", "joins", "uptake", "uptake_most_to_least_deprived", "stays_for",
    "lasts_after_leaving", "drop_out", "other_patients", "others_have_no_need",
}
SHORT_END = RangeValue(1.0, 1.0, 1.0, "share")


class CostFile(BaseModel):
    """What an intervention costs."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    set_up: fields.SetUpCost = None
    running: fields.TeamCost = None
    per_person: fields.PersonCost = None
    extras_per_person: fields.PersonCost = None

    @model_validator(mode="after")
    def staff_are_paid_once(self) -> CostFile:
        """Staff are paid by the team or by the person, never both."""
        if self.running is not None and self.per_person is not None:
            raise Unreadable(
                "running (a team's staff) or per_person (staff by the person), not both",
                "Both would pay the same staff twice. For what is used up per person write extras_per_person.",
                at="per_person",
            )
        return self


class InterventionFile(BaseModel):
    """One change to how care is organised, as written."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    title: fields.Text
    summary: fields.Text = ""
    system: fields.Names = ()
    starts: fields.Month = None
    teams: fields.Teams = None
    teams_per_100000: fields.Teams = None
    caseload: fields.Caseload = 0.0
    who: fields.Who = WhoSpec()
    chosen_by: fields.ChosenBy = "everyone"
    joins: team_fields.Joins = ("month by month", "")
    uptake: team_fields.Uptake = team_fields.EVERYONE_ASKED
    others_have_no_need: team_fields.YesNo = False
    uptake_most_to_least_deprived: team_fields.Uptake = team_fields.EVERYONE_ASKED
    stays_for: team_fields.Stay = None
    lasts_after_leaving: fields.Months = 0
    drop_out: team_fields.DropOut = team_fields.NOBODY
    other_patients: team_fields.OtherPatients = team_fields.NOBODY
    adds: team_fields.Adds = {}
    works_less_without: team_fields.Reliance = {}
    score_accuracy: fields.Accuracy = CHANCE
    score_from: fields.Text = ""
    instead_of: fields.Names = ()
    sees_susceptibility: fields.PlainRange = CERTAINLY_NOTHING
    sees_deterioration: fields.PlainRange = CERTAINLY_NOTHING
    contacts: fields.Contacts = 0.0
    run_by: team_fields.RunBy = "community provider"
    named_coordinator: team_fields.YesNo = False
    shares_record: team_fields.YesNo = False
    staff: team_fields.Staff = {}
    cost: CostFile = CostFile()
    effects: fields.Effects = ()
    avoids: fields.Avoids = SHORT_END
    takes_effect_after: fields.Months = 0
    fades_over: fields.Months = 0
    funding_ends: fields.Month = None
    evidence: fields.Words = ()
    borrowed_from: fields.Names = ()
    grade: fields.EvidenceGrade = "NONE"
    sources: fields.Sources = {}
    shrunk_from: fields.Sources = {}

    @model_validator(mode="after")
    def staffed_in_one_way(self) -> InterventionFile:
        """Teams are given for the place or per 100,000 people, and one of the two."""
        if self.teams is not None and self.teams_per_100000 is not None:
            raise Unreadable("teams or teams_per_100000, not both", "Both say how many teams there are.", at="teams")
        if self.teams is None and self.teams_per_100000 is None:
            raise Unreadable("teams (for your place) or teams_per_100000", "It is not said how many teams there are.")
        return self

    @model_validator(mode="after")
    def effects_are_on_somebody(self) -> InterventionFile:
        """Effects act on people with a team: their number, who they are and how they are chosen are needed."""
        for key in ("caseload", "who", "chosen_by") if self.effects or self.model_fields_set & FOR_PEOPLE else ():
            if key not in self.model_fields_set:
                raise Unreadable(f'a line "{key}: ..."', f"It is not said what {key} is: effects act on people with "
                                 "a team. What only brings places (adds) or money needs no such line.")
        return self

    @model_validator(mode="after")
    def lasts_where_people_leave(self) -> InterventionFile:
        """What lasts after leaving needs people who leave when their months are over."""
        if self.lasts_after_leaving and self.stays_for is None:
            raise Unreadable('a line "stays_for: ..." beside it',
                             "Nobody leaves this service as long as it is funded, so nothing can last after leaving.",
                             at="lasts_after_leaving")
        return self

    @model_validator(mode="after")
    def homes_are_asked_month_by_month(self) -> InterventionFile:
        """Who joins at an event has the effects for everybody."""
        for effect in self.effects:
            if effect.home and self.joins[0] != "month by month":
                raise Unreadable(
                    "joins month by month", "Effects in one kind of care home need people who join month by month.",
                    at=f"effects/{canonical(effect.phrase)}",
                )
        return self

    @model_validator(mode="after")
    def scored_if_chosen_by_score(self) -> InterventionFile:
        """A risk score has an accuracy."""
        if self.chosen_by == "risk score" and "score_accuracy" not in self.model_fields_set:
            raise Unreadable(
                'score_accuracy, for example "score_accuracy: 0.75 (0.70 to 0.80)"',
                "People are chosen by a risk score, and it is not said how accurate it is.", at="chosen_by",
            )
        return self

    @model_validator(mode="after")
    def avoids_no_more_than_everything(self) -> InterventionFile:
        """Avoiding the short end first doubles the effect there, which must stay above -100 %."""
        for effect in self.effects:
            least = effect.change.low * (1.0 + self.avoids.high)
            if least < -1.0 and any(TILTED[VALUES.index(value)] for value in effect.values):
                lowest = -100 / (1 + self.avoids.high)
                raise Unreadable(
                    f"a low end of at least {lowest:.0f} % while the short end is avoided first",
                    f'At the short end "{effect.phrase}" would fall by {-least * 100:.0f} %.',
                    at=f"effects/{canonical(effect.phrase)}",
                )
        return self
