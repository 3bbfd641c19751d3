"""Choosing between plans, as Python functions: which is best, which mix, what it would take, and when a plan fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, Unpack

import numpy as np
import pandas as pd

from caresim import discovering, finding, optimising, ranking
from caresim.asking import Question, answer_to
from caresim.options import (
    DEFAULT_BUDGET,
    DEFAULT_ENGINE,
    DEFAULT_RANK_BUDGET,
    DEFAULT_REPLICATIONS,
    DEFAULT_SEED,
    MANY_REPLICATIONS,
    Choices,
)
from outputs.answers import Answer
from outputs.ranked import BY_ELIMINATION
from outputs.words import ADMISSIONS, RICH, Symbols


@dataclass(frozen=True)
class _Answered:
    """What came of a question; docs/tables.md has the columns of every table."""

    answer: Answer
    """Its words, tables, charts and the document that `--json` prints."""

    def in_words(self, symbols: Symbols = RICH) -> str:
        """The answer as the command prints it."""
        return self.answer.in_words(symbols)


@dataclass(frozen=True)
class Ranked(_Answered):
    """Which of several plans is best."""

    @property
    def options(self) -> pd.DataFrame:
        """One row an option, doing nothing among them, the best first: the table `ranking`."""
        return self.answer.tables["ranking"]

    @property
    def runs(self) -> pd.DataFrame:
        """One row an option and run: the measure, less doing nothing's, and net cost in £: the table `ranking_runs`."""
        return self.answer.tables["ranking_runs"]

    @property
    def best(self) -> str:
        """Id of the option picked."""
        return str(self.answer.document["best"])

    @property
    def in_contention(self) -> tuple[str, ...]:
        """Ids of the options still in when the runs ended: when it is decided, they are as good as each other."""
        left = self.options["in_contention"].to_numpy(bool)
        return tuple(self.options["scenario"][left])

    @property
    def decided(self) -> bool:
        """Whether elimination came to its end within the budget."""
        return bool(self.answer.document["decided"])


@dataclass(frozen=True)
class Optimised(_Answered):
    """Which mix of services does most for the money."""

    @property
    def mixes(self) -> pd.DataFrame:
        """One row a mix that was run again, the cheapest first: the table `mixes`."""
        return self.answer.tables["mixes"]

    @property
    def foretold(self) -> pd.DataFrame:
        """The front as the response foretells it: the table `mixes_foretold`."""
        return self.answer.tables["mixes_foretold"]

    @property
    def runs(self) -> pd.DataFrame:
        """One row a mix and run, of those that built the response and of the fresh ones: the table `mixes_runs`."""
        return self.answer.tables["mixes_runs"]

    @property
    def best(self) -> str:
        """Id of the mix that did best in fresh runs, `mix` in the tables."""
        return str(self.answer.document["best"])

    @property
    def teams(self) -> dict[str, float]:
        """Teams of each service in the best mix, by its id."""
        found = self.answer.document["teams"]
        assert isinstance(found, dict)
        return {str(name): float(teams) for name, teams in found.items()}


@dataclass(frozen=True)
class Found(_Answered):
    """What one value of a plan has to be."""

    @property
    def values(self) -> pd.DataFrame:
        """One row a value tried, with the chance that it does what is wanted: the table `frontier`."""
        return self.answer.tables["frontier"]

    @property
    def runs(self) -> pd.DataFrame:
        """One row a value and run: the table `frontier_runs`."""
        return self.answer.tables["frontier_runs"]

    @property
    def value(self) -> float | None:
        """The smallest change that does it, in the unit in which the ends were written; None when none does."""
        return _number(self.answer.document["answer"])

    @property
    def short_of(self) -> float | None:
        """The nearest value that does not do it, on the side of what it is now; None when there is none."""
        return _number(self.answer.document["short_of"])


@dataclass(frozen=True)
class Discovered(_Answered):
    """In which conditions a plan fails."""

    @property
    def conditions(self) -> pd.DataFrame:
        """One row an assumption that a set of conditions limits: the table `conditions`."""
        return self.answer.tables["conditions"]

    @property
    def worth_knowing(self) -> pd.DataFrame:
        """One row a measure and assumption: what knowing it would be worth: the table `worth_knowing`."""
        return self.answer.tables["worth_knowing"]

    @property
    def futures(self) -> pd.DataFrame:
        """One row a run: each assumption as drawn, and whether the plan fails: the table `futures`."""
        return self.answer.tables["futures"]


class Usual(TypedDict, total=False):
    """What `rank`, `optimise`, `find` and `discover` all take, as `caresim.compare` does.

    `place`, `replications` (runs of each scenario), `seed`, `jobs`, `engine`, `settings`, `period`, `store`, `progress`
    and `cluster`.
    """

    place: str | None
    replications: int
    seed: int
    jobs: int | None
    engine: str
    settings: Sequence[str]
    period: str | None
    store: str | Path | None
    progress: bool
    cluster: str | None


