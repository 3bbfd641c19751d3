"""Turns a network file into the frozen tables that engines interpret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping as Words
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.evidence import Evidence
from scenarios.messages import BadInput, Message, listed, nearest
from scenarios.network_expressions import Expressions
from scenarios.network_laws import MONTHS, LawTable, years_from_base
from scenarios.network_parts import build_gauges, build_pools, build_streams, clock_hours
from scenarios.network_reading import (
    bad,
    choice,
    each_name,
    flag,
    mapping,
    only,
    required,
    scalar,
    sequence,
    whole,
    words_of,
)
from scenarios.pools import REFERENCE_PEOPLE
from scenarios.resolved import Place
from scenarios.yaml_reader import Mapping, Scalar, Value, read_yaml
from simulation.calendar import SECONDS_PER_DAY, Calendar
from simulation.network import (
    CLASSES_PER_KIND,
    FINISH,
    NONE,
    THRESHOLDS,
    TIERS,
    Alternative,
    Mark,
    Network,
    OnNeed,
    Presence,
    Setting,
)
from simulation.stays import BANDS

LIBRARY = Path(__file__).parent / "library" / "networks"
HOME = "home"
REST = "rest"
PRESENCES = {presence.name.lower(): presence for presence in Presence}
MARKS = {mark.name.lower(): mark for mark in Mark}
ON_NEED = {answer.name.lower(): answer for answer in OnNeed}
SETTING_KEYS = (
    "title", "presence", "tags", "pools", "hold", "queue_limit", "overflow", "turnover", "mark", "reassesses",
    "held_until_death_days", "takes_claims", "on_need", "on_admission", "lead_time", "priority", "duration", "plan",
    "patience", "routes", "gave_up", "turned_away",
)  # fmt: skip
NETWORK_KEYS = (
    "title", "tick", "census", "practice_hours", "kinds", "thresholds_of", "entry", "reasons", "pools", "gauges",
    "pressure", "claims", "streams", "settings",
)  # fmt: skip
WHEN_KEYS = ("kind", "band", "tier", "open", "planned")
_BASE_DATE = date(2016, 10, 1)


@dataclass(frozen=True)
class ClassWords:
    """One class of patients, in the words of the file."""

    kind: str
    band: str
    tier: str
    open: str
    planned: str

    def words(self) -> dict[str, str]:
        """What placeholders stand for; people in care homes have the stays of the oldest."""
        return {
            "kind": self.kind,
            "band": self.band,
            "tier": self.tier,
            "age": "85+" if self.band == BANDS[-1] else self.band,
        }


def build_network(name: str, place: Place, evidence: Evidence, calendar: Calendar) -> Network:
    """The shipped network of that name, or the one in a file, for a place and its evidence.

    Raises:
        BadInput: with the file, line and key of the first thing that is wrong.
    """
    shipped = LIBRARY / f"{name}.yaml"
    path = shipped if shipped.exists() else Path(name)
    return NetworkBuilder(read_yaml(path, path.name), place, evidence, calendar).build()


class NetworkBuilder:
    """Builds one network; methods follow the file from top to bottom."""

    def __init__(self, root: Mapping, place: Place, evidence: Evidence, calendar: Calendar) -> None:
        only(root, NETWORK_KEYS, "")
        self.root = root
        self.place = place
        self.evidence = evidence
        self.calendar = calendar
        self.expressions = Expressions(evidence, place_symbols(place, evidence))
        self.settings = mapping(required(root, "settings", ""), "settings")
        self.names = tuple(sorted(entry.key for entry in self.settings.entries.values()))
        self.index = {setting: i for i, setting in enumerate(self.names)}
        self.streams = mapping(root.get("streams") or Mapping({}, root.origin), "streams")
        self.kinds = (
            *each_name(root.get("kinds"), "kinds"),
            *(entry.key for entry in self.streams.entries.values()),
        )
        self.pools = build_pools(mapping(required(root, "pools", ""), "pools"), place, self.expressions, calendar)
        self.pool_index = {pool.name: i for i, pool in enumerate(self.pools)}
        gauges = mapping(root.get("gauges") or Mapping({}, root.origin), "gauges")
        self.gauges = build_gauges(gauges, self.pool_index, self.index)
        self.laws = LawTable(self.expressions, calendar, tuple(gauge.name for gauge in self.gauges))
        self.routes: list[tuple[Alternative, ...]] = [(Alternative(1.0, FINISH, NONE, 0),)]
        self._route_rows: dict[tuple[Alternative, ...], int] = {self.routes[0]: 0}

    def build(self) -> Network:
        """The network."""
        settings = tuple(self._setting(name) for name in self.names)
        thresholds, slopes = self._thresholds()
        claims = self._claims()
        gauge, reference, shift = self._pressure()
        streams = build_streams(self.streams, self.place, self.expressions, self.calendar, self.kinds, self.index)
        network = Network(
            settings=settings,
            pools=self.pools,
            laws=tuple(self.laws.laws),
            tables=(),
            routes=tuple(self.routes),
            gauges=self.gauges,
            streams=streams,
            kinds=self.kinds,
            reasons=("", *self.reasons),
            delay_reasons=(False, *self.reasons.values()),
            thresholds=thresholds,
            threshold_slope=slopes,
            threshold_base_tick=(_BASE_DATE - self.calendar.start).days * SECONDS_PER_DAY,
            pressure_gauge=gauge,
            pressure_reference=reference,
            pressure_shift=shift,
            entry=self._entries(),
            discharge_hour_table=self._discharge_hours(),
            open_first_second=self._opening("from"),
            open_last_second=self._opening("to"),
            census_seconds=round(self._optional(self.root, "census", "") or SECONDS_PER_DAY),
            claim_kind=self._claim_kind(),
            claim_share=claims[0],
            claim_days=claims[1],
            claim_route=claims[2],
            starts_in=claims[3],
        )
        check_holding(network, self.settings)
        return _with_tables(network, tuple(self.laws.tables))

    @cached_property
    def reasons(self) -> dict[str, bool]:
        """Reasons for holding a place, and whether each is a delay of somebody medically fit."""
        found = {}
        reasons = self.root.get("reasons") or Mapping({}, self.root.origin)
        for entry in mapping(reasons, "reasons").entries.values():
            reason = mapping(entry.value, f"reasons.{entry.key}")
            found[entry.key] = flag(required(reason, "delay", f"reasons.{entry.key}"), f"reasons.{entry.key}.delay")
        return found

    def _setting(self, name: str) -> Setting:
        spec = mapping(self._spec(name), name)
        only(spec, SETTING_KEYS, name)
        presence = PRESENCES[choice(required(spec, "presence", name), f"{name}.presence", PRESENCES)]
        lead_time = spec.get("lead_time")
        turnover = self._optional(spec, "turnover", name)
        return Setting(
            name=name,
            title=scalar(required(spec, "title", name), f"{name}.title").text,
            presence=presence,
            tags=each_name(spec.get("tags"), f"{name}.tags"),
            pools=tuple(self._pool(pool, name) for pool in sequence(spec.get("pools"), f"{name}.pools")),
            hold=flag(spec.get("hold"), f"{name}.hold"),
            queue_limit=whole(spec.get("queue_limit"), f"{name}.queue_limit", NONE),
            overflow=self._target(spec.get("overflow"), f"{name}.overflow") if spec.get("overflow") else NONE,
            turnover_seconds=round(60 * turnover),
            mark=MARKS[choice(spec.get("mark") or Scalar("nothing", spec.origin), f"{name}.mark", MARKS)],
            reassesses=flag(spec.get("reassesses"), f"{name}.reassesses"),
            held_until_death_days=self._optional(spec, "held_until_death_days", name),
            takes_claims=flag(spec.get("takes_claims"), f"{name}.takes_claims"),
            on_need=self._on_need(spec.get("on_need"), name),
            ends_on_admission=choice(
                spec.get("on_admission") or Scalar("keep", spec.origin), f"{name}.on_admission", ("keep", "end")
            ) == "end",
            lead_time=NONE if lead_time is None else self.laws.row(lead_time, f"{name}.lead_time", {}),
            priority=np.full(self._classes, whole(spec.get("priority"), f"{name}.priority", 0), np.int8),
            duration=self._laws_by_class(name, "duration", needed=presence != Presence.CONTACT),
            plan=self._laws_by_class(name, "plan"),
            patience=self._laws_by_class(name, "patience"),
            routes=self._routes_by_class(name, "routes"),
            gave_up=self._routes_by_class(name, "gave_up"),
            turned_away=self._routes_by_class(name, "turned_away"),
        )

    @property
    def _classes(self) -> int:
        return len(self.kinds) * CLASSES_PER_KIND

    def _spec(self, name: str) -> Value:
        value = self.settings.get(name)
        assert value is not None
        return value

    def _laws_by_class(self, name: str, part: str, needed: bool = False) -> NDArray[np.int32]:
        """(classes,) law rows of a key that is one law, or a list of laws with the patients they are for."""
        value = mapping(self._spec(name), name).get(part)
        if value is None:
            if needed:
                raise bad(self._spec(name), f"{name}.{part}", "", f"the key {part}, which is missing")
            return np.full(self._classes, NONE, np.int32)
        if isinstance(value, Mapping):
            return self._by_class(name, part, [(None, value)], self.laws.row, NONE)
        rules: list[tuple[Mapping | None, Value]] = []
        for rule in self._rules(name, part):
            rules.append((_when(rule), required(rule, "law", f"{name}.{part}")))
        return self._by_class(name, part, rules, self.laws.row, NONE)

    def _routes_by_class(self, name: str, part: str) -> NDArray[np.int32]:
        """(classes,) route rows of a list of ways on with the patients they are for."""
        if mapping(self._spec(name), name).get(part) is None:
            return np.zeros(self._classes, np.int32)
        rules: list[tuple[Mapping | None, Value]] = [
            (_when(rule), required(rule, "to", f"{name}.{part}")) for rule in self._rules(name, part)
        ]
        return self._by_class(name, part, rules, self._route, 0)

    def _rules(self, name: str, part: str) -> Iterator[Mapping]:
        """Rules of a key, those of another key or setting put in where `as` names it."""
        value = mapping(self._spec(name), name).get(part)
        for item in sequence(value, f"{name}.{part}"):
            rule = mapping(item, f"{name}.{part}")
            only(rule, ("when", "to", "law", "as"), f"{name}.{part}")
            other = rule.get("as")
            if other is None:
                yield rule
                continue
            word = choice(other, f"{name}.{part}.as", (*SETTING_KEYS, *self.names))
            yield from self._rules(word, part) if word in self.names else self._rules(name, word)

    def _by_class(
        self,
        name: str,
        part: str,
        rules: list[tuple[Mapping | None, Value]],
        build: object,
        without: int,
    ) -> NDArray[np.int32]:
        """(classes,) the row that the first rule which fits each class comes to."""
        key = f"{name}.{part}"
        tests = [(_test(when, key, self.kinds), value, _reads(value)) for when, value in rules]
        rows: dict[tuple[object, ...], int] = {}
        result = np.full(self._classes, without, np.int32)
        for position, patients in enumerate(self._class_words):
            if name not in self._reached_by[patients.kind]:
                continue
            for number, (fits, value, placeholders) in enumerate(tests):
                if all(getattr(patients, word) in allowed for word, allowed in fits.items()):
                    words = patients.words()
                    identity = (number, *(words[word] for word in sorted(placeholders & words.keys())))
                    if identity not in rows:
                        rows[identity] = build(value, key, words)  # type: ignore[operator]
                    result[position] = rows[identity]
                    break
        return result

    @cached_property
    def _reached_by(self) -> dict[str, set[str]]:
        """Settings that episodes of each kind can come to."""
        ahead: dict[str, set[str]] = {name: self._targets_of(name) for name in self.names}
        reached = {}
        entries = self._entries()
        for number, kind in enumerate(self.kinds):
            stream = self.streams.get(kind)
            if stream is None:
                found = {self.names[entries[number]]}
                if self.root.get("claims") is not None:
                    found |= _names_in(required(self.root, "claims", "")) & set(self.names)
            else:
                found = {choice(required(mapping(stream, kind), "to", kind), f"streams.{kind}.to", self.names)}
            new = set(found)
            while new:
                new = set().union(*(ahead[name] for name in new)) - found
                found |= new
            reached[kind] = found
        return reached

    def _targets_of(self, name: str) -> set[str]:
        """Settings that can follow a setting."""
        found: set[str] = set()
        for part in ("routes", "gave_up", "turned_away"):
            for rule in self._rules(name, part):
                targets = mapping(required(rule, "to", f"{name}.{part}"), f"{name}.{part}")
                found |= {entry.key for entry in targets.entries.values()}
        overflow = mapping(self._spec(name), name).get("overflow")
        if overflow is not None:
            found.add(scalar(overflow, f"{name}.overflow").text)
        return found & set(self.names)

    @cached_property
    def _class_words(self) -> list[ClassWords]:
        """Every class, in the order of `simulation.network.class_index`."""
        return [
            ClassWords(kind, band, tier, is_open, planned)
            for kind in self.kinds
            for band in BANDS
            for tier in TIERS
            for is_open in ("no", "yes")
            for planned in ("no", "yes")
        ]

    def _route(self, value: Value, key: str, words: Words[str, str]) -> int:
        """Row of a route: targets with probabilities that add up to 1, the last perhaps `rest`."""
        targets = mapping(value, key)
        ways: list[Alternative] = []
        total = 0.0
        for entry in targets.entries.values():
            spec = entry.value if isinstance(entry.value, Mapping) else None
            written = scalar(required(spec, "probability", key) if spec else entry.value, f"{key}.{entry.key}")
            share = 1.0 - total if written.text == REST else self.expressions.value(written, key, words)
            total += share
            if share < -1e-9 or total > 1.0 + 1e-6:
                allowed = "probabilities from 0 that add up to 1 at most"
                raise bad(written, f"{key}.{entry.key}", f"{total:.4g} so far for {_described(words)}", allowed)
            delay, reason = NONE, 0
            if spec is not None:
                only(spec, ("probability", "delay", "reason"), f"{key}.{entry.key}")
                delay, reason = self._wait(spec, f"{key}.{entry.key}", words)
            ways.append(Alternative(min(total, 1.0), self._named(entry.key, entry.origin), delay, reason))
        if abs(total - 1.0) > 1e-6:
            raise bad(targets, key, f"probabilities that add up to {total:.4g}", f"a sum of 1, or a target with {REST}")
        ways[-1] = Alternative(1.0, ways[-1].target, ways[-1].delay, ways[-1].reason)
        row = tuple(ways)
        if row not in self._route_rows:
            self._route_rows[row] = len(self.routes)
            self.routes.append(row)
        return self._route_rows[row]

    def _wait(self, spec: Mapping, key: str, words: Words[str, str]) -> tuple[int, int]:
        delay, reason = spec.get("delay"), spec.get("reason")
        law = NONE if delay is None else self.laws.row(delay, f"{key}.delay", words)
        if reason is None:
            return law, 0
        return law, 1 + list(self.reasons).index(choice(reason, f"{key}.reason", self.reasons))

    def _target(self, value: Value | None, key: str) -> int:
        assert value is not None
        return self._named(scalar(value, key).text, value.origin)

    def _named(self, name: str, origin: object) -> int:
        if name == HOME:
            return FINISH
        if name not in self.index:
            where = Scalar(name, origin)  # type: ignore[arg-type]
            raise bad(where, "routes", name, "home, or the name of a setting", nearest(name, (HOME, *self.names)))
        return self.index[name]

    def _pool(self, value: Value, name: str) -> int:
        return self.pool_index[choice(value, f"{name}.pools", self.pool_index)]

    def _on_need(self, value: Value | None, name: str) -> tuple[OnNeed, ...]:
        """What becomes of a new need of somebody there, by its tier."""
        if value is None or isinstance(value, Scalar):
            answer = OnNeed.ABSORB if value is None else ON_NEED[choice(value, f"{name}.on_need", ON_NEED)]
            return (answer,) * len(TIERS)
        by_tier = mapping(value, f"{name}.on_need")
        only(by_tier, (*TIERS, "others"), f"{name}.on_need")
        return tuple(
            ON_NEED[choice(by_tier.get(tier) or required(by_tier, "others", name), f"{name}.on_need", ON_NEED)]
            for tier in TIERS
        )

    def _entries(self) -> NDArray[np.int32]:
        spec = mapping(self.root.get("entry") or Mapping({}, self.root.origin), "entry")
        only(spec, (*self.kinds, "others"), "entry")
        result = np.full(len(self.kinds), NONE, np.int32)
        for i, kind in enumerate(self.kinds[: len(self.kinds) - len(self.streams.entries)]):
            result[i] = self._target(spec.get(kind) or required(spec, "others", "entry"), f"entry.{kind}")
        return result

    def _thresholds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Severity thresholds of the base year and their change a year, both (kinds, bands, 5)."""
        shape = (len(self.kinds), len(BANDS), len(THRESHOLDS))
        base, slope = np.zeros(shape), np.zeros(shape)
        if self.root.get("thresholds_of") is None:
            return base, slope
        spec = mapping(required(self.root, "thresholds_of", ""), "thresholds_of")
        strata = set(self.evidence.strata("severity.threshold_admitted"))
        attendance_growth = self.evidence.value("growth.ae_attendance_residual")
        mass = self.evidence.value("growth.ae_attendances_over_not_admitted", "all")
        for k, kind in enumerate(self.kinds):
            written = spec.get(kind)
            named = scalar(written, "thresholds_of").text if written is not None else kind
            for b, band in enumerate(BANDS):
                choices = [part.strip().removeprefix("or ") for part in named.split(",")]
                found = next((c for c in choices if f"{band}; {c}" in strata), "acute")
                stratum = f"{band}; {found}"
                for t, threshold in enumerate(THRESHOLDS):
                    base[k, b, t] = self.evidence.value(f"severity.threshold_{threshold}", stratum)
                slope[k, b, 3] = self.evidence.value("severity.admission_threshold_shift", stratum)
                slope[k, b, 2] = -attendance_growth * mass * (base[k, b, 3] - base[k, b, 2])
                slope[k, b, 1] = slope[k, b, 2]
        return base, slope * self._growth_switch

    @property
    def _growth_switch(self) -> float:
        return float(self.place.growth.get("residual", 1.0))

    def _pressure(self) -> tuple[int, float, float]:
        spec = self.root.get("pressure")
        if spec is None:
            return NONE, 0.0, 0.0
        pressure = mapping(spec, "pressure")
        only(pressure, ("gauge", "reference", "shift"), "pressure")
        names = [gauge.name for gauge in self.gauges]
        gauge = names.index(choice(required(pressure, "gauge", "pressure"), "pressure.gauge", names))
        return gauge, self._number(pressure, "reference", "pressure"), self._number(pressure, "shift", "pressure")

    def _claims(self) -> tuple[float, float, int, tuple[tuple[int, float], ...]]:
        spec = self.root.get("claims")
        if spec is None:
            return 0.0, 0.0, 0, ()
        claims = mapping(spec, "claims")
        only(claims, ("kind", "share_at_next_discharge", "longest_wait_days", "at_start", "way"), "claims")
        way = mapping(sequence(required(claims, "way", "claims"), "claims.way")[0], "claims.way")
        route = self._route(required(way, "to", "claims.way"), "claims.way", {})
        start_row = self.routes[self._route(required(claims, "at_start", "claims"), "claims.at_start", {})]
        return (
            self._number(claims, "share_at_next_discharge", "claims"),
            self._number(claims, "longest_wait_days", "claims"),
            route,
            tuple((alternative.target, alternative.up_to) for alternative in start_row),
        )

    def _opening(self, part: str) -> int:
        """Second of a weekday from or to which general practice is open; never, where a network has none."""
        hours = self.root.get("practice_hours")
        if hours is None:
            return 0
        return round(3600 * self._number(mapping(hours, "practice_hours"), part, "practice_hours"))

    def _claim_kind(self) -> int:
        claims = self.root.get("claims")
        if claims is None:
            return NONE
        return self.kinds.index(choice(required(mapping(claims, "claims"), "kind", "claims"), "claims.kind", self.kinds))

    def _discharge_hours(self) -> int:
        weights = dict(zip(self.evidence.strata("wards.discharge_hour"), [0.0] * 24, strict=False))
        return self.laws.hours_table(
            [
                self.evidence.value("wards.discharge_hour", f"hour {hour:02d}") if f"hour {hour:02d}" in weights else 0.0
                for hour in range(24)
            ]
        )

    def _number(self, spec: Mapping, part: str, key: str) -> float:
        return self.expressions.value(scalar(required(spec, part, key), f"{key}.{part}"), f"{key}.{part}")

    def _optional(self, spec: Mapping, part: str, key: str) -> float:
        return self._number(spec, part, key) if spec.get(part) is not None else 0.0


