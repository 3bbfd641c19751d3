"""From an intervention as written to an `Intervention` for one place and its dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scenarios.beside import id_of
from scenarios.checking import checked, misread
from scenarios.evidence import Evidence
from scenarios.messages import Message, nearest
from scenarios.named_systems import with_evidence
from scenarios.resolved import CostSpec, Intervention, Origin, RangeValue, SelectionSpec
from scenarios.schema.fields import Staffing
from scenarios.schema.intervention import InterventionFile
from scenarios.units import Unreadable, months_after
from scenarios.values import read_effect, spaced
from scenarios.yaml_reader import Entry, Mapping, canonical, walk

PER = 100_000.0
NUMBERS = (
    "caseload", "cost", "effects", "score_accuracy", "sees_susceptibility", "sees_deterioration", "contacts", "avoids",
    "takes_effect_after", "fades_over", "adds", "staff", "uptake", "stays_for", "lasts_after_leaving",
    "works_less_without",
    "uptake_most_to_least_deprived", "drop_out", "other_patients",
)
"""Keys whose numbers need a source; dates, teams and who is meant are choices."""
STAFF = "staff"
"""The key whose numbers are one team and have one source together."""
NO_CHANGE = RangeValue(0.0, 0.0, 0.0)
DECIMALS = 6
CERTAIN_WORDS = ("at once", "none", "everyone", "all alike")

Steps = tuple[tuple[date, float], ...]


@dataclass(frozen=True)
class Setting:
    """What an intervention is settled for: people of the place, first and last day, when programmes start."""

    people: float
    start: date
    end: date
    starts: date


def settle(name: str, tree: Mapping, preset: Mapping | None, setting: Setting,
           evidence: Evidence, folder: Path | None = None) -> tuple[Intervention | None, list[Message]]:
    """The intervention, or everything wrong with it.

    Args:
        name: its id.
        tree: everything said about it.
        preset: the same before the scenario's own changes, to know which sources still hold.
        setting: place and dates.
        evidence: rows and results that sources may name.
        folder: where the scenario's files lie, to know which others are named; None for shipped ones.
    """
    said, messages = checked(InterventionFile, tree, also_allowed=("extends",))
    if said is None:
        return None, messages
    messages = [*_check_evidence(said, tree, evidence), *_check_sources(said, tree, preset, evidence),
                *_check_shrunk(said, tree, preset), *_check_score(said, tree, preset)]
    teams, problems = _teams(said, tree, setting)
    messages += problems
    if said.funding_ends is not None and teams and said.funding_ends <= teams[0][0]:
        entry = tree.entries["funding_ends"]
        messages.append(misread(entry, Unreadable(f"a month after the first team, {_month(teams[0][0])}")))
    if messages:
        return None, messages
    most = max(number for _, number in teams)
    sources = _sources_that_hold(said, tree, preset)
    return Intervention(
        id=name, title=said.title, summary=said.summary, teams=teams, caseload_per_team=said.caseload, who=said.who,
        selection=SelectionSpec(said.chosen_by, said.score_accuracy, said.sees_susceptibility, said.sees_deterioration,
                                id_of(said.score_from, folder) if said.score_from else ""),
        cost=_cost(said, most), effects=said.effects, short_end_share=said.avoids,
        lag_months=said.takes_effect_after, fade_months=said.fades_over, funding_ends=said.funding_ends,
        contacts_per_month=said.contacts, evidence=said.evidence,
        borrowed_from="; ".join(said.borrowed_from) or None, grade=said.grade,
        assumptions=_without_source(tree, sources, evidence), system="; ".join(said.system), sources=sources,
        adds=said.adds, joining=said.joins[0], crisis=said.joins[1], stays_months=said.stays_for,
        lasts_months=said.lasts_after_leaving, uptake=said.uptake,
        others_have_no_need=said.others_have_no_need,
        uptake_ratio=said.uptake_most_to_least_deprived, drop_out=said.drop_out, other_patients=said.other_patients,
        staff={role: posts.per_team(said.caseload) for role, posts in said.staff.items()},
        works_less_without={id_of(other, folder): lost for other, lost in said.works_less_without.items()},
        instead_of=tuple(dict.fromkeys(id_of(other, folder) for other in said.instead_of)),
        run_by=said.run_by, named_coordinator=said.named_coordinator, shares_record=said.shares_record,
        shrunk_from={key: names for key, names in said.shrunk_from.items() if key in sources},
    ), []


def named_origins(name: str, tree: Mapping) -> dict[str, Origin]:
    """Where each value of an intervention was set, by its dotted name ("extensivist-teams.caseload")."""
    origins: dict[str, Origin] = {}
    for key, entry in tree.entries.items():
        if isinstance(entry.value, Mapping) and key in ("cost", "effects", "adds", STAFF, "works_less_without"):
            origins |= {f"{name}.{leaf_name(path)}": scalar.origin for path, scalar in walk(entry.value, (key,))}
        elif key != "sources":
            origins[f"{name}.{key}"] = entry.origin
    return origins


def leaf_name(path: tuple[str, ...]) -> str:
    """A value's name inside its intervention: "caseload", "cost.running", "acute crises, after month 12"."""
    if path[0] == "effects" and len(path) > 1:
        return effect_name(path[1])
    return ".".join(path)


