"""Settles a scenario: names found, files read, changes laid over, values checked, one place and its dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from scenarios.beside import beside_each_other, replacing_each_other, unknown_names
from scenarios.catalogue import require
from scenarios.checking import as_data, checked, misread
from scenarios.contract_files import contracts, default_contracts
from scenarios.contracts import Contracts
from scenarios.drafts import ASKED, Draft, read_draft
from scenarios.evidence import Evidence, load
from scenarios.messages import BadInput, Message
from scenarios.overrides import applied, applies, read_override, unknown
from scenarios.places import read_place
from scenarios.resolved import Intervention, Place, Resolved, Window
from scenarios.schema.scenario import ScenarioFile
from scenarios.settings import read_settings, refuse
from scenarios.settle import Setting, named_origins, settle
from scenarios.units import Unreadable, months_after
from scenarios.yaml_reader import Mapping, Scalar, walk

BURN_IN_MONTHS = 12
BEFORE_MONTHS = 12
"""Months of the run before the first programme."""
SHARED = ("place", "run", "starts", "price_year")
"""Keys that scenarios compared with each other have in common."""


def resolve(
    name_or_path: str, *, place: str | None = None, overrides: Sequence[str] = (), start: date | None = None,
    end: date | None = None,
) -> Resolved:
    """A scenario with everything settled.

    Args:
        name_or_path: a shipped name or alias, a file, or several joined by "+".
        place: a shipped place or a folder; the scenario's own when None.
        overrides: texts after `--set`, applied in order.
        start: first day reported, instead of the scenario's; the first of a month.
        end: first day after the run, instead of the scenario's; the first of a month.

    Raises:
        BadInput: with everything wrong that could be found.
    """
    return resolve_together([name_or_path], place=place, overrides=overrides, start=start, end=end)[0]


def resolve_together(
    names_or_paths: Sequence[str], *, place: str | None = None, overrides: Sequence[str] = (),
    start: date | None = None, end: date | None = None,
) -> list[Resolved]:
    """Scenarios that can be compared: one place, one window and one price year for all.

    What only some of a user's own files say about place, dates and prices holds for all, so that `do-nothing` beside
    a plan is that plan's place and years with nothing done. An override must apply to at least one scenario.

    Raises:
        BadInput: as `resolve`; also when the files say different things.
    """
    return read_together(names_or_paths, place=place).settled(overrides, start=start, end=end)


@dataclass(frozen=True)
class Read:
    """Scenarios as their files have them, to be settled with one set of changes after another.

    Attributes:
        drafts: in the order in which they were asked for.
        place: a shipped place or a folder; the scenarios' own when None.
        places: those that were read, by name; more are added as they are met.
    """

    drafts: tuple[Draft, ...]
    place: str | None
    places: dict[str, Place] = field(default_factory=dict)

    def settled(
        self, overrides: Sequence[str] = (), *, start: date | None = None, end: date | None = None
    ) -> list[Resolved]:
        """The scenarios with these changes; arguments and exceptions as `resolve_together`."""
        evidence, drafts = load(), list(self.drafts)
        for override in (read_override(text) for text in overrides):
            if not any(applies(draft, override, evidence) for draft in drafts):
                raise BadInput([unknown(override, tuple(drafts), evidence)])
            drafts = [applied(draft, override, evidence) if applies(draft, override, evidence) else draft
                      for draft in drafts]
        return [_settled(draft, self.place, start, end, evidence, self.places) for draft in _with_shared(drafts)]


def read_together(names_or_paths: Sequence[str], *, place: str | None = None) -> Read:
    """Files of scenarios that are to be compared, read and not yet settled; arguments as `resolve_together`.

    Raises:
        BadInput: when there is no such scenario or its file cannot be read.
    """
    return Read(tuple(read_draft(name) for name in names_or_paths), place)


def _with_shared(drafts: list[Draft]) -> list[Draft]:
    """Drafts that agree on place, dates and prices: those stated in a user's own files."""
    for key in SHARED:
        stated = [draft for draft in drafts if key in draft.stated]
        if not stated:
            continue
        first = stated[0].tree.entries[key]
        for other in stated[1:]:
            entry = other.tree.entries[key]
            if as_data(entry.value) != as_data(first.value):
                raise BadInput([misread(entry, Unreadable(
                    f"the same in every scenario compared ({first.value.origin} has another)"))])
        gone = ("starts",) if key == "run" else ()
        drafts = [
            draft if key in draft.stated else replace(
                draft, folder=draft.folder or stated[0].folder, tree=Mapping(
                    {**{k: e for k, e in draft.tree.entries.items() if k not in gone}, key: first}, draft.tree.origin))
            for draft in drafts
        ]
    return drafts


