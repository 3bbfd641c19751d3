"""The settings of a network file, and which kinds of patients can come to each."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from collections.abc import Mapping as Words
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scenarios.network_classes import Build, Classes, Rule, when_of
from scenarios.network_expressions import Expressions
from scenarios.network_laws import LawTable
from scenarios.network_reading import (
    bad,
    below,
    choice,
    each_name,
    flag,
    joined,
    mapping,
    only,
    required,
    scalar,
    sequence,
    standing,
    whole,
    words_of,
)
from scenarios.network_routes import RouteTable
from scenarios.yaml_reader import Mapping, Scalar, Sequence, Value
from simulation.network import NONE, TIERS, Mark, OnNeed, Presence, Setting

PRESENCES = {presence.name.lower(): presence for presence in Presence}
MARKS = {mark.name.lower(): mark for mark in Mark}
ON_NEED = {answer.name.lower(): answer for answer in OnNeed}
ON_ADMISSION = ("keep", "end")
SETTING_KEYS = (
    "title", "presence", "tags", "pools", "hold", "queue_limit", "overflow", "overflow_if_free", "turnover", "mark",
    "reassesses",
    "held_until_death_days", "takes_claims", "on_need", "on_admission", "lead_time", "priority", "duration", "plan",
    "patience", "routes", "gave_up", "turned_away", "cost",
)  # fmt: skip
RULE_KEYS = ("when", "to", "law", "as")
PRIORITY_KEYS = ("when", "priority")
ROUTE_PARTS = ("routes", "gave_up", "turned_away")
LAW_PARTS = ("duration", "plan", "patience", "turnover")
HIGHEST_PRIORITY_NUMBER = 127
SECONDS_PER_MINUTE = 60.0


@dataclass(frozen=True)
class SettingTexts:
    """What a network file says of its settings."""

    specs: Mapping
    _targets: dict[str, set[str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names in order: a setting's position is its rank."""
        return tuple(sorted(entry.key for entry in self.specs.entries.values()))

    def spec(self, name: str) -> Mapping:
        """What is said of a setting."""
        return below(self.specs, name, "settings")

    def where(self, name: str) -> Scalar:
        """The line at which a setting begins."""
        return standing(self.specs, name)

    def rules(self, name: str, part: str, seen: tuple[tuple[str, str], ...] = ()) -> Iterator[Rule]:
        """Rules of a key, those of another key or setting put in where `as` names it.

        Raises:
            BadInput: for a rule that names itself, perhaps by way of others, and for rules that say nothing.
        """
        wanted, key = "law" if part in LAW_PARTS else "to", f"settings.{name}.{part}"
        for item in sequence(self.spec(name).get(part), key):
            rule = mapping(item, key)
            only(rule, RULE_KEYS, key)
            other = rule.get("as")
            if other is None:
                yield Rule(when_of(rule, key), required(rule, wanted, key))
                continue
            only(rule, ("as",), key)
            word = choice(other, f"{key}.as", (*ROUTE_PARTS, *LAW_PARTS, *self.names))
            target = (word, part) if word in self.names else (name, word)
            if target in (*seen, (name, part)):
                raise bad(other, f"{key}.as", word, "another setting or key, whose rules do not lead back here")
            yield from self.rules(*target, (*seen, (name, part)))

    def targets(self, name: str) -> set[str]:
        """Settings that can follow a setting."""
        if name not in self._targets:
            self._targets[name] = self._targets_of(name)
        return self._targets[name]

    def _targets_of(self, name: str) -> set[str]:
        found: set[str] = set()
        for part in ROUTE_PARTS:
            for rule in self.rules(name, part):
                targets = mapping(rule.value, f"settings.{name}.{part}")
                for entry in targets.entries.values():
                    found.add(entry.key)
                    aside = entry.value.get("diverts_to") if isinstance(entry.value, Mapping) else None
                    if aside is not None:
                        found.add(scalar(aside, f"settings.{name}.{part}.{entry.key}.diverts_to").text)
        overflow = self.spec(name).get("overflow")
        if overflow is not None:
            found.add(scalar(overflow, f"settings.{name}.overflow").text)
        return found & set(self.names)

    def reached_from(self, first: Collection[str]) -> set[str]:
        """Settings that can follow some, these included."""
        found = set(first)
        new = found
        while new:
            new = set().union(*(self.targets(name) for name in new)) - found
            found |= new
        return found