def effect_name(key: str) -> str:
    """An effect's name as in `EffectSpec.phrase`, from its canonical key."""
    return read_effect(key, NO_CHANGE).phrase


def _teams(said: InterventionFile, tree: Mapping, setting: Setting) -> tuple[Steps, list[Message]]:
    """Staffed teams by date in this place, and what is wrong with the dates."""
    per_place = said.teams is not None
    key = "teams" if per_place else "teams_per_100000"
    staffing = said.teams if said.teams is not None else said.teams_per_100000
    assert isinstance(staffing, Staffing)
    scale = 1.0 if per_place else setting.people / PER
    first_month = said.starts or setting.starts
    steps = tuple(
        (when if isinstance(when, date) else months_after(first_month, when - 1), round(number * scale, DECIMALS))
        for when, number in staffing.steps
    )
    entry = _dated_entry(tree, key, 0)
    earliest = months_after(setting.start, 12)
    if steps[0][0] < earliest:
        return steps, [misread(entry, Unreadable(
            f"{_month(earliest)} or later",
            f"The run begins in {_month(setting.start)}, and a whole year before the first team is needed to compare "
            f"with; this team starts in {_month(steps[0][0])}.", of_key=isinstance(staffing.steps[0][0], date)), key)]
    late = next((index for index, (when, _) in enumerate(steps) if when >= setting.end), None)
    if late is not None:
        problem = Unreadable(
            f"dates before the run ends, {_month(months_after(setting.end, -1))}",
            f"Teams would still change in {_month(steps[late][0])}.", of_key=isinstance(staffing.steps[late][0], date),
        )
        return steps, [misread(_dated_entry(tree, key, late), problem, key)]
    return steps, []


def _dated_entry(tree: Mapping, key: str, index: int) -> Entry:
    """One dated line of the teams, or the line of the teams themselves when they have no dates."""
    entry = tree.entries[key]
    return list(entry.value.entries.values())[index] if isinstance(entry.value, Mapping) else entry


def _cost(said: InterventionFile, most_teams: float) -> CostSpec:
    """Costs of the place: what is per team at set-up is counted for the most teams."""
    set_up, running = said.cost.set_up, said.cost.running
    once = 0.0 if set_up is None else set_up.pounds * (most_teams if set_up.per == "team" else 1.0)
    by_person = sum((cost.pounds for cost in (said.cost.per_person, said.cost.extras_per_person) if cost), 0.0)
    return CostSpec(once, 0.0 if running is None else running.pounds, by_person)


def _check_evidence(said: InterventionFile, tree: Mapping, evidence: Evidence) -> list[Message]:
    """Cited results exist, and are about this system, as the table of systems has it, or said to be borrowed."""
    entry = tree.entries.get("evidence")
    if entry is None:
        return []
    messages = []
    results = evidence.results()
    own = [spaced(name) for name in said.system]
    about = [*(name for name in own if name in with_evidence()), *(spaced(name) for name in said.borrowed_from)]
    for number in said.evidence:
        if number not in results:
            allowed = "an id such as E103 (caresim list evidence)"
            messages.append(_about(entry, number, allowed, nearest(number, results)))
        elif not any(name in spaced(results[number].system) for name in about):
            system = results[number].system
            messages.append(_about(entry, number, "evidence about this system, or a line borrowed_from", "",
                                   f'{number} is about "{system}". Say "borrowed_from: {system}" or leave it out.'))
    return messages


