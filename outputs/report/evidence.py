"""What a study assumes: each value of each service, its source, owner, grade and how much it matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from scenarios.cited import sources_of
from scenarios.evidence import Evidence, load
from scenarios.explain import described, shrunk
from scenarios.reach import reach
from scenarios.resolved import EffectSpec, Intervention, Resolved
from scenarios.schema.fields import GRADES
from scenarios.values import phrase_of
from scenarios.wording import percent

ADMISSIONS = "emergency admissions"
ASSUMED = "ASSUMPTION: replace with yours"


@dataclass(frozen=True)
class Assumption:
    """A row of the assumptions log.

    Attributes:
        scenario: title of the scenario that makes it.
        service: what it is about.
        name: of the value, as `--set` takes it.
        now: best guess and range, in words.
        source: ids of the results it rests on; `ASSUMED` where there is none.
        set_in: file and line.
        owner: who answers for the scenario.
        grade: of the service's evidence.
        rank: 1 for the effect whose range moves the area's admissions most; 0 for values that are not ranked.
        low_text: the best end of its range, in words.
        best_end_text: what that end would take off the area's admissions, in words.
        matters: rank in words.
    """

    scenario: str
    service: str
    name: str
    now: str
    source: str
    set_in: str
    owner: str
    grade: str
    rank: int = 0
    low_text: str = ""
    best_end_text: str = ""
    matters: str = ""

    @property
    def is_assumption(self) -> bool:
        """Whether it has no source."""
        return self.source == ASSUMED


@lru_cache(maxsize=4)
def _evidence() -> Evidence:
    return load()


def assumptions_of(scenarios: Sequence[Resolved]) -> list[Assumption]:
    """The assumptions log: every value of every service of every scenario, in order."""
    tables = _evidence()
    ranked = _ranks(scenarios, tables)
    rows = []
    for scenario in scenarios:
        for plan in scenario.interventions:
            effects = {effect.phrase: effect for effect in plan.effects}
            rows += [
                _assumption(scenario, plan, name, now, effects.get(name), ranked, tables)
                for name, now in described(plan).items()
                if name not in ("grade",)
            ]
        rows += [
            Assumption(scenario.title, "the model", name, f"{value:g}", str(scenario.origins.get(name, "")),
                       str(scenario.origins.get(name, "")), scenario.owner, "")
            for name, value in sorted(scenario.settings.items())
        ]
    return rows


def grade_in_words(grade: str) -> str:
    """What a grade of evidence means."""
    return GRADES.get(grade, "")


def results_cited(plan: Intervention) -> list[tuple[str, str, str, str]]:
    """Published results behind a service: id, what was found, source and year, address."""
    known = _evidence().results()
    rows = []
    for number in plan.evidence:
        if number not in known:
            continue
        one = known[number]
        interval = f" ({one.ci_low} to {one.ci_high})" if one.ci_low else ""
        found = f"{one.system}: {one.metric} {one.value}{interval} {one.unit}"
        rows.append((number, found, f"{one.source_title}, {one.publisher} {one.year}", one.url))
    return rows


def _assumption(
    scenario: Resolved, plan: Intervention, name: str, now: str, effect: EffectSpec | None,
    ranked: dict[tuple[str, str, str], int], tables: Evidence,
) -> Assumption:
    short = name.removeprefix("cost.")
    origin = scenario.origins.get(f"{plan.id}.{name}") or scenario.origins.get(f"{plan.id}.{short}")
    cited = "; ".join(sources_of(plan, name))
    source = ASSUMED if name in plan.assumptions else cited or "; ".join(plan.evidence)
    made_smaller = shrunk(plan, name, tables)
    source = f"{source}; {made_smaller}" if made_smaller else source
    rank = ranked.get((scenario.id, plan.id, name), 0)
    low_text = best_end = ""
    if effect is not None and rank:
        low_text = percent(effect.change.low)
        best_end = percent(-effect.change.low * reach(plan, scenario.place, tables).share, 1, signed=False)
    return Assumption(
        scenario.title, plan.title, name, now, source, str(origin or "shipped"), scenario.owner, plan.grade,
        rank, low_text, best_end, f"{rank} of {len(ranked)}" if rank else "",
    )


def _ranks(scenarios: Sequence[Resolved], tables: Evidence) -> dict[tuple[str, str, str], int]:
    """Place of each effect on admissions by how far its range would move the area's admissions."""
    widths = {
        (scenario.id, plan.id, effect.phrase):
            (effect.change.high - effect.change.low) * reach(plan, scenario.place, tables).share
        for scenario in scenarios
        for plan in scenario.interventions
        for effect in plan.effects
        if phrase_of(effect).acts_on == ADMISSIONS
    }
    order = sorted(widths, key=lambda key: -widths[key])
    return {key: place for place, key in enumerate(order, start=1)}
