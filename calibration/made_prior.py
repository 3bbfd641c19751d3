"""Which published results made the ranges before the fit: to predict one of these again is no test of the model.

A service says which results stand behind its numbers (`sources`, key by key) and which were read for it (`evidence`).
A result made the prior when it, or another number of the same study, is among either for a service of the scenario that
predicts it. Nothing is listed by hand: what a preset cites decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from calibration.contrasts import Span, scenarios_of
from calibration.estimands import systems_of
from calibration.targets import NEITHER, Target
from scenarios.evidence import load
from scenarios.resolved import Intervention

PLACE: Final = "england-average-25k"
"""Where scenarios are read; what services cite is the same in every place."""
YEARS: Final = Span(1, 10)
"""Over which; long enough for every date that a scenario gives, and nothing is simulated."""


def made_prior(target: Target) -> str:
    """How a row stands behind the prior of what predicts it, in words; empty when it does not.

    Raises:
        scenarios.messages.BadInput: there is no scenario of a name that the row gives.
    """
    own = tuple(each.strip() for each in target.source.split(";") if each.strip())
    names = tuple(sorted(set(systems_of(target)) - {NEITHER}))
    if not own or not names:
        return ""
    return next(_citations(own, _services(names)), "")


def _citations(own: tuple[str, ...], services: Iterable[Intervention]) -> Iterator[str]:
    """What is cited, the plainest first: a row's own number behind a value, its study, then what was only read."""
    studies = {_study(each) for each in own} - {""}
    cited = [(each, service.id) for service in services for each in _behind_values(service)]
    read = [(each, service.id) for service in services for each in service.evidence]
    yield from (f"{each} is behind a value of {service}" for each, service in cited if each in own)
    yield from (f"{each}, of the same study, is behind a value of {service}"
                for each, service in cited if _study(each) in studies)  # fmt: skip
    yield from (f"{each} was read for {service}" for each, service in read if each in own)
    yield from (f"{each}, of the same study, was read for {service}"
                for each, service in read if _study(each) in studies)  # fmt: skip


def _behind_values(service: Intervention) -> list[str]:
    return [each for named in service.sources.values() for each in named]


@cache
def _services(names: tuple[str, ...]) -> tuple[Intervention, ...]:
    """Services of some scenarios, each once."""
    found = {}
    for scenario in scenarios_of(names, PLACE, YEARS)[1:]:
        found.update({service.id: service for service in scenario.interventions})
    return tuple(found.values())


def _study(result: str) -> str:
    """Title of the publication that a result is from, without the part of it; empty when it is not in the table."""
    known = load().results().get(result)
    return "" if known is None else known.source_title.split(" (")[0].strip()
