"""One value of a plan that is to be varied: how it is written, what it is now, and what is known of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from caresim.asking import bad_option
from scenarios.drawn import values_of
from scenarios.evidence import Evidence, load
from scenarios.explain import described, evidence_in_words
from scenarios.messages import nearest
from scenarios.reach import reach
from scenarios.resolved import Intervention, Resolved
from scenarios.schema.fields import GRADES
from scenarios.values import spaced
from scenarios.wording import percent

FORM = re.compile(
    r"\s*(?P<sign>[-+−]?)\s*(?P<pound>£?)\s*(?P<digits>[0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+)\s*(?P<unit>.*?)\s*"
)
PERCENT = 100.0
SHOWN_EVIDENCE = 4
NUMBERS: Mapping[str, Callable[[Intervention], float]] = {
    "teams": lambda plan: plan.most_teams, "caseload": lambda plan: plan.caseload_per_team,
    "contacts": lambda plan: plan.contacts_per_month, "cost.set_up": lambda plan: plan.cost.set_up_gbp,
    "cost.running": lambda plan: plan.cost.running_gbp_per_team_year,
    "cost.per_person": lambda plan: plan.cost.per_person_gbp_year,
    "takes_effect_after": lambda plan: float(plan.lag_months), "fades_over": lambda plan: float(plan.fade_months),
}  # fmt: skip
OTHERS = ("teams", "caseload")
"""What else may be varied when one value does not do it."""


@dataclass(frozen=True)
class Written:
    """How a number is written: "£" before it, or a unit after it."""

    pound: bool
    unit: str

    def text(self, value: float) -> str:
        """The number as --set takes it, and as a planner reads it: "-22.5 %", "£700,000", "3"."""
        digits = f"{value:,.10g}" if abs(value) < 1e15 else repr(value)
        pound = "£" if self.pound else ""
        sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
        return f"{sign}{pound}{digits}{f' {self.unit}' if self.unit else ''}"

    @property
    def scale(self) -> float:
        """What a share has to be multiplied by to be written so."""
        return PERCENT if self.unit.startswith("%") else 1.0


@dataclass(frozen=True)
class Varied:
    """A value of a plan.

    Attributes:
        name: as --set takes it: "extensivist-teams.acute crises, after month 12".
        plan: the service that has it; None for an assumption of the model.
        now: as it is now, in the units in which it is written; None when that is not one number.
        low: lower end of its 8-in-10 range; `now` when it has none.
        high: upper end.
        said: it as it is now, in words.
        is_assumption: whether it has no source.
    """

    name: str
    plan: Intervention | None
    now: float | None
    low: float | None
    high: float | None
    said: str
    is_assumption: bool

    def has_range(self) -> bool:
        """Whether evidence, or an assumption, gives it a range."""
        return self.low is not None and self.high is not None and self.low < self.high


def number_written(text: str, option: str) -> tuple[float, Written]:
    """A number and how it is written.

    Raises:
        BadInput: when it is none.
    """
    found = FORM.fullmatch(text)
    if found is None:
        raise bad_option(option, text, 'It must be a number as --set takes it, such as "-40 %", "£700,000" or "3".')
    value = float(found["digits"].replace(",", ""))
    return (-value if found["sign"] in ("-", "−") else value), Written(bool(found["pound"]), found["unit"])


def varied(scenario: Resolved, name: str, written: Written) -> Varied:
    """A value of a scenario by its name.

    Args:
        scenario: that has it.
        name: "service.value", or an assumption.
        written: how its numbers are written.

    Raises:
        BadInput: naming the nearest value.
    """
    row = load().find(name)
    if row is not None:
        scale = written.scale if "%" not in row.unit else 1.0
        value_now = scenario.settings.get(row.name, row.value) * scale
        ends = (row.low * scale, row.high * scale) if row.has_range else (value_now, value_now)
        return Varied(row.name, None, value_now, *ends, f"{row.value:g} {row.unit}", row.status == "assumption")
    service, _, value = name.partition(".")
    plan = next((one for one in scenario.interventions if spaced(one.id) == spaced(service)), None)
    if plan is None:
        raise bad_option("--vary", name, "This plan has no such service, and the model no such assumption.",
                         ", ".join(f"{one.id}.teams" for one in scenario.interventions),
                         _nearest(name, scenario))  # fmt: skip
    words = described(plan)
    known = {spaced(key): key for key in (*NUMBERS, *dict(values_of(plan)), *words)}
    aliases = {"teams per 100000": "teams"}
    key = known.get(aliases.get(spaced(value), spaced(value)))
    if key is None:
        raise bad_option("--vary", name, f"{plan.title} has no such value.", ", ".join(words), _nearest(name, scenario))
    low, now, high = _range(plan, key, written)
    said = words.get(key, "")
    return Varied(f"{plan.id}.{value.strip()}", plan, now, low, high, said, key in plan.assumptions)


def evidence_lines(what: Varied, scenario: Resolved, evidence: Evidence | None = None) -> list[str]:
    """What is known of a value: what is assumed, and what was published about its service."""
    mark = " ASSUMPTION: replace with yours." if what.is_assumption else ""
    lines = [f"Assumed now: {what.said}.{mark}"] if what.said else []
    if what.plan is None or evidence is None:
        return lines
    plan = what.plan
    lines.append(f"Evidence: {plan.grade} ({GRADES[plan.grade]}).")
    cited = evidence_in_words(plan, evidence)
    lines += [f"- {line}" for line in cited[:SHOWN_EVIDENCE]]
    found = reach(plan, scenario.place, evidence)
    if plan.caseload_per_team:
        lines.append(f"Ceiling of this service as it is staffed now: {percent(-found.share, 1)} of admissions, all "
                     f"those of the {found.people:,.0f} people whom it reaches.")  # fmt: skip
    return lines


def others_to_vary(what: Varied, scenario: Resolved) -> list[str]:
    """Names of values that may do what one value does not."""
    plans = [what.plan] if what.plan is not None else list(scenario.interventions)
    return [f"{plan.id}.{key}" for plan in plans for key in OTHERS if f"{plan.id}.{key}" != what.name]


def _range(plan: Intervention, key: str, written: Written) -> tuple[float | None, float | None, float | None]:
    """Low, now and high of a value, in the units in which it is written; Nones when it is no number."""
    found = dict(values_of(plan)).get(key)
    if found is not None:
        low, now, high = (end * written.scale for end in (found.low, found.best, found.high))
        return low, now, high
    if key in NUMBERS:
        number = NUMBERS[key](plan)
        return number, number, number
    return None, None, None


def _nearest(name: str, scenario: Resolved) -> str:
    known = [f"{plan.id}.{value}" for plan in scenario.interventions for value in described(plan)]
    return nearest(name, [*known, *(row.name for row in load().rows())])
