"""Turns a network file into the frozen tables that engines interpret; docs/networks.md explains the file."""

from __future__ import annotations

from collections.abc import Mapping as Words
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from scenarios.evidence import Evidence
from scenarios.messages import BadInput, Message, nearest
from scenarios.network_checks import check_network
from scenarios.network_classes import Classes
from scenarios.network_expansion import expand, goes_first, without_end
from scenarios.network_expressions import Expressions
from scenarios.network_laws import LawTable
from scenarios.network_parts import HOURS, build_gauges, build_pools
from scenarios.network_reading import (
    bad,
    below,
    choice,
    each_name,
    flag,
    only,
    optional,
    required,
    scalar,
    sequence,
    standing,
)
from scenarios.network_routes import RouteTable
from scenarios.network_settings import SettingBuilder
from scenarios.network_streams import StreamReading, build_streams, scheduled
from scenarios.pools import REFERENCE_PEOPLE, base_date
from scenarios.resolved import Place
from scenarios.yaml_reader import Mapping, Scalar, read_yaml
from simulation.calendar import SECONDS_PER_DAY, SECONDS_PER_HOUR, Calendar
from simulation.network import ADMITTED, NONE, OVERNIGHT, THRESHOLDS, Claims, Network, Setting, Stream
from simulation.stays import BANDS

LIBRARY = Path(__file__).parent / "library" / "networks"
NETWORK_KEYS = (
    "title", "question", "source", "tick", "run", "census", "practice_hours", "kinds", "thresholds_of", "entry",
    "reasons", "pools", "gauges", "pressure", "claims", "streams", "at_start", "settings",
)  # fmt: skip
PRACTICE_KEYS = ("from", "to")
REASON_KEYS = ("title", "delay")
PRESSURE_KEYS = ("gauge", "reference", "shift")
CLAIM_KEYS = ("kind", "share_at_discharge", "days_before", "days_after", "at_start", "way")
TICK = "1 second"
FloatArray = NDArray[np.float64]
NOTHING_ADDED: Words[str, FloatArray] = MappingProxyType({})
WARDS = ("acute_beds", "assessment_beds", "older_peoples_beds")
SEEK_AE = THRESHOLDS.index("seek_ae")
LAST_OVERNIGHT = 0.999
"""Severity from which everybody who is admitted stays a night, however wide the range of those who do not."""
AFTER_FAILED_BOOKING = THRESHOLDS.index("seek_ae_after_failed_booking")


def shipped_networks() -> tuple[str, ...]:
    """Names of the networks that come with caresim."""
    return tuple(sorted(path.stem for path in LIBRARY.glob("*.yaml")))


def build_network(
    name: str, place: Place, evidence: Evidence, calendar: Calendar, added: Words[str, FloatArray] = NOTHING_ADDED
) -> Network:
    """The shipped network of that name, or the one in a file, for a place and its evidence.

    Args:
        name: of a shipped network, or a path.
        place: which has the places.
        evidence: its rows.
        calendar: of the run.
        added: (months,) places that services gain, by name; only those taken by turns are added here.

    Raises:
        BadInput: with the file, line and key of the first thing that is wrong.
    """
    path = network_path(name)
    if not path.suffix:
        shipped = shipped_networks()
        allowed = f"{', '.join(shipped)}, or a file that ends in .yaml"
        raise BadInput([Message("", 0, "network", name, allowed, nearest(name, shipped))])
    return NetworkBuilder(read_yaml(path, path.name), place, evidence, calendar, added=added).build()


def network_path(name: str) -> Path:
    """Where the file of a network lies: a shipped one by its name, otherwise the file itself."""
    return LIBRARY / f"{name}.yaml" if name in shipped_networks() else Path(name)


