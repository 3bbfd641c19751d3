"""Says in plain English what a scenario assumes, what one of its values rests on, and how two scenarios differ."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from scenarios.beside import chosen_in_words, leaning_in_words
from scenarios.catalogue import find, shipped
from scenarios.cited import source_key, sources_of
from scenarios.contracts import DEFAULT_CONTRACTS
from scenarios.drafts import SHIPPED
from scenarios.evidence import Evidence, ProgrammeResult, Row, load
from scenarios.inherit import read_extended
from scenarios.messages import BadInput, Message, nearest
from scenarios.named_conditions import how_common
from scenarios.plausibility import check
from scenarios.reach import Reach, reach, reach_of
from scenarios.resolved import EffectSpec, Intervention, Place, Resolved
from scenarios.schema.fields import GRADES
from scenarios.schema.place import ASSUMED
from scenarios.schema.team_fields import joining_in_words
from scenarios.settle import leaf_name
from scenarios.units import plain
from scenarios.values import phrase_of, spaced
from scenarios.who import who_in_words
from scenarios.wording import (
    change,
    cost,
    count,
    month,
    ordinal,
    percent,
    period,
    pounds,
    ranged,
    share,
    since_joining,
    staff,
    staffing,
    terms,
)
from scenarios.yaml_reader import walk

WIDTH = 100
MARK = "ASSUMPTION: replace with yours"
ADMISSIONS = "emergency admissions"
FULL = "That is with every team full: runs reach fewer where who may join, who says yes, or places bind."
BRINGS = {"adds": "Brings", "works_less_without": "Works less without", "instead_of": "Instead of"}
"""Values of an intervention that its explanation shows on lines of their own, and what the lines begin with."""


def explain(resolved: Resolved, evidence: Evidence | None = None) -> str:
    """What a scenario is: place, dates, each intervention with what it rests on, and what to check before a run."""
    tables = (evidence or load()).with_changes(resolved.settings)
    place = resolved.place
    lines = [resolved.title]
    if resolved.question:
        lines += _wrapped(f"Question: {resolved.question}", "  ")
    ours = " ILLUSTRATIVE: not your area." if place.id in shipped("place") else ""
    lines.append(f"Place: {place.title}, {count(place.people)} people, services of {place.year}.{ours}")
    lines += _wrapped(f"It {ran_in_words(place)}.", "  ") if place.ran else []
    lines.append(f"Run: {period(resolved.window.start, resolved.window.end)}, prices of {resolved.price_year}.")
    if not resolved.interventions:
        lines.append("Nothing is changed: care stays organised as it is.")
    for plan in resolved.interventions:
        lines += ["", *_intervention(plan, resolved, tables)]
    lines += _agreements(resolved)
    if resolved.settings:
        lines += ["", "Changed assumptions:"]
        for name, value in sorted(resolved.settings.items()):
            row = load().find(name)
            now = f", shipped {row.value:g} {row.unit}" if row else ""
            lines += _with_where(f"{name}: {value:g}{now}", f"set in {resolved.origins[name]}", "  ")
    warnings = [finding.text for finding in check(resolved, evidence) if finding.severity != "note"]
    if warnings:
        lines += ["", "Before you run it:", *(line for text in warnings for line in _wrapped(text, "  "))]
    return "\n".join(lines)


def _agreements(resolved: Resolved) -> list[str]:
    """Money agreed for the area, and what the scenario is judged by first."""
    lines: list[str] = []
    agreed = resolved.contracts
    if agreed is not None and agreed.id != DEFAULT_CONTRACTS:
        lines += ["", *_wrapped(f"Money: {agreed.title.lower()}. {agreed.summary} It changes nobody's care by itself.",
                                "")]
        for one in agreed.agreements:
            lines += _with_where(f"{one.name}: {terms(one)}", one.source or MARK, "  ")
    if resolved.priorities:
        lines += ["", "Judged first by: " + ", ".join(name.replace("_", " ") for name in resolved.priorities) + "."]
    return lines


def explain_value(resolved: Resolved, name: str, evidence: Evidence | None = None) -> str:
    """What one value of a scenario is, where it was set, what it rests on and what it can do.

    Args:
        resolved: the scenario.
        name: an effect ("acute crises, after month 12"), a key ("caseload"), either with the intervention in front
            ("extensivist-teams.caseload"), or an assumption ("discharge_delay.reported_share [all]").
        evidence: tables to use instead of the shipped ones.

    Raises:
        BadInput: when the scenario has no such value; the nearest is named.
    """
    tables = (evidence or load()).with_changes(resolved.settings)
    found = [
        "\n".join(_explained(plan, value, words, resolved, tables))
        for plan in resolved.interventions for value, words in described(plan).items()
        if spaced(name) in (spaced(value), spaced(f"{plan.id}.{value}"))
    ]
    row = tables.find(name)
    if row is not None:
        found.append("\n".join(_explained_row(row, resolved, tables)))
    if not found:
        raise BadInput([_no_such_value(resolved, name, tables)])
    return "\n\n".join(found)


def explain_difference(first: Resolved, second: Resolved) -> str:
    """How the second scenario differs from the first, in plain English."""
    lines = [f"What is different in {second.title}, compared with {first.title}:"]
    for what, ours, theirs in (
        ("Place", first.place.title, second.place.title),
        ("Run", period(first.window.start, first.window.end), period(second.window.start, second.window.end)),
        ("Prices", first.price_year, second.price_year),
    ):
        if ours != theirs:
            lines.append(f"  {what}: {theirs} instead of {ours}")
    before = {plan.id: plan for plan in first.interventions}
    after = {plan.id: plan for plan in second.interventions}
    for plan in second.interventions:
        if plan.id not in before:
            people = f"at most {count(plan.most_people)} people at a time"
            lines += _wrapped(f"With {plan.title}: {staffing(plan)}; {people}; {cost(plan.cost)}.", "  ")
    lines += [f"  Without {plan.title}." for plan in first.interventions if plan.id not in after]
    for name in sorted(before.keys() & after.keys()):
        lines += _changes(before[name], after[name], second)
    for name in sorted(first.settings.keys() | second.settings.keys()):
        ours, theirs = (_setting(name, scenario) for scenario in (first, second))
        if ours != theirs:
            lines.append(f"  {name}: {theirs} instead of {ours}")
    return "\n".join(lines) if len(lines) > 1 else f"{second.title} and {first.title} assume the same."


def described(plan: Intervention) -> dict[str, str]:
    """Every value of an intervention in words, by the name under which it may be set."""
    values = {
        "teams": staffing(plan), "caseload": f"{plan.caseload_per_team:g} people per team",
        "who": who_in_words(plan.who), "chosen_by": chosen_in_words(plan),
        "score_accuracy": ranged(plan.selection.accuracy) if plan.selection.method == "risk score" else "",
        "sees_susceptibility": ranged(plan.selection.sees_susceptibility),
        "sees_deterioration": ranged(plan.selection.sees_deterioration),
        "joins": joining_in_words(plan.joining, plan.crisis) if plan.joining != "month by month" else "",
        "uptake": share(plan.uptake) if not plan.uptake.is_certain else "",
        "uptake_most_to_least_deprived": share(plan.uptake_ratio) if plan.uptake_ratio.best < 1.0 else "",
        "stays_for": f"{plan.stays_months} months" if plan.stays_months else "",
        "lasts_after_leaving": f"{plan.lasts_months} months" if plan.lasts_months else "",
        "drop_out": f"{share(plan.drop_out)} a month" if plan.drop_out.best > 0.0 else "",
        "other_patients":
            f"{share(plan.other_patients)} of the lasting effect" if plan.other_patients.best > 0.0 else "",
        "adds": "; ".join(f"{places:g} {service.replace('_', ' ')} per team" for service, places in plan.adds.items()),
        "staff": staff(plan),
        "works_less_without": leaning_in_words(plan),
        "instead_of": f"{', '.join(plan.instead_of)}, which they leave" if plan.instead_of else "",
        "contacts": f"{plan.contacts_per_month:g} a month per person",
        "cost.set_up": f"{pounds(plan.cost.set_up_gbp)} once",
        "cost.running": f"{pounds(plan.cost.running_gbp_per_team_year)} a year per team",
        "cost.per_person": f"{pounds(plan.cost.per_person_gbp_year)} a year per person",
        **{effect.phrase: change(effect.change) for effect in plan.effects},
        "avoids": f"{share(plan.short_end_share)} of the effect on the short end",
        "takes_effect_after": f"{plan.lag_months} months", "fades_over": f"{plan.fade_months} months",
        "funding_ends": month(plan.funding_ends) if plan.funding_ends else "never", "grade": plan.grade,
    }
    return {name: words for name, words in values.items() if words}


def ran_in_words(place: Place) -> str:
    """What stands for what a real area ran, and from where it is known; empty for any other place."""
    ids = ", ".join(name for name in place.ran_sources if name != ASSUMED)
    known = f"known from {ids}" if ids else "assumed: no source"
    if ids and ASSUMED in place.ran_sources:
        known = f"in part known from {ids}, the rest assumed"
    return f"ran {' + '.join(place.ran)} ({known})" if place.ran else ""


def graded(plan: Intervention) -> str:
    """The grade of an intervention's evidence, and that effects are assumed where there is none."""
    assumed = "; every effect of it is an assumption only" if plan.grade == "NONE" and plan.effects else ""
    return f"{plan.grade} ({GRADES[plan.grade]}{assumed})"