def _check_sources(said: InterventionFile, tree: Mapping, preset: Mapping | None, evidence: Evidence) -> list[Message]:
    """Keys of `sources` are keys of the intervention, or were before changes, and their ids exist."""
    holder = tree.get("sources")
    if not isinstance(holder, Mapping):
        return []
    known = {_source_key(path) for whole in (tree, preset) if whole for path, _ in walk(whole) if path[0] in NUMBERS}
    messages = []
    for entry in holder.entries.values():
        if canonical(entry.key) not in known:
            unknown = Unreadable("a key of this file", "There is no such key to give a source for.",
                                 nearest(canonical(entry.key), sorted(known)), of_key=True)
            messages.append(misread(entry, unknown, "sources"))
        for source in said.sources.get(canonical(entry.key), ()):
            if not source_exists(source, evidence):
                names = [*evidence.results(), *evidence.sources()]
                allowed = "the id of a result (E103), a source (S055) or an assumption's name"
                messages.append(_about(entry, source, allowed, nearest(source, names)))
    return messages


def _check_shrunk(said: InterventionFile, tree: Mapping, preset: Mapping | None) -> list[Message]:
    """What `shrunk_from` names are effects, and results that the effect's own line of `sources` cites."""
    holder = tree.get("shrunk_from")
    if not isinstance(holder, Mapping):
        return []
    effects = [each for whole in (tree, preset) if whole and isinstance(each := whole.get("effects"), Mapping)]
    known = {key: effect.key for each in effects for key, effect in each.entries.items()}
    messages = []
    for entry in holder.entries.values():
        key = canonical(entry.key)
        if key not in known:
            unknown = Unreadable("an effect of this file", "There is no such effect that could have been shrunk.",
                                 known.get(nearest(key, known), ""), of_key=True)
            messages.append(misread(entry, unknown, "shrunk_from"))
            continue
        cited = said.sources.get(key, ())
        text = "An effect can only be shrunk from a result that it rests on, under sources."
        messages += [_about(entry, name, ", ".join(cited) or "nothing, since sources has no such line",
                            nearest(name, cited), text) for name in said.shrunk_from[key] if name not in cited]
    return messages


def _check_score(said: InterventionFile, tree: Mapping, preset: Mapping | None) -> list[Message]:
    """Whose score it is goes with being chosen by one; a preset's line does no harm where they no longer are."""
    entry = tree.entries.get("score_from")
    is_preset = preset is not None and entry is not None and entry == preset.entries.get("score_from")
    if entry is None or is_preset or said.chosen_by == "risk score":
        return []
    text = "It is said whose risk score is used, and people are not chosen by one."
    return [misread(entry, Unreadable('"chosen_by: risk score, highest first" beside it', text))]


def _about(entry: Entry, found: str, allowed: str, close: str, text: str = "") -> Message:
    return Message(entry.value.origin.file, entry.value.origin.line, entry.key, found, allowed, close, text)


def source_exists(name: str, evidence: Evidence) -> bool:
    """Whether a source named by an intervention is a result, a source or an assumption that we have."""
    return name in evidence.results() or name in evidence.sources() or evidence.find(name) is not None


def _sources_that_hold(said: InterventionFile, tree: Mapping, preset: Mapping | None) -> dict[str, tuple[str, ...]]:
    """Sources by key, less those of numbers that a scenario has changed without giving a source of its own."""
    holder = tree.get("sources")
    if not isinstance(holder, Mapping):
        return {}
    earlier = dict(walk(preset)) if preset is not None else {}
    changed = {
        key for path, scalar in walk(tree) if (key := _source_key(path)) in holder.entries
        and scalar.origin.file != holder.entries[key].origin.file
        and earlier.get(path, scalar).text != scalar.text
    }
    return {key: names for key, names in said.sources.items() if key not in changed}


def _without_source(tree: Mapping, sources: dict[str, tuple[str, ...]], evidence: Evidence) -> tuple[str, ...]:
    """Names of numbers that rest on nothing but judgement, in the order of the file."""
    return tuple(dict.fromkeys(
        STAFF if path[0] == STAFF else leaf_name(path) for path, scalar in walk(tree)
        if path[0] in NUMBERS and scalar.text.lower() not in CERTAIN_WORDS
        and not any(_is_evidence(name, evidence) for name in sources.get(_source_key(path), ()))
    ))


def _source_key(path: tuple[str, ...]) -> str:
    """The key of `sources` under which a value's source stands."""
    return STAFF if path[0] == STAFF else path[-1]


def _is_evidence(name: str, evidence: Evidence) -> bool:
    """Whether a source is more than an assumption of ours."""
    row = evidence.find(name)
    return row.status != "assumption" if row is not None else True


def _month(day: date) -> str:
    return f"{day:%B %Y}"