def rank(
    scenarios: str | Sequence[str],
    *,
    measure: str = ADMISSIONS,
    better: str | None = None,
    indifference: float | str | None = None,
    confidence: float = 0.95,
    equal_spend: bool = False,
    spend_gbp: float | None = None,
    method: str = BY_ELIMINATION,
    budget: int = DEFAULT_RANK_BUDGET,
    **usual: Unpack[Usual],
) -> Ranked:
    """Find out which of several plans is best, doing nothing among them, with as few runs as it takes.

    Args:
        scenarios: shipped names, files, or `a+b` for both at once.
        measure: by which they are ranked: its id or title.
        better: "fewer" or "more"; None: known for the usual measures.
        indifference: smallest difference that matters, a number in the measure's unit (a share is 0-1), or in words,
            "1 %" of doing nothing; None: what is usual for the measure.
        confidence: 0.5 to below 1; with which the best shall be picked, or one within the indifference of it.
        equal_spend: whether teams are made more or fewer until all plans cost a year what the cheapest does.
        spend_gbp: bring all plans to this spend instead, £ a year.
        method: "elimination" (KN++) until the best is clear, or "allocation" (OCBA) of the whole budget.
        budget: most runs in all, over all options.
        usual: see `Usual`; `replications` are runs of every option in the first look.

    Raises:
        scenarios.messages.BadInput: when something asked for cannot be used.
        simulation.studies.RunsLost: when some runs could not be had; the others are in `store`.
    """
    wanted = ranking.wanted_of(
        measure=measure, better=better, indifference=None if indifference is None else _written(indifference),
        confidence=_written(confidence), method=method, equal_spend=equal_spend,
        spend=None if spend_gbp is None else f"£{_written(spend_gbp)}",
    )  # fmt: skip
    names = [scenarios] if isinstance(scenarios, str) else scenarios
    return Ranked(_answered(lambda choices: ranking.question_of(names, wanted, (), choices), budget=budget, **usual))


def optimise(
    services: Sequence[str],
    *,
    spend_gbp: float,
    measure: str = ADMISSIONS,
    better: str | None = None,
    most: float = 1.0,
    **usual: Unpack[Usual],
) -> Optimised:
    """Find out which mix of two to five services does most for the money, and what less money buys.

    Args:
        services: shipped names, files, or `a+b` for both as one.
        spend_gbp: most that a mix may cost, £ a year.
        measure: by which mixes are judged: its id or title.
        better: "fewer" or "more"; None: known for the usual measures.
        most: how many times as many teams as its file says a service may have.
        usual: see `Usual`; as many runs build the response, of each of its mixes, as then try its front anew.

    Raises:
        scenarios.messages.BadInput: when something asked for cannot be used.
        simulation.studies.RunsLost: when some runs could not be had; the others are in `store`.
    """
    wanted = optimising.wanted_of(
        measure=measure, better=better, spend=f"£{_written(spend_gbp)}", most=_written(most)
    )
    return Optimised(_answered(lambda choices: optimising.question_of(services, wanted, (), choices), **usual))


def find(
    scenario: str,
    *,
    vary: str,
    first: float | str,
    last: float | str,
    until: str,
    sure: float = 0.8,
    step: float | str | None = None,
    **usual: Unpack[Usual],
) -> Found:
    """Find the smallest change of one value of a plan that brings what is wanted.

    Args:
        scenario: a shipped name, a file, or `a+b`.
        vary: what may change, by the name that `settings` take: "care-home-teams.teams".
        first: one end of where to look, as `settings` take it: 0.2, "-40 %", "£700,000".
        last: the other end.
        until: a measure, a sign and a bound: "emergency admissions <= do nothing - 1 %".
        sure: 0.5 to below 1; in what share of futures it shall be so.
        step: how finely to look, written as the ends; None: about a thirtieth of the range.
        usual: see `Usual`; `replications` of each value, as many as it takes to be so sure at least.

    Raises:
        scenarios.messages.BadInput: when something asked for cannot be used.
        simulation.studies.RunsLost: when some runs could not be had; the others are in `store`.
    """
    def question(choices: Choices) -> Question:
        return finding.question_of(
            scenario, vary=vary, first=_written(first), last=_written(last), until=until, sure=_written(sure),
            step=None if step is None else _written(step), choices=choices,
        )  # fmt: skip

    return Found(_answered(question, **usual))


def discover(scenario: str, *, fails: str | Sequence[str] = (), **usual: Unpack[Usual]) -> Discovered:
    """Find out in which conditions a plan fails, and what would be worth knowing before choosing it.

    Args:
        scenario: a shipped name, a file, or `a+b`.
        fails: what counts as failing, a condition or several: "emergency admissions >= do nothing - 1 %"; when empty,
            not paying for itself, and not slowing the growth of emergency admissions.
        usual: see `Usual`; `replications`, each with the plan's assumptions drawn from their ranges, 40 at least and
            100 if left out.

    Raises:
        scenarios.messages.BadInput: when something asked for cannot be used.
        simulation.studies.RunsLost: when some runs could not be had; the others are in `store`.
    """
    ways = (fails,) if isinstance(fails, str) else tuple(fails)
    usual.setdefault("replications", MANY_REPLICATIONS)
    return Discovered(
        _answered(lambda choices: discovering.question_of(scenario, fails=ways, choices=choices), **usual)
    )


def _answered(
    question: Callable[[Choices], Question],
    *,
    place: str | None = None,
    replications: int = DEFAULT_REPLICATIONS,
    seed: int = DEFAULT_SEED,
    jobs: int | None = None,
    engine: str = DEFAULT_ENGINE,
    settings: Sequence[str] = (),
    period: str | None = None,
    store: str | Path | None = None,
    progress: bool = False,
    cluster: str | None = None,
    budget: int = DEFAULT_BUDGET,
) -> Answer:
    """The answer to a question with what is usual, of which each has its default here."""
    choices = Choices(place, replications, seed, jobs, engine, tuple(settings), period, None, preview=False, yes=True,
                      as_json=False, quiet=not progress, budget=budget, cluster=cluster)  # fmt: skip
    return answer_to(question(choices), store)


def _written(value: float | str) -> str:
    """A number as it would be written after an option; text as it is."""
    return value if isinstance(value, str) else np.format_float_positional(value, trim="-")


def _number(found: object) -> float | None:
    return found if isinstance(found, float) else None