def _settled(
    draft: Draft, place_name: str | None, start: date | None, end: date | None, evidence: Evidence,
    places: dict[str, Place],
) -> Resolved:
    """One scenario settled; places already read are kept in `places`."""
    said, messages = checked(ScenarioFile, draft.tree, also_allowed=("extends",))
    if said is None:
        raise BadInput(messages)
    first, last = start or said.run[0], end or said.run[1]
    starts = said.starts or months_after(first, BEFORE_MONTHS)
    refuse(_check_dates(draft, first, last, starts))
    place = _place(draft, place_name or said.place, place_name is not None, places)
    setting = Setting(float(place.people), first, last, starts)
    interventions, problems = _interventions(draft, setting, evidence)
    assumptions = draft.tree.get("assumptions")
    settings, setting_origins, more = (
        read_settings(assumptions, evidence) if isinstance(assumptions, Mapping) else ({}, {}, [])
    )
    refuse([*problems, *more])
    change = min((intervention.starts for intervention in interventions), default=starts)
    origins = {".".join(path): scalar.origin for path, scalar in walk(draft.tree) if path[0] != "assumptions"}
    for name, tree in draft.interventions.items():
        origins |= named_origins(name, tree)
    return Resolved(
        id=draft.id, title=said.title, question=said.question, owner=said.owner, place=place,
        window=Window(months_after(first, -BURN_IN_MONTHS), first, last, change), price_year=said.price_year,
        interventions=interventions, settings=settings, origins=origins | setting_origins,
        aliases=draft.also_called, contracts=_contracts(draft, said, place, interventions), priorities=said.priorities,
    )


def _contracts(draft: Draft, said: ScenarioFile, place: Place, interventions: Sequence[Intervention]) -> Contracts:
    """Money agreed for the area: by the scenario, else by the place, else as in an average place."""
    services = [plan.id for plan in interventions]
    entry = draft.tree.entries.get("contracts")
    if said.contracts and entry is not None:
        return contracts(said.contracts, entry.value.origin, draft.folder, services)
    return contracts(place.contracts, ASKED, services=services) if place.contracts else default_contracts()


def _interventions(draft: Draft, setting: Setting, evidence: Evidence) -> tuple[
        tuple[Intervention, ...], list[Message]]:
    """Every intervention that the scenario uses, by id, and everything wrong with them."""
    settled: list[Intervention] = []
    messages: list[Message] = []
    for name, tree in sorted(draft.interventions.items()):
        intervention, problems = settle(name, tree, draft.presets.get(name), setting, evidence, draft.folder)
        messages += [*problems, *unknown_names(name, tree, draft.interventions, draft.folder)]
        if intervention is not None:
            settled.append(intervention)
    return beside_each_other(settled), messages or replacing_each_other(settled, dict(draft.interventions))


def _check_dates(draft: Draft, first: date, last: date, starts: date) -> list[Message]:
    """The run lasts at least a year and the change lies inside it."""
    run = draft.tree.entries["run"]
    if last <= first:
        return [misread(run, Unreadable("a run that ends after it begins"))]
    if (last.year - first.year) * 12 + last.month - first.month < BEFORE_MONTHS:
        return [misread(run, Unreadable("a run of at least a year"))]
    entry = draft.tree.entries.get("starts")
    if entry is not None and not months_after(first, BEFORE_MONTHS) <= starts < last:
        return [misread(entry, Unreadable(
            f"a month from {months_after(first, BEFORE_MONTHS):%B %Y} to {months_after(last, -1):%B %Y}",
            "The run needs a whole year before the first change, to compare with."))]
    return []


def _place(draft: Draft, name: str, from_command: bool, places: dict[str, Place]) -> Place:
    """The place of a name; a folder named in a file lies beside it."""
    if name not in places:
        entry = draft.tree.entries["place"]
        asked = ASKED if from_command else entry.value.origin
        beside: Path | None = None if from_command or not isinstance(entry.value, Scalar) else draft.folder
        places[name] = read_place(require("place", name, asked, "place" if asked.file else "--place", beside))
    return places[name]