def shrunk(plan: Intervention, effect: str, evidence: Evidence) -> str:
    """What an effect was made smaller from: "shrunk by us from +27 % (E103)"; empty when it was not."""
    results = evidence.results()
    found = [f"{_found(results[number])} ({number})" for number in plan.shrunk_from.get(source_key(effect), ())]
    return f"shrunk by us from {' and '.join(found)}" if found else ""


def evidence_in_words(plan: Intervention, evidence: Evidence) -> list[str]:
    """Each published result that an intervention cites, a line each."""
    return [_result(evidence.results()[number]) for number in plan.evidence]


def _no_such_value(resolved: Resolved, name: str, evidence: Evidence) -> Message:
    known = list(dict.fromkeys(value for plan in resolved.interventions for value in described(plan)))
    without_months = {value.partition(",")[0]: value for value in reversed(known)}
    close = nearest(name, [*known, *without_months, *(row.name for row in evidence.rows())])
    text = "This scenario has no such value, and no scenario has this name."
    return Message(f"caresim explain {resolved.id}", 0, "", name, ", ".join(known), without_months.get(close, close),
                   text)


def _intervention(plan: Intervention, resolved: Resolved, evidence: Evidence) -> list[str]:
    found = reach(plan, resolved.place, evidence)
    lines = _wrapped(f"{plan.title.upper()}  {plan.summary}", "")
    each = f"; {plan.caseload_per_team:g} people each" if plan.caseload_per_team else ""
    lines += _people_in_words(plan) if plan.caseload_per_team else []
    lines += _wrapped(f"Teams: {staffing(plan)}{each}.", "  ")
    lines += _funding_in_words(plan)
    lines += [line for name in BRINGS if name in described(plan)
              for line in _wrapped(f"{BRINGS[name]}: {described(plan)[name]}.", "  ")]
    lines += _wrapped(f"Cost: {cost(plan.cost)}; {_yearly_cost(plan)} a year when all are there, filled or not.", "  ")
    lines += _wrapped(f"Staff: {staff(plan)}.", "  ") if plan.staff else []
    lines.append("  What it is assumed to do, best guess (central 8 in 10):")
    for effect in plan.effects:
        mark = f"   {MARK}" if effect.phrase in plan.assumptions else ""
        lines.append(f"    {effect.phrase}: {change(effect.change)}{mark}")
        lines += _wrapped(shrunk(plan, effect.phrase, evidence), "      ") if _is_shrunk(plan, effect.phrase) else []
    if not plan.effects:
        lines.append("    nothing but what its places do" if plan.adds else "    nothing")
    lines += _wrapped(_reach_in_words(found), "  ") if plan.caseload_per_team else []
    borrowed = f" Borrowed from: {plan.borrowed_from}." if plan.borrowed_from else ""
    lines += _wrapped(f"Evidence: {graded(plan)}.{borrowed}", "  ")
    lines += [line for result in evidence_in_words(plan, evidence) for line in _wrapped(result, "    ")]
    others = [name for name in plan.assumptions if name not in {effect.phrase for effect in plan.effects}]
    if others:
        lines += _wrapped(f"Without a source: {', '.join(others)}. {MARK}.", "  ")
    return lines


