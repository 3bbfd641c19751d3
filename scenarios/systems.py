"""The systems of the founding texts: what each acts through, how good its evidence is, and the pages that say so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from scenarios.catalogue import shipped
from scenarios.cited import sources_of
from scenarios.evidence import load
from scenarios.explain import described, evidence_in_words, graded, shrunk
from scenarios.named_conditions import how_common
from scenarios.named_systems import System, systems
from scenarios.resolve import resolve
from scenarios.resolved import Intervention
from scenarios.schema.fields import GRADES
from scenarios.schema.place import ASSUMED

MECHANISMS: tuple[tuple[str, str], ...] = (
    ("hazard.", "needs"), ("stay.", "stays"), ("delay.", "delays"), ("way.", "ways through care"),
    ("need.care_home", "care-home need"), ("death", "deaths"),
)
"""How names of values begin, and what a service that changes them acts through."""
PLACES, EVENTS, LEANS, MONEY = "places", "joining at an event", "other services", "money only"
SAYS_NOTHING = (
    "0", "£0 a year per person", "£0 once", "£0 a year per team", "never", "0 a month per person",
    "0 people per team", "0 % of the effect on the short end",
)
"""Values in words that a page leaves out."""
AS_EVERYWHERE = "as in England"
"""What is assumed of every real area has these words."""
ALL_MECHANISMS = (*(words for _, words in MECHANISMS), PLACES, EVENTS, LEANS)


@lru_cache(maxsize=1)
def shipped_interventions() -> Mapping[str, Intervention]:
    """Every shipped intervention, in the shipped place, by id: as the first scenario that uses it has it."""
    found: dict[str, Intervention] = {}
    for name in sorted(shipped("scenario"), key=lambda name: (len(resolve(name).interventions), name)):
        for plan in resolve(name).interventions:
            found.setdefault(plan.id, plan)
    return dict(sorted(found.items()))


def mechanisms(plan: Intervention) -> tuple[str, ...]:
    """What an intervention acts through, in words."""
    values = [value for effect in plan.effects for value in effect.values]
    found = [words for begins, words in MECHANISMS if any(value.startswith(begins) for value in values)]
    found += [PLACES] if plan.adds else []
    found += [EVENTS] if plan.joining != "month by month" else []
    found += [LEANS] if plan.works_less_without or plan.selection.score_from or plan.instead_of else []
    return tuple(found) or (MONEY,)


def matrix() -> str:
    """Systems x mechanisms x grades as a table in Markdown."""
    heads = ("system", *ALL_MECHANISMS, "evidence")
    lines = [_row(heads), _row("---" for _ in heads)]
    for system in systems():
        plans = resolve(system.scenario).interventions
        through = {words for plan in plans for words in mechanisms(plan)}
        grades = dict.fromkeys(plan.grade for plan in plans)
        cells = ("x" if words in through else "" for words in ALL_MECHANISMS)
        lines.append(_row((f"[{system.scenario}]({system.scenario}.md)", *cells, ", ".join(grades))))
    return "\n".join(lines)


def index_page() -> str:
    """The page that leads to the others."""
    grades = "\n".join(f"- **{grade}**: {meaning}" for grade, meaning in GRADES.items())
    return f"""# The systems of the founding texts

Made from the library by `python -m scenarios.systems docs/systems`; change the data, not the pages.

Each system is a scenario (`caresim compare NAME`). Nothing acts on all admissions at once: a service reaches people,
brings places or changes ways through care, and what comes of it is a result. An x says through what.

{matrix()}

What the grades mean:

{grades}

A grade is about the evidence for effects on use of hospitals, not about whether a service is good for people.
"""


def places_table() -> str:
    """What each real area ran, as a table in Markdown, for the page on places."""
    lines = [_row(("place", "people", "what stands for what it ran", "known from", "also assumed")), _row(("---",) * 5)]
    for name in shipped("place"):
        place = resolve("do-nothing", place=name).place
        if place.ran:
            ids = ", ".join(source for source in place.ran_sources if source != ASSUMED)
            lines.append(_row((name, f"{place.people:,}", ", ".join(place.ran), ids or ASSUMED,
                               "; ".join(text for text in place.assumed if AS_EVERYWHERE not in text))))
    return "\n".join(lines)


def system_page(system: System) -> str:
    """What the text says, what the evidence says, how it is modelled, what is assumed and what is left out."""
    resolved = resolve(system.scenario)
    parts = [f"# {resolved.title}", f"Scenario `{system.scenario}`. In the founding texts: {system.name}.",
             "## What the text says", system.text, "## What the evidence says"]
    seen: list[str] = []
    for plan in resolved.interventions:
        for line in evidence_in_words(plan, load()):
            if line not in seen:
                seen.append(line)
    parts.append("\n".join(f"- {line}" for line in seen) or "No result is in the evidence table.")
    parts.append("## How it is modelled, and what is assumed")
    parts += [_part(plan) for plan in resolved.interventions]
    parts += ["## What is left out", system.left_out]
    return "\n\n".join(parts) + "\n"


def write_pages(folder: Path) -> list[Path]:
    """Write all pages into a folder and say which."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {"index.md": index_page(), **{f"{each.scenario}.md": system_page(each) for each in systems()}}
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [folder / name for name in pages]


def _part(plan: Intervention) -> str:
    """One intervention of a system: its numbers in the average place, each marked when it is an assumption."""
    borrowed = f" Evidence borrowed from {plan.borrowed_from}." if plan.borrowed_from else ""
    through = ", ".join(mechanisms(plan))
    lines = [
        f"### {plan.title} (`{plan.id}`)", "",
        f"{plan.summary} Acts through {through}. Evidence: {graded(plan)}.{borrowed}", "",
        _row(("what", "in 250,000 people", "rests on")), _row(("---",) * 3),
    ]
    for name, words in described(plan).items():
        if name == "grade" or words in SAYS_NOTHING:
            continue
        cited = ", ".join(sources_of(plan, name))
        is_assumed = any(each == name or each.startswith(f"{name}.") for each in plan.assumptions)
        rests = "assumption" + (f" ({cited})" if cited else "") if is_assumed else cited
        if name == "who":
            rests = how_common(plan.who.named_conditions, load())
        made_smaller = shrunk(plan, name, load())
        lines.append(_row((name, words, f"{rests}; {made_smaller}" if made_smaller else rests)))
    return "\n".join(lines)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    import sys

    write_pages(Path(sys.argv[1]))
