"""Routes in network files: where people go next, with which probability, after which delay and for which reason."""

from __future__ import annotations

from collections.abc import Mapping as Words

from scenarios.network_expressions import Expressions
from scenarios.network_laws import LawTable
from scenarios.network_reading import bad, choice, mapping, only, required, scalar
from scenarios.yaml_reader import Entry, Mapping, Scalar, Value
from simulation.factors import VALUES
from simulation.network import FINISH, NONE, Alternative

HOME = "home"
REST = "rest"
WAY_KEYS = ("probability", "scaled_by", "delay", "reason", "diverts_to", "diverted_by")
EXACT_ENOUGH = 1e-6
"""How far probabilities may be from adding up to 1; what is missing goes to the last target."""


class RouteTable:
    """Collects the routes of a network; equal routes share a row. Row 0 is the way home."""

    def __init__(
        self, expressions: Expressions, laws: LawTable, settings: Words[str, int], reasons: tuple[str, ...],
        *, of_people: bool = True,
    ) -> None:  # fmt: skip
        self.expressions = expressions
        self.laws = laws
        self.settings = settings
        self.reasons = reasons
        self.of_people = of_people
        """Whether patients have an age and a severity, as those of a population have."""
        self.routes: list[tuple[Alternative, ...]] = []
        self._rows: dict[tuple[Alternative, ...], int] = {}
        self._add((Alternative(1.0, FINISH, NONE, 0),))

    def row(self, value: Value, key: str, words: Words[str, str]) -> int:
        """Row of a route: targets with probabilities that add up to 1, the last perhaps `rest`.

        Raises:
            BadInput: for unknown targets and reasons, and for probabilities that are none.
        """
        targets = mapping(value, key)
        ways: list[Alternative] = []
        total = 0.0
        for entry in targets.entries.values():
            way = self._way(entry, total, key, words)
            total = way.up_to
            ways.append(way)
        if not abs(total - 1.0) <= EXACT_ENOUGH:
            found = f"{total:.6g} in all for {self._described(words)}"
            raise bad(targets, key, found, f"probabilities that add up to 1, or a last target with {REST}")
        for given, said in ((ways[-1].value, "scaled_by"), (ways[-1].diverted_by, "diverted_by")):
            if given != NONE:
                text = "The last way takes what the others leave; put another after it, with rest."
                raise bad(targets, key, f"{said} on the last way", "", text=text)
        ways[-1] = Alternative(1.0, ways[-1].target, ways[-1].delay, ways[-1].reason)
        return self._add(tuple(ways))

    def target(self, value: Value, key: str) -> int:
        """The setting that a value names, or `FINISH` for home."""
        name = choice(value, key, (HOME, *self.settings))
        return FINISH if name == HOME else self.settings[name]

    def _way(self, entry: Entry, before: float, key: str, words: Words[str, str]) -> Alternative:
        """One alternative, after others that have the probability `before` together."""
        here = f"{key}.{entry.key}"
        target = self.target(Scalar(entry.key, entry.origin), key)
        spec = entry.value if isinstance(entry.value, Mapping) else None
        written = scalar(entry.value if spec is None else required(spec, "probability", here), here)
        share = 1.0 - before if written.text == REST else self.expressions.value(written, here, words)
        if share < -EXACT_ENOUGH or before + share > 1.0 + EXACT_ENOUGH:
            found = f"{share:.6g}, after {before:.6g}, for {self._described(words)}"
            raise bad(written, here, found, "probabilities from 0 that add up to 1")
        up_to = min(before + max(share, 0.0), 1.0)
        if spec is None:
            return Alternative(up_to, target, NONE, 0)
        only(spec, WAY_KEYS, here)
        delay, reason = spec.get("delay"), spec.get("reason")
        law = NONE if delay is None else self.laws.row(delay, f"{here}.delay", words)
        number = 0 if reason is None else 1 + self.reasons.index(choice(reason, f"{here}.reason", self.reasons))
        value = self._value(spec, "scaled_by", here)
        return Alternative(up_to, target, law, number, value, *self._diverted(spec, here))

    def _diverted(self, spec: Mapping, here: str) -> tuple[int, int]:
        """Where those go who are kept from a way, and the value that says how many keep to it."""
        if spec.get("diverts_to") is None and spec.get("diverted_by") is None:
            return NONE, NONE
        target = self.target(scalar(required(spec, "diverts_to", here), f"{here}.diverts_to"), f"{here}.diverts_to")
        required(spec, "diverted_by", here)
        return target, self._value(spec, "diverted_by", here)

    @staticmethod
    def _value(spec: Mapping, part: str, here: str) -> int:
        """The named value that a way's key asks for, or -1."""
        named = spec.get(part)
        return NONE if named is None else VALUES.index(choice(named, f"{here}.{part}", VALUES))

    def _add(self, route: tuple[Alternative, ...]) -> int:
        if route not in self._rows:
            self._rows[route] = len(self.routes)
            self.routes.append(route)
        return self._rows[route]

    def _described(self, words: Words[str, str]) -> str:
        """The patients that some words stand for: by kind alone where nobody's age and severity matter."""
        spoken = ("kind", "band", "tier") if self.of_people else ("kind",)
        return ", ".join(words[word] for word in spoken if word in words) or "everybody"