def _funding_in_words(plan: Intervention) -> list[str]:
    """When the money ends, if it does, and what becomes of the effects."""
    if plan.funding_ends is None:
        return []
    after = f"fade over {plan.fade_months} months" if plan.fade_months else "end with it"
    text = f"Funding ends in {month(plan.funding_ends)}: nobody is with a team from then on, and effects {after}."
    return _wrapped(text, "  ")


def _people_in_words(plan: Intervention) -> list[str]:
    """Who a team is for, how they are chosen, and how they come and go."""
    words = described(plan)
    uptake = "{} of those asked join"
    if plan.others_have_no_need:
        uptake = "{} of them need it, which the model sees in nobody"
    ways = {"joins": "people join {}", "uptake": uptake,
            "uptake_most_to_least_deprived": "the most deprived fifth {} as often as the least",
            "stays_for": "they stay {}", "lasts_after_leaving": "what it does lasts {} longer",
            "drop_out": "{} give up", "other_patients": "others who may join feel {}"}
    said = "; ".join(way.format(words[name]) for name, way in ways.items() if name in words)
    common = how_common(plan.who.named_conditions, load())
    lines = _wrapped(f"Who: {who_in_words(plan.who)}; {chosen_in_words(plan)}.{common and f' {common}.'}", "  ")
    return lines + (_wrapped(f"How: {said}.", "  ") if said else [])