def place_symbols(place: Place, evidence: Evidence) -> dict[str, float]:
    """Numbers of a place that expressions may read.

    `occupancy_offset` is how much emptier the wards of this place run than those of the reference place, on average:
    a small hospital keeps more beds free for the same risk of being full, and its pressure is judged from there.
    """
    wards = ("acute_beds", "assessment_beds", "older_peoples_beds")
    load = sum(evidence.value("pool.load", ward) for ward in wards) * place.people / REFERENCE_PEOPLE
    beds = sum(place.services.get(ward, evidence.value("pool.places", ward)) for ward in wards)
    usual = sum(evidence.value("pool.load", w) for w in wards) / sum(evidence.value("pool.places", w) for w in wards)
    return {f"places.{pool}": places for pool, places in place.services.items()} | {
        "occupancy_offset": load / beds - usual
    }


def check_holding(network: Network, where: Mapping) -> None:
    """Refuse a cycle of finite settings that hold their place for each other: they could wait for ever (R6).

    Raises:
        BadInput: naming the settings of the cycle.
    """
    holds: dict[int, set[int]] = {}
    for index, setting in enumerate(network.settings):
        if setting.hold and any(network.pools[pool].limited for pool in setting.pools):
            holds[index] = {
                way.target
                for row in np.unique(setting.routes)
                for way in network.routes[row]
                if way.target != FINISH and set(network.settings[way.target].pools) - set(setting.pools)
            }
    for start in holds:
        seen, ahead = set(), [start]
        while ahead:
            for target in holds.get(ahead.pop(), ()):
                if target == start:
                    names = listed(network.settings[s].name for s in sorted(seen | {start}))
                    allowed = "routes without a circle of places that are held for each other"
                    raise bad(where, "settings", f"a circle: {names}", allowed)
                if target not in seen:
                    seen.add(target)
                    ahead.append(target)