@dataclass(frozen=True)
class SettingBuilder:
    """Builds settings from what a file says of them."""

    texts: SettingTexts
    classes: Classes
    kinds_at: Words[str, Collection[str]]
    """Kinds of patients that can come to each setting."""
    pools: Words[str, int]
    expressions: Expressions
    laws: LawTable
    routes: RouteTable

    def build(self, name: str) -> Setting:
        """One setting."""
        key, spec = f"settings.{name}", self.texts.spec(name)
        only(spec, SETTING_KEYS, key)
        presence = PRESENCES[self._word(spec, "presence", key, PRESENCES)]
        title = spec.get("title") or Scalar(name.replace("_", " ").capitalize(), spec.origin)
        duration = self._by_class(name, "duration")
        if presence != Presence.CONTACT:
            self._check_duration(spec, key, duration, self.kinds_at[name])
        lead_time, overflow = spec.get("lead_time"), spec.get("overflow")
        return Setting(
            name=name,
            title=scalar(title, f"{key}.title").text,
            presence=presence,
            tags=each_name(spec.get("tags"), f"{key}.tags"),
            pools=tuple(
                self.pools[pool]
                for pool in words_of(spec.get("pools") or Sequence((), spec.origin), f"{key}.pools", self.pools)
            ),
            hold=flag(spec.get("hold"), f"{key}.hold"),
            queue_limit=whole(spec.get("queue_limit"), f"{key}.queue_limit", NONE),
            overflow=NONE if overflow is None else self.routes.target(overflow, f"{key}.overflow"),
            overflow_if_free=flag(spec.get("overflow_if_free"), f"{key}.overflow_if_free"),
            mark=MARKS[self._word(spec, "mark", key, MARKS)],
            reassesses=flag(spec.get("reassesses"), f"{key}.reassesses"),
            held_until_death_days=self._from_zero(spec, "held_until_death_days", key),
            takes_claims=flag(spec.get("takes_claims"), f"{key}.takes_claims"),
            on_need=self._on_need(spec, f"{key}.on_need"),
            ends_on_admission=self._word(spec, "on_admission", key, ON_ADMISSION) == "end",
            lead_time=NONE if lead_time is None else self.laws.row(lead_time, f"{key}.lead_time", {}),
            priority=self._priority(spec, f"{key}.priority", self.kinds_at[name]),
            duration=duration,
            plan=self._by_class(name, "plan"),
            patience=self._by_class(name, "patience"),
            turnover=self._turnover(name, spec, key),
            routes=self._by_class(name, "routes"),
            gave_up=self._by_class(name, "gave_up"),
            turned_away=self._by_class(name, "turned_away"),
        )

    def _by_class(self, name: str, part: str) -> NDArray[np.int32]:
        """(classes,) rows of a key: of routes, or of a law for all or a list of laws with the patients they are for."""
        key = f"settings.{name}.{part}"
        value = self.texts.spec(name).get(part)
        build: Build = self.routes.row if part in ROUTE_PARTS else self.laws.row
        if part in LAW_PARTS and isinstance(value, Mapping):
            rules = [Rule(None, value)]
        else:
            rules = list(self.texts.rules(name, part))
        return self.classes.rows(rules, key, build, 0 if part in ROUTE_PARTS else NONE, self.kinds_at[name])

    def _turnover(self, name: str, spec: Mapping, key: str) -> NDArray[np.int32]:
        """(classes,) law rows of how long places stay shut after a stay: a number of minutes, a law, or rules."""
        if spec.get("turnover") is None or not isinstance(spec.get("turnover"), Scalar):
            return self._by_class(name, "turnover")
        seconds = round(SECONDS_PER_MINUTE * self._from_zero(spec, "turnover", key))
        return np.full(self.classes.size, self.laws.constant(seconds) if seconds else NONE, np.int32)

    def _check_duration(
        self, spec: Mapping, key: str, duration: NDArray[np.int32], kinds: Collection[str]
    ) -> None:
        """Refuse a stay that could have no length."""
        required(spec, "duration", key)
        if (duration[self.classes.of_kinds(kinds)] == NONE).any():
            text = "Some patients who can come here have no duration: end the list with a law for everybody."
            raise bad(standing(spec, "duration"), f"{key}.duration", "", "", text=text)

    def _priority(self, spec: Mapping, key: str, kinds: Collection[str]) -> NDArray[np.int8]:
        """(classes,) one number for all, or rules; 0 for those whom no rule is for."""
        written = spec.get("priority")
        if not isinstance(written, Sequence):
            return np.full(self.classes.size, self._rank(written, key, {}), np.int8)
        rules = []
        for item in written.items:
            rule = mapping(item, key)
            only(rule, PRIORITY_KEYS, key)
            rules.append(Rule(when_of(rule, key), required(rule, "priority", key)))
        return self.classes.rows(rules, key, self._rank, 0, kinds).astype(np.int8)

    def _rank(self, value: Value | None, key: str, words: Words[str, str]) -> int:
        priority = whole(value, key, 0)
        if priority > HIGHEST_PRIORITY_NUMBER and value is not None:
            raise bad(value, key, str(priority), f"0 (first) to {HIGHEST_PRIORITY_NUMBER} (last)")
        return priority

    def _on_need(self, spec: Mapping, key: str) -> tuple[OnNeed, ...]:
        """What becomes of a new need of somebody there, by its tier."""
        value: Value = spec.get("on_need") or Scalar("absorb", spec.origin)
        if isinstance(value, Scalar):
            return (ON_NEED[choice(value, key, ON_NEED)],) * len(TIERS)
        by_tier = mapping(value, key)
        only(by_tier, (*TIERS, "others"), key)
        return tuple(
            ON_NEED[choice(by_tier.get(tier) or required(by_tier, "others", key), f"{key}.{tier}", ON_NEED)]
            for tier in TIERS
        )

    def _word(self, spec: Mapping, part: str, key: str, allowed: Collection[str]) -> str:
        """One of some words, the first when there is none."""
        value = spec.get(part)
        return next(iter(allowed)) if value is None else choice(value, joined(key, part), allowed)

    def _from_zero(self, spec: Mapping, part: str, key: str) -> float:
        """A number that is not negative; 0 when there is none."""
        value = spec.get(part)
        if value is None:
            return 0.0
        number = self.expressions.value(scalar(value, joined(key, part)), joined(key, part))
        if number < 0.0:
            raise bad(standing(spec, part), joined(key, part), f"{number:g}", "a number from 0")
        return number