def _explained(plan: Intervention, value: str, words: str, resolved: Resolved, evidence: Evidence) -> list[str]:
    """An intervention's value in full."""
    effect = next((one for one in plan.effects if one.phrase == value), None)
    about = f" {since_joining(effect)} with {plan.title.lower()}" if effect else f" ({value}, {plan.title.lower()})"
    lines = _with_where(f"{words}{about}", _set_where(plan, value, resolved))
    cited = sources_of(plan, value)
    if effect is not None:
        lines += _wrapped(f"Evidence: {graded(plan)}.", "")
        about_the_whole = plan.evidence if phrase_of(effect).acts_on == ADMISSIONS else ()
        lines += [line for number in cited or about_the_whole for line in _wrapped(_cited(number, evidence), "  ")]
        lines += _wrapped(f"It was {shrunk(plan, value, evidence)}.", "") if _is_shrunk(plan, value) else []
        lines += _what_it_can_do(plan, effect, resolved, evidence)
    elif cited:
        lines += [line for number in cited for line in _wrapped(f"Source: {_cited(number, evidence)}", "")]
    if value in plan.assumptions:
        lines.append(f"{MARK}." if not cited else f"Its source is itself an assumption. {MARK}.")
    return lines


def _what_it_can_do(plan: Intervention, effect: EffectSpec, resolved: Resolved, evidence: Evidence) -> list[str]:
    """The arithmetic from those reached to the whole area."""
    found = reach_of(effect, plan, resolved.place, evidence)
    lines = _wrapped(_reach_in_words(found), "")
    if phrase_of(effect).acts_on != ADMISSIONS:
        return [*lines, f"It acts on {phrase_of(effect).acts_on}."]
    best_end, best = effect.change.low * found.share, effect.change.best * found.share
    text = (
        f"At the best end of its range at most {percent(effect.change.low, 1)} x "
        f"{percent(found.share, 1, signed=False)} = {percent(best_end, 1)} of admissions; "
        f"at the best guess {percent(best, 1)}. "
    )
    return lines + _wrapped(text + _rank(plan, effect, resolved, evidence), "")


def _rank(plan: Intervention, effect: EffectSpec, resolved: Resolved, evidence: Evidence) -> str:
    """How much the range of an effect matters beside the scenario's other effects on admissions."""
    place = resolved.place
    widths = {
        (other.id, one.phrase): (one.change.high - one.change.low) * reach_of(one, other, place, evidence).share
        for other in resolved.interventions for one in other.effects if phrase_of(one).acts_on == ADMISSIONS
    }
    if len(widths) < 2:
        return ""
    rank = 1 + sum(width > widths[plan.id, effect.phrase] for width in widths.values())
    return f"Matters: {ordinal(rank)} of {len(widths)} effects on admissions here."


def _explained_row(row: Row, resolved: Resolved, evidence: Evidence) -> list[str]:
    """An assumption of the model in full."""
    spread = f" ({row.low:g} to {row.high:g})" if row.has_range else ""
    origin = resolved.origins.get(row.name)
    where = f"set in {origin}" if origin else f"{SHIPPED}{row.file}:{row.line}"
    lines = _with_where(f"{row.name}: {row.value:g}{spread} {row.unit}, {row.year}", where)
    lines += _wrapped(f"{row.status.capitalize()}: {_cited(row.source, evidence)}", "")
    lines += _wrapped(row.note, "  ") if row.note else []
    return [*lines, f"{MARK}."] if row.status == "assumption" else lines


def _changes(before: Intervention, after: Intervention, second: Resolved) -> list[str]:
    ours, theirs = described(before), described(after)
    lines: list[str] = []
    for name in dict.fromkeys((*ours, *theirs)):
        if ours.get(name) != theirs.get(name):
            where = second.origins.get(f"{after.id}.{name}")
            text = (f"{after.title}, {name.removeprefix('cost.')}: {theirs.get(name, 'none')} instead of "
                    f"{ours.get(name, 'none')}")
            lines += _with_where(text, f"set in {where}" if where else "", "  ")
    return lines