def _with_tables(network: Network, tables: tuple[NDArray[np.float64], ...]) -> Network:
    fields = {name: getattr(network, name) for name in network.__dataclass_fields__}
    return Network(**{**fields, "tables": tables})


def _when(rule: Mapping) -> Mapping | None:
    when = rule.get("when")
    return None if when is None else mapping(when, "when")


def _test(when: Mapping | None, key: str, kinds: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Words that each part of a class must be one of."""
    if when is None:
        return {}
    only(when, WHEN_KEYS, f"{key}.when")
    allowed = {"kind": kinds, "band": BANDS, "tier": TIERS, "open": ("yes", "no"), "planned": ("yes", "no")}
    return {
        entry.key: words_of(entry.value, f"{key}.when.{entry.key}", allowed[entry.key])
        for entry in when.entries.values()
    }


def _reads(value: Value) -> set[str]:
    """Placeholders that stand anywhere in a value."""
    if isinstance(value, Scalar):
        return {word for word in ("kind", "band", "tier", "age") if f"{{{word}}}" in value.text}
    if isinstance(value, Mapping):
        return set().union(*(_reads(entry.value) for entry in value.entries.values()))
    return set().union(*(_reads(item) for item in value.items))


def _names_in(value: Value) -> set[str]:
    """Keys that stand anywhere in a value."""
    if isinstance(value, Scalar):
        return set()
    if isinstance(value, Mapping):
        return set().union(*({entry.key} | _names_in(entry.value) for entry in value.entries.values()))
    return set().union(*(_names_in(item) for item in value.items))


def _described(words: Words[str, str]) -> str:
    return ", ".join(words[word] for word in ("kind", "band", "tier") if word in words) or "everybody"