class NetworkBuilder:
    """Builds one network; methods follow the file from top to bottom."""

    def __init__(
        self, root: Mapping, place: Place, evidence: Evidence, calendar: Calendar, opens: int = 0,
        added: Words[str, FloatArray] = NOTHING_ADDED,
    ) -> None:
        only(root, NETWORK_KEYS, "")
        choice(root.get("tick") or Scalar(TICK, root.origin), "tick", (TICK,))
        self.root = root
        self.place = place
        self.evidence = evidence
        self.calendar = calendar
        self.expressions = Expressions(evidence, place_symbols(place, evidence))
        self.opens = opens
        self.streams = optional(root, "streams", "")
        self.expansion = expand(below(root, "settings", ""), self.streams, root.get("at_start"))
        self.texts = self.expansion.texts
        self.index = {setting: i for i, setting in enumerate(self.texts.names)}
        self.own_kinds = each_name(root.get("kinds"), "kinds")
        self.kinds = (*self.own_kinds, *(entry.key for entry in self.streams.entries.values()))
        self._check_kinds()
        self.pools, places = build_pools(
            optional(root, "pools", ""), place, self.expressions, calendar, added, opens
        )
        self.pool_index = {pool.name: i for i, pool in enumerate(self.pools)}
        self.gauges = build_gauges(optional(root, "gauges", ""), self.pool_index, self.index)
        gauges = tuple(gauge.name for gauge in self.gauges)
        self.laws = LawTable(self.expressions, calendar, gauges, places, float(place.growth.get("residual", 1.0)),
                             base_date(place))
        self.routes = RouteTable(
            self.expressions, self.laws, self.index, tuple(self.reasons), of_people=bool(self.own_kinds)
        )

    def build(self) -> Network:
        """The network.

        Raises:
            BadInput: with the first thing that is wrong.
        """
        opens, closes = self._practice_hours()
        thresholds, slopes = self._thresholds()
        entry = self._entries()
        streams = self._streams()
        claims = self._claims()
        gauge, reference, shift = self._pressure()
        builder = SettingBuilder(
            self.texts, Classes(self.kinds), self._kinds_at(), self.pool_index, self.expressions, self.laws, self.routes
        )
        settings = self._expanded(tuple(builder.build(name) for name in self.texts.names), builder.classes)
        network = Network(
            settings=settings,
            pools=self.pools,
            laws=tuple(self.laws.laws),
            routes=tuple(self.routes.routes),
            gauges=self.gauges,
            streams=streams,
            kinds=self.kinds,
            reasons=("", *self.reasons),
            delay_reasons=(False, *self.reasons.values()),
            thresholds=thresholds,
            threshold_slope=slopes,
            threshold_base_tick=(base_date(self.place) - self.calendar.start).days * SECONDS_PER_DAY,
            pressure_gauge=gauge,
            pressure_reference=reference,
            pressure_shift=shift,
            entry=entry,
            discharge_hour_table=self._discharge_hours(),
            open_first_second=opens,
            open_last_second=closes,
            census_seconds=self._census(),
            claims=claims,
            tables=tuple(self.laws.tables),
        )
        check_network(network, self.texts)
        return network

    def _streams(self) -> tuple[Stream, ...]:
        """Streams of the file, then those of people who are there, or wait, when the run begins."""
        reading = StreamReading(
            self.expressions, self.calendar, self.opens, self.place, self.laws, self.kinds, self.index,
            self.expansion.away,
        )  # fmt: skip
        streams = list(build_streams(self.streams, reading))
        for found in self.expansion.found:
            for count, setting in ((found.there, found.twin), (found.waiting, found.setting)):
                name, ticks = f"{found.who} {setting}", [self.opens] * count
                streams.append(scheduled(name, reading, self.index[setting], ticks, found.who))
        return tuple(streams)

    def _expanded(self, settings: tuple[Setting, ...], classes: Classes) -> tuple[Setting, ...]:
        """Settings in which whoever is there already goes first, and who never leaves for good goes away."""
        twins = {found.twin for found in self.expansion.found}
        first = tuple(goes_first(setting) if setting.name in twins else setting for setting in settings)
        members = {self.index[name]: classes.of_kinds([who]) for who, name in self.expansion.away.items()}
        return without_end(first, self.routes.routes, members)

    @cached_property
    def reasons(self) -> dict[str, bool]:
        """Reasons for holding a place, and whether each is a delay of somebody medically fit."""
        reasons = optional(self.root, "reasons", "")
        found = {}
        for name in [entry.key for entry in reasons.entries.values()]:
            key, reason = f"reasons.{name}", below(reasons, name, "reasons")
            only(reason, REASON_KEYS, key)
            found[name] = flag(required(reason, "delay", key), f"{key}.delay")
        return found

    def _check_kinds(self) -> None:
        for position, kind in enumerate(self.kinds):
            if kind in self.kinds[:position]:
                is_stream = kind in self.streams.entries
                where = standing(self.streams, kind) if is_stream else standing(self.root, "kinds")
                key = f"streams.{kind}" if is_stream else "kinds"
                raise bad(where, key, kind, "each kind, and each stream, under a name of its own")

    def _census(self) -> int:
        """Seconds between two readings of the gauges; a day, where the file does not say."""
        if self.root.get("census") is None:
            return SECONDS_PER_DAY
        seconds = round(self._number(self.root, "census", ""))
        if seconds < 1:
            raise bad(required(self.root, "census", ""), "census", str(seconds), "seconds, at least 1")
        return seconds

    def _practice_hours(self) -> tuple[int, int]:
        """Seconds of a weekday from and to which general practice is open; none, where a network has none."""
        if self.root.get("practice_hours") is None:
            return 0, 0
        hours = below(self.root, "practice_hours", "")
        only(hours, PRACTICE_KEYS, "practice_hours")
        opens, closes = (self._number(hours, part, "practice_hours") for part in PRACTICE_KEYS)
        if not 0.0 <= opens < closes <= len(HOURS):
            raise bad(hours, "practice_hours", f"{opens:g} to {closes:g}", "hours of a day, the first before the last")
        return round(SECONDS_PER_HOUR * opens), round(SECONDS_PER_HOUR * closes)

    def _entries(self) -> NDArray[np.int32]:
        """(kinds,) setting at which a need of each kind begins."""
        spec = optional(self.root, "entry", "")
        only(spec, (*self.own_kinds, "others"), "entry")
        result = np.full(len(self.kinds), NONE, np.int32)
        for i, kind in enumerate(self.own_kinds):
            value = spec.get(kind) or required(spec, "others", "entry")
            result[i] = self.index[choice(value, f"entry.{kind}", self.index)]
        return result

    def _kinds_at(self) -> dict[str, set[str]]:
        """Kinds of patients that can come to each setting."""
        kinds_at: dict[str, set[str]] = {name: set() for name in self.texts.names}
        entries = self._entries()
        claims = self.root.get("claims")
        homes = set() if claims is None else _names_in(claims) & set(self.texts.names)
        for number, kind in enumerate(self.kinds):
            if kind in self.own_kinds:
                first = {self.texts.names[entries[number]]} | homes
            else:
                stream = below(self.streams, kind, "streams")
                first = {choice(required(stream, "to", f"streams.{kind}"), f"streams.{kind}.to", self.index)}
                first |= {found.twin for found in self.expansion.found if found.who == kind}
                first |= {found.setting for found in self.expansion.found if found.who == kind}
                if kind in self.expansion.away:
                    first.add(self.expansion.away[kind])
            for name in self.texts.reached_from(first):
                kinds_at[name].add(kind)
        return kinds_at

    def _thresholds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Severity thresholds of the base year and their change a year, both (kinds, bands, THRESHOLDS)."""
        shape = (len(self.kinds), len(BANDS), len(THRESHOLDS))
        base, slope = np.zeros(shape), np.zeros(shape)
        if self.root.get("thresholds_of") is None:
            return base, slope
        spec = below(self.root, "thresholds_of", "")
        only(spec, self.kinds, "thresholds_of")
        strata = set(self.evidence.strata("severity.threshold_admitted"))
        attendance_growth = self.evidence.value("growth.ae_attendance_residual")
        attendance_growth *= self.evidence.value("level.growth_of_attendances")
        admission_growth = self.evidence.value("level.growth_of_admissions")
        zero_day = self.evidence.values("level.zero_day", BANDS)
        mass = self.evidence.value("growth.ae_attendances_over_not_admitted", "all")
        for k, kind in enumerate(self.kinds):
            written = spec.get(kind)
            named = scalar(written, f"thresholds_of.{kind}").text if written is not None else kind
            choices = [part.strip().removeprefix("or ") for part in named.split(",")]
            for b, band in enumerate(BANDS):
                found = next((c for c in choices if f"{band}; {c}" in strata), "acute")
                stratum = f"{band}; {found}"
                for t, threshold in enumerate(THRESHOLDS):
                    base[k, b, t] = self.evidence.value(f"severity.threshold_{threshold}", stratum)
                widened = zero_day[b] * (base[k, b, OVERNIGHT] - base[k, b, ADMITTED])
                base[k, b, OVERNIGHT] = max(min(base[k, b, ADMITTED] + widened, LAST_OVERNIGHT), base[k, b, ADMITTED])
                slope[k, b, ADMITTED] = admission_growth * self.evidence.value(
                    "severity.admission_threshold_shift", stratum)
                seek_ae = -attendance_growth * mass * (base[k, b, ADMITTED] - base[k, b, SEEK_AE])
                slope[k, b, SEEK_AE] = slope[k, b, AFTER_FAILED_BOOKING] = seek_ae
        return base, slope * float(self.place.growth.get("residual", 1.0))

    def _pressure(self) -> tuple[int, float, float]:
        """Gauge, reference and shift of the admission threshold."""
        if self.root.get("pressure") is None:
            return NONE, 0.0, 0.0
        pressure = below(self.root, "pressure", "")
        only(pressure, PRESSURE_KEYS, "pressure")
        names = [gauge.name for gauge in self.gauges]
        gauge = names.index(choice(required(pressure, "gauge", "pressure"), "pressure.gauge", names))
        return gauge, self._number(pressure, "reference", "pressure"), self._number(pressure, "shift", "pressure")

    def _claims(self) -> Claims:
        """How people who come to need a care home move into one."""
        if self.root.get("claims") is None:
            return Claims(NONE, 0.0, 0.0, 0.0, 0, ())
        claims = below(self.root, "claims", "")
        only(claims, CLAIM_KEYS, "claims")
        kind = self.kinds.index(choice(required(claims, "kind", "claims"), "claims.kind", self.own_kinds))
        ways = sequence(required(claims, "way", "claims"), "claims.way")
        if len(ways) != 1 or not isinstance(ways[0], Mapping):
            raise bad(claims, "claims.way", f"{len(ways)} rules", "a list of one rule, with to")
        only(ways[0], ("to",), "claims.way")
        route = self.routes.row(required(ways[0], "to", "claims.way"), "claims.way", {})
        at_start = self.routes.routes[self.routes.row(required(claims, "at_start", "claims"), "claims.at_start", {})]
        share = self._number(claims, "share_at_discharge", "claims")
        before, after = (self._number(claims, part, "claims") for part in ("days_before", "days_after"))
        if not 0.0 <= share <= 1.0 or min(before, after) < 0.0:
            found = f"{share:g}, {before:g} and {after:g} days"
            raise bad(claims, "claims", found, "a share from 0 to 1, and days from 0")
        return Claims(kind, share, before, after, route, tuple((way.target, way.up_to) for way in at_start))

    def _discharge_hours(self) -> int:
        """Row of the table of the hour at which people leave a ward."""
        known = self.evidence.strata("wards.discharge_hour")
        strata = [f"hour {hour}" for hour in HOURS]
        weights = [self.evidence.value("wards.discharge_hour", s) if s in known else 0.0 for s in strata]
        return self.laws.hours_table(weights)

    def _number(self, spec: Mapping, part: str, key: str) -> float:
        where = f"{key}.{part}" if key else part
        return self.expressions.value(scalar(required(spec, part, key), where), where)


def place_symbols(place: Place, evidence: Evidence) -> dict[str, float]:
    """Numbers of a place that expressions may read.

    `occupancy_offset` is how much emptier the wards of this place run than those of the reference place, on average:
    a small hospital keeps more beds free for the same risk of being full, and its pressure is judged from there. It
    is 0 where there are no wards.
    """
    people = place.people if place.bed_people is None else place.bed_people
    load = sum(evidence.value("pool.load", ward) for ward in WARDS) * people / REFERENCE_PEOPLE
    beds = sum(place.services.get(ward, evidence.value("pool.places", ward)) for ward in WARDS)
    usual = sum(evidence.value("pool.load", w) for w in WARDS) / sum(evidence.value("pool.places", w) for w in WARDS)
    return {f"places.{pool}": places for pool, places in place.services.items()} | {
        "occupancy_offset": load / beds - usual if beds > 0.0 else 0.0
    }


def _names_in(value: object) -> set[str]:
    """Keys that stand anywhere in a value."""
    if isinstance(value, Mapping):
        return set().union(*({entry.key} | _names_in(entry.value) for entry in value.entries.values()))
    return set().union(*(_names_in(item) for item in getattr(value, "items", ())))