def _setting(name: str, scenario: Resolved) -> str:
    row = load().find(name)
    return f"{scenario.settings.get(name, row.value if row else float('nan')):g}"


def _set_where(plan: Intervention, value: str, resolved: Resolved) -> str:
    """Where a value was set, and what ours is when it was set by somebody else."""
    also = {"teams": "teams_per_100000", "cost.per_person": "cost.extras_per_person"}
    names = [f"{plan.id}.{key}" for key in (value, also.get(value, value))]
    inside = [name for name in resolved.origins if name.startswith(f"{plan.id}.{value}.")]
    origin = next((resolved.origins[name] for name in (*names, *inside) if name in resolved.origins), None)
    if origin is None:
        return "not set; the default"
    if origin.file.startswith(SHIPPED):
        return f"as shipped ({origin.file.removeprefix(SHIPPED)}:{origin.line})"
    ours = _shipped_text(plan.id, value)
    if not ours:
        return f"set in {origin}"
    same = plain(ours).replace(" ", "") == plain(described(plan).get(value, "")).replace(" ", "")
    return f"set in {origin} (shipped: {'same' if same else ours})"


def _shipped_text(intervention: str, value: str) -> str:
    """What our own file says of a value, as written; nothing when it has none."""
    found = find("intervention", intervention)
    if found is None or not found.shipped:
        return ""
    texts = {leaf_name(path): scalar.text for path, scalar in walk(read_extended(found, "intervention"))
             if path[0] != "sources"}
    return texts.get(value, "")


def _yearly_cost(plan: Intervention) -> str:
    running = plan.cost.running_gbp_per_team_year * plan.most_teams
    return pounds(running + plan.cost.per_person_gbp_year * plan.most_people)


def _reach_in_words(found: Reach) -> str:
    left = found.eligible - found.people
    missed = f"; {count(left)} or more not reached" if left >= 1.0 else ""
    return (
        f"In your place: at most {count(found.people)} people at a time (of {count(found.eligible)} eligible{missed}), "
        f"{found.admissions_each:.2g} admissions each a year ({found.basis}) = at most "
        f"{percent(found.share, 1, signed=False)} of all. {FULL}"
    )


def _cited(number: str, evidence: Evidence) -> str:
    """A result, source or assumption that a value rests on."""
    if number in evidence.results():
        return _result(evidence.results()[number])
    if number in evidence.sources():
        source = evidence.sources()[number]
        return f"{source.title} ({source.publisher})"
    row = evidence.find(number)
    return f"{row.name}, {row.value:g} {row.unit}, {row.status}" if row else number


def _result(result: ProgrammeResult) -> str:
    """A published result in a line."""
    is_percent = result.unit.startswith("%")
    value, low, high = (_signed(text) if is_percent else text for text in (result.value, result.ci_low, result.ci_high))
    interval = f" ({low} to {high})" if low and high else ""
    unit = f" {result.unit}" if result.unit != "direction" else ""
    comparator = f", against {result.comparator}" if result.comparator else ""
    return (f"{result.id} {result.system}: {result.metric} {value}{interval}{unit}{comparator} "
            f"({result.publisher} {result.year})")


def _is_shrunk(plan: Intervention, effect: str) -> bool:
    return source_key(effect) in plan.shrunk_from


def _found(result: ProgrammeResult) -> str:
    """What a published result found, without of whom and when: "+27 %", "rate ratio 0.6", "5.5 to 1.1 days"."""
    if result.unit.startswith("%"):
        return f"{_signed(result.value)} %"
    is_relative = result.unit.endswith(("ratio", "risk"))
    return f"{result.unit} {result.value}" if is_relative else f"{result.value} {result.unit}"


def _signed(text: str) -> str:
    """A published change with its sign: "+27"."""
    return f"+{text}" if text[:1].isdigit() else text


def _with_where(text: str, where: str, indent: str = "") -> list[str]:
    """Text and where it was set, on one line when there is room."""
    line = f"{indent}{text}   {where}".rstrip()
    return [line] if len(line) <= WIDTH else [*_wrapped(text, indent), *_wrapped(where, f"{indent}  ")]


def _wrapped(text: str, indent: str) -> list[str]:
    """Text in lines of at most WIDTH letters, later lines indented by two more."""
    lines: Iterable[str] = textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ",
                                         break_long_words=False, break_on_hyphens=False)
    return list(lines)
