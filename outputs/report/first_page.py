"""The first page: the question, the answer, why, what would change it, how far to trust it, the decision asked."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from outputs import priorities, words
from outputs.comparison import Comparison
from outputs.discrepancy import half_width_of_one_area
from outputs.finished import Findings
from outputs.ranges import FEWEST_RUNS
from outputs.report.evidence import Assumption, assumptions_of
from scenarios import wording
from scenarios.learned import learned
from scenarios.resolved import Resolved

BLANK = "____"
ASKED = re.compile(r"\b(?:under|below|less than|at most)\s+(\d+(?:\.\d+)?)\s*%", re.IGNORECASE)
GROWTH_WORD = re.compile(r"\bgrowth\b|\bgrow\b", re.IGNORECASE)
SMALL_SHARE = 0.05
"""A change of fewer admissions than this share of all is called small."""
NOT_IN_THE_MODEL = "elective outcomes, maternity, children's mental health, workforce supply"


@dataclass(frozen=True)
class PlanRow:
    """What one plan comes to, in cells."""

    place: int
    title: str
    admissions: str
    growth: str
    beds: str
    cost: str
    verdict: str


@dataclass(frozen=True)
class FirstPage:
    """See the head of this file; every field is text as it is read."""

    title: str
    place: str
    years: str
    illustrative: bool
    run_line: str
    owner: str
    questions: tuple[str, ...]
    answer: str
    answer_details: tuple[str, ...]
    reference: PlanRow
    plans: tuple[PlanRow, ...]
    about: tuple[str, ...]
    why_heading: str
    why: tuple[str, ...]
    change: tuple[str, ...]
    trust: tuple[str, ...]
    priorities: tuple[str, ...]


def first_page(findings: Findings) -> FirstPage:
    """The first page of a study."""
    comparison = findings.comparison
    first, others = comparison.scenarios[0], comparison.others() if comparison.reference else ()
    window, place = first.window, first.place
    titles = [one.title for one in others] or [first.title]
    owners = list(dict.fromkeys(one.owner for one in comparison.scenarios if one.owner))
    return FirstPage(
        title=titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and {titles[-1]}" if len(titles) <= 4
        else f"{len(titles)} plans compared",
        place=place_of(first),
        years=wording.period(window.start, window.end),
        illustrative=place.id.startswith(words.SHIPPED_PLACES),
        run_line=" · ".join(part for part in (f"Run {findings.study}", findings.date) if part),
        owner=", ".join(owners) or BLANK,
        questions=tuple(dict.fromkeys(one.question for one in (others or (first,)) if one.question)),
        answer=_answer(comparison),
        answer_details=tuple(words.answer(comparison)),
        reference=_reference_row(comparison),
        plans=tuple(_plan_row(comparison, place, one) for place, one in enumerate(others, start=1)),
        about=tuple(part for part in (words.about_the_place(first), f"{words.about_the_period(comparison)}.",
                                      words.about_growth(comparison), words.about_runs(comparison)) if part),
        why_heading="Why so small" if _is_small(comparison) else "Why",
        why=tuple(_why(comparison)),
        change=tuple(_what_would_change_it(comparison)),
        trust=tuple(_how_far_to_trust(findings)),
        priorities=tuple(priorities.in_words(comparison)),
    )


def place_of(scenario: Resolved) -> str:
    """Which place a scenario is about, and how many people."""
    people = f"{scenario.place.people:,} people"
    return scenario.place.title if people in scenario.place.title else f"{scenario.place.title}, {people}"


def _answer(comparison: Comparison) -> str:
    """The answer in a sentence: to a question about growth below a number, yes, no or how likely; else what differs."""
    if not comparison.reference or not comparison.others():
        return words.answer(comparison)[0]
    asked = [(one, found) for one in comparison.others() if (found := threshold(one.question)) is not None]
    if len(asked) == 1 and comparison.growth_period is not None:
        return _on_threshold(comparison, *asked[0])
    if comparison.runs < FEWEST_RUNS:
        meaning = words.meaning(comparison)
        return f"{meaning[:1].upper()}{meaning[1:]}"
    growth = words.on_growth(comparison)
    return f"{_changes(comparison)} {growth[:1].upper()}{growth[1:]}".strip()


def threshold(question: str) -> float | None:
    """The growth in per cent a year below which a question asks to be; None when it asks something else."""
    found = ASKED.search(question)
    return float(found.group(1)) if found and GROWTH_WORD.search(question) else None


def _on_threshold(comparison: Comparison, plan: Resolved, limit: float) -> str:
    values = comparison.run_values
    period = comparison.growth_period
    own = values[(values["scenario"] == plan.id) & (values["measure"] == words.GROWTH)
                 & (values["period"] == (period.name if period else ""))]["value"]
    found, there = comparison.level(plan.id, words.GROWTH), comparison.level(str(comparison.reference), words.GROWTH)
    if own.empty or found is None or there is None:
        return _changes(comparison)
    below = int((own < limit).sum())
    word = "Yes." if found.high < limit else "No." if found.low > limit else "Not surely."
    growth = f"{words.number(found.mean, 1)} % a year ({words.number(found.low, 1)} to {words.number(found.high, 1)})"
    share = f" {below} of {len(own)} runs are below {words.number(limit, 1)} %." if word == "Not surely." else ""
    return f"{word} Growth {growth}, against {words.number(there.mean, 1)} % doing nothing.{share}"


def _changes(comparison: Comparison) -> str:
    from outputs.figures.growth_chart import changes

    text = changes(comparison).replace("how many there are", "how many emergency admissions there are")
    if text.startswith(("fewer", "more")):
        text = f"emergency admissions: {text}"
    return f"{text[:1].upper()}{text[1:]}."


def _reference_row(comparison: Comparison) -> PlanRow:
    one = comparison.scenarios[0]
    admissions, growth, beds = (
        comparison.level(one.id, name) for name in (words.ADMISSIONS, words.GROWTH, words.BEDS)
    )
    return PlanRow(
        0, one.title, words.NO_NUMBER if admissions is None else words.number(admissions.mean),
        words.NO_NUMBER if growth is None else f"{words.number(growth.mean, 1, signed=True)} %",
        words.NO_NUMBER if beds is None else words.number(beds.mean), "", "",
    )


def _plan_row(comparison: Comparison, place: int, one: Resolved) -> PlanRow:
    growth, cost = comparison.difference(one.id, words.GROWTH), comparison.difference(one.id, words.NET_COST)
    return PlanRow(
        place, one.title, words.with_range(comparison.difference(one.id, words.ADMISSIONS)),
        words.NO_NUMBER if growth is None else f"{words.number(growth.mean, 1, signed=True)} points",
        words.with_range(comparison.difference(one.id, words.BEDS), 1),
        words.with_range(cost, 2, scale=1.0 / words.MILLION), comparison.verdict(one.id, words.ADMISSIONS),
    )


def _is_small(comparison: Comparison) -> bool:
    level = comparison.level(comparison.scenarios[0].id, words.ADMISSIONS)
    found = [comparison.difference(one.id, words.ADMISSIONS) for one in comparison.others()]
    if level is None or not comparison.reference:
        return False
    return all(one is None or abs(one.mean) < SMALL_SHARE * level.mean for one in found)


def _why(comparison: Comparison) -> list[str]:
    """From the people reached to the area: the ceiling, the true effect, and what refills."""
    sentences = []
    for row in comparison.reached.to_dict("records"):
        ceiling, effect = float(row["ceiling"]), float(row["true_effect"])
        if math.isnan(ceiling) or math.isnan(effect):
            continue
        scenario = comparison.scenario(str(row["scenario"]))
        team = next(plan.title for plan in scenario.interventions if plan.id == row["team"])
        sentences.append(
            f"{team} reach {words.number(float(row['people_at_a_time']))} people at a time, who have "
            f"{words.percent(-ceiling)} of the area's admissions; among them admissions change by "
            f"{words.percent(effect, signed=True)}: {words.percent(-ceiling * effect, signed=True)} of the area's."
        )
    if comparison.reference and any(one.interventions for one in comparison.others()):
        sentences.append("Beds that become free are used by others; no beds are closed unless a plan says so.")
    return sentences


def _what_would_change_it(comparison: Comparison) -> list[str]:
    """The best end of each effect that matters most, and the ceiling that no effect passes."""
    effects = [row for row in assumptions_of(comparison.scenarios) if row.rank > 0]
    effects.sort(key=lambda row: row.rank)
    sentences = [_at_best(row) for row in effects if row.low_text.startswith("-")][:3]
    if comparison.reference and comparison.runs < FEWEST_RUNS:
        sentences.append(f"More runs: {words.run_count(comparison)} cannot tell; {FEWEST_RUNS} or more can.")
    return sentences or ["Nothing is changed here, so nothing would."]


def _at_best(row: Assumption) -> str:
    return (f"{row.service}, {row.name}: at the best end of its range ({row.low_text}) it would take "
            f"{row.best_end_text} off the area's admissions, before anything refills.")


def _how_far_to_trust(findings: Findings) -> list[str]:
    comparison = findings.comparison
    place = comparison.scenarios[0].place
    rows = assumptions_of(comparison.scenarios)
    without = len({(row.service, row.name) for row in rows if row.is_assumption})
    if place.id.startswith(words.SHIPPED_PLACES):
        levels = (f"Levels: an average place of {place.year}, not yours; how near it comes to what is published is in "
                  "the model's baseline page.")
    elif place.levels:
        levels = f"Levels: matched to {len(place.levels)} figures of {place.year} that you gave."
    else:
        levels = f"Levels: your people, England's rates of {place.year}; nothing of yours was matched."
    sentences = [levels]
    if (fitted := comparison.scenarios[0].ensemble) is not None:
        found = learned(fitted.parameters, fitted.members)
        kept = sum(not each.is_updated for each in found)
        sentences.append(f"Assumptions: {fitted.title}, which said little about {kept} of the {len(found)} things "
                         "fitted; those are nearly as unsure as before. Both shipped fits stand side by side in the "
                         "report and the workbook.")
    if comparison.reference:
        sentences.append(_one_area(comparison))
        sentences.append("Effects: ranges from evidence of different quality, graded in the report; values without a "
                         f"source: {without}.")
    sentences.append(f"Not in the model: {NOT_IN_THE_MODEL}.")
    return sentences


def _one_area(comparison: Comparison) -> str:
    """How much further than the printed ranges one area may lie, and whether it could see the effects at all."""
    apart = half_width_of_one_area()
    level = comparison.level(str(comparison.reference), words.ADMISSIONS)
    found = [comparison.difference(one.id, words.ADMISSIONS) for one in comparison.others()]
    hidden = level is not None and all(one is None or abs(one.mean) < apart * level.mean for one in found)
    unseen = ": its own figures could not tell these effects from chance" if hidden else ""
    return ("Ranges are about an average programme. Eight in ten single areas would lie up to "
            f"{words.percent(apart)} of a year's emergency admissions above or below it, as areas grow apart whatever "
            f"they do{unseen}.")
