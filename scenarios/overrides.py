"""Changes from the command line: `--set "extensivist-teams.teams=3"`, `--set "parameter [stratum]=value"`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scenarios.catalogue import shipped
from scenarios.drafts import DEFAULTS, Draft
from scenarios.evidence import Evidence
from scenarios.inherit import is_off, laid_over, with_entry
from scenarios.messages import BadInput, Message, nearest
from scenarios.resolved import Origin
from scenarios.schema.intervention import CostFile, InterventionFile
from scenarios.values import spaced
from scenarios.yaml_reader import Entry, Mapping, Scalar, canonical

ASSUMPTIONS = "assumptions"
FORM = '"intervention.value=...", for example --set "extensivist-teams.teams=3", or "parameter [stratum]=..."'
STAFFING = ("teams", "teams_per_100000")
GROUPS = ("cost", "effects", "adds", "staff", "works_less_without")
"""Keys of an intervention that hold values of their own: `--set "team.staff.nurse=3 per team"`."""
WORDS_ONLY = ("title", "summary", "system", "cost", "effects", "evidence", "borrowed_from", "grade", "sources",
              "shrunk_from")
"""Keys of an intervention that the list of what may be set leaves out."""


@dataclass(frozen=True)
class Override:
    """One `--set`.

    Attributes:
        target: what is before the last "=".
        value: what is after it.
    """

    target: str
    value: str

    @property
    def origin(self) -> Origin:
        """Where its value is said to be set."""
        return Origin(f'--set "{self.target}={self.value}"', 0)


def read_override(text: str) -> Override:
    """An override from the text after `--set`; BadInput when it has no "="."""
    target, equals, value = text.rpartition("=")
    if not equals or not target.strip() or not value.strip():
        raise BadInput([Message(f'--set "{text}"', 0, "", allowed=FORM)])
    return Override(" ".join(target.split()), value.strip())


def applies(draft: Draft, override: Override, evidence: Evidence) -> bool:
    """Whether an override changes something that this scenario has."""
    name, dot, _ = override.target.partition(".")
    if _intervention_of(draft, name) is not None and dot:
        return True
    return evidence.find(override.target) is not None or canonical(override.target) in DEFAULTS


def applied(draft: Draft, override: Override, evidence: Evidence) -> Draft:
    """The scenario with an override.

    Raises:
        BadInput: when the scenario has nothing of that name.
    """
    name, dot, path = override.target.partition(".")
    intervention = _intervention_of(draft, name)
    if intervention is not None and dot:
        tree = _changed(draft.interventions[intervention], path.strip(), override)
        return replace(draft, interventions={**draft.interventions, intervention: tree})
    value = Scalar(override.value, override.origin)
    if evidence.find(override.target) is not None:
        earlier = draft.tree.get(ASSUMPTIONS)
        assumptions = earlier if isinstance(earlier, Mapping) else Mapping({}, override.origin)
        assumptions = with_entry(assumptions, override.target, value, override.origin)
        return replace(draft, tree=with_entry(draft.tree, ASSUMPTIONS, assumptions, override.origin))
    if canonical(override.target) in DEFAULTS:
        tree = laid_over(draft.tree, Mapping({canonical(override.target): Entry(
            override.target, override.origin, value)}, override.origin))
        return replace(draft, tree=tree, stated=draft.stated | {canonical(override.target)})
    raise BadInput([unknown(override, (draft,), evidence)])


def unknown(override: Override, drafts: tuple[Draft, ...], evidence: Evidence) -> Message:
    """The message for an override that changes nothing."""
    used = sorted({name for draft in drafts for name in draft.interventions})
    shipped_but_unused = [name for name in shipped("intervention") if name not in used]
    name, dot, _ = override.target.partition(".")
    close = nearest(name, used) if dot else ""
    if close:
        close = override.target.replace(name, close, 1)
    else:
        close = nearest(override.target, [row.name for row in evidence.rows()] + [*evidence.parameters()])
    text = "Nothing here has this name."
    if canonical(name) in {canonical(unused) for unused in shipped_but_unused}:
        text, close = f'"{name}" is not used by the scenario.', ""
    strata = evidence.strata(override.target.partition("[")[0].strip())
    if strata:
        text, close = f"This assumption has several values; name one of its groups: {', '.join(strata)}.", ""
    uses = f"{', '.join(used)} and their keys, or an assumption" if used else "an assumption"
    return Message(override.origin.file, 0, "", override.target, f"{uses} (caresim list assumptions)", close, text)


def _intervention_of(draft: Draft, name: str) -> str | None:
    return next((used for used in draft.interventions if canonical(used) == canonical(name)), None)


def _changed(tree: Mapping, path: str, override: Override) -> Mapping:
    """An intervention with one of its values set."""
    value = Scalar(override.value, override.origin)
    key = canonical(path)
    first, dot, rest = path.partition(".")
    if dot and canonical(first) in GROUPS:
        return _in_group(tree, canonical(first), rest.strip(), value)
    if key in CostFile.model_fields:
        return _in_group(tree, "cost", path, value)
    if key in STAFFING:
        return _restaffed(tree, path, value)
    if key in InterventionFile.model_fields:
        return laid_over(tree, Mapping({key: Entry(path, value.origin, value)}, tree.origin))
    return _in_group(tree, "effects", path, value)


def _in_group(tree: Mapping, group: str, path: str, value: Scalar) -> Mapping:
    """A value of one of `GROUPS` set; an effect must be there already, under the same months."""
    earlier = tree.get(group)
    holder = earlier if isinstance(earlier, Mapping) else Mapping({}, value.origin)
    name = canonical(path)
    if group == "effects":
        name = next((key for key in holder.entries if spaced(key) == spaced(path)), "")
        if not name:
            known = [entry.key for entry in holder.entries.values()]
            raise BadInput([_no_such_value(path, value, known)])
    key = holder.entries[name].key if name in holder.entries else path
    changed = laid_over(holder, Mapping({name: Entry(key, value.origin, value)}, value.origin))
    return with_entry(tree, group, changed, value.origin)


def _restaffed(tree: Mapping, path: str, value: Scalar) -> Mapping:
    """Teams set; on a dated map one number replaces the map by a constant from its first date."""
    earlier = next((tree.get(key) for key in STAFFING if key in tree.entries), None)
    teams: Mapping | Scalar = value
    if isinstance(earlier, Mapping) and earlier.entries and not is_off(value):
        first = next(iter(earlier.entries.values()))
        teams = Mapping({canonical(first.key): Entry(first.key, value.origin, value)}, value.origin)
    return laid_over(tree, Mapping({canonical(path): Entry(path, value.origin, teams)}, tree.origin))


def _no_such_value(path: str, value: Scalar, effects: list[str]) -> Message:
    costs = [f"cost.{key}" for key in CostFile.model_fields]
    known = [*effects, *costs, *(key for key in InterventionFile.model_fields if key not in WORDS_ONLY)]
    close = nearest(path, known)
    text = "The intervention has no such value; to add an effect, write a file of your own."
    return Message(value.origin.file, 0, "", path, ", ".join(known), close, text)
