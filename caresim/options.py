"""The options that all commands share which run something."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

DEFAULT_REPLICATIONS = 12
MANY_REPLICATIONS = 100
"""Of questions about when something happens."""
DEFAULT_SEED = 1
DEFAULT_ENGINE = "compiled"
DEFAULT_BUDGET = 200
DEFAULT_ENSEMBLE = "vanguards"
"""Of commands that show a plan: demo, compare, run, replay, export; "none": every assumption has its own draw."""
RESULTS_DEPEND_ON = (
    "place", "replications", "seed", "engine", "settings", "period", "precision", "budget", "ensemble",
)
DEFAULT_RANK_BUDGET = 400
"""Runs over all the plans that are ranked."""
NOT_ASKED = {"replications": DEFAULT_REPLICATIONS, "preview": False}
"""What choices are where a command has no such option."""
PROGRESS_FORMS = ("auto", "lines", "json")
Option = Callable[[Callable[..., None]], Callable[..., None]]
SECONDS = {"s": 1.0, "second": 1.0, "min": 60.0, "minute": 60.0, "h": 3600.0, "hour": 3600.0}


@dataclass(frozen=True)
class Shard:
    """One of several parts of a study, for machines that do not know of each other."""

    number: int
    of: int

    def __str__(self) -> str:
        """As given: "3/40"."""
        return f"{self.number}/{self.of}"


@dataclass(frozen=True)
class Choices:
    """What a user chose on the command line."""

    place: str | None
    replications: int
    seed: int
    jobs: int | None
    """Workers at once; None: one for each core."""
    engine: str
    settings: tuple[str, ...]
    period: str | None
    """Year that is reported; None: the last of the programme, or the place's own when nothing changes."""
    out: Path | None
    preview: bool
    """Whether a rough answer within a minute is enough."""
    yes: bool
    as_json: bool
    quiet: bool
    attribute: bool = False
    """Whether to share out what several services do together; `compare` alone asks."""
    plan_only: bool = False
    """Whether to say what would be done and stop."""
    precision: tuple[str, ...] = ()
    budget: int = DEFAULT_BUDGET
    """Most runs of each scenario when a precision is wanted."""
    ensemble: str = DEFAULT_ENSEMBLE
    """Fitted assumptions of which each run takes a set, or "none": each assumption is drawn from its own range."""
    cluster: str | None = None
    shard: Shard | None = None
    run_limit: float | None = None
    """Seconds after which a run is given up; None: by what others took."""
    progress: str = "auto"
    log: Path | None = None

    @property
    def silent(self) -> bool:
        """Whether standard error stays empty unless something is wrong."""
        return self.quiet or self.as_json

    def that_change_results(self) -> dict[str, object]:
        """Options that a study's results depend on, for a note of it."""
        return {name: getattr(self, name) for name in RESULTS_DEPEND_ON}

    @classmethod
    def noted(cls, options: Mapping[str, object]) -> Choices:
        """The choices of a note, everything else as it is when nothing is said."""
        plain: dict[str, Any] = {"jobs": None, "out": None, "preview": False, "yes": True, "as_json": False,
                                 "quiet": False}  # fmt: skip
        found = {name: tuple(value) if isinstance(value, list) else value for name, value in options.items()}
        return cls(**{**plain, **{name: found[name] for name in RESULTS_DEPEND_ON if name in found}})


class WholeNumber(click.ParamType[int]):
    """A whole number, 1 or more."""

    name = "whole number"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number; a usage error when it is none."""
        text = str(value).strip().replace(",", "")
        if not text.isdecimal() or int(text) < 1:
            self.fail(f'found "{value}"; it must be a whole number, 1 or more.', param, ctx)
        return int(text)


class ShardType(click.ParamType[Shard]):
    """The third of forty parts, written 3/40."""

    name = "shard"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Shard:
        """The shard; a usage error when it is none."""
        if isinstance(value, Shard):
            return value
        number, _, of = str(value).replace(" ", "").partition("/")
        if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
            self.fail(f'found "{value}"; it must be like 3/40, the third of forty parts.', param, ctx)
        return Shard(int(number), int(of))


class TimeType(click.ParamType[float]):
    """A time such as "90 s", "30 minutes" or "2 hours"; a number alone is seconds."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Seconds; a usage error when it is no time."""
        if isinstance(value, float):
            return value
        found = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)\s*", str(value).lower())
        unit = found[2] if found else ""
        size = 1.0 if unit == "" else SECONDS.get(unit, SECONDS.get(unit.rstrip("s")))
        if found is None or size is None or float(found[1]) <= 0.0:
            self.fail(f'found "{value}"; it must be a time such as "90 s", "30 minutes" or "2 hours".', param, ctx)
        return float(found[1]) * size


_PLACE = click.option(
    "--place", metavar="NAME", help="A shipped place or a folder of yours, instead of the plan's own.",
)
_SEED = click.option(
    "--seed", default=DEFAULT_SEED, show_default=True, metavar="N", type=WholeNumber(),
    help="All draws follow from it: the same seed gives the same results.",
)
_ENGINE = click.option(
    "--engine", default=DEFAULT_ENGINE, show_default=True, metavar="NAME",
    help="What runs the model: compiled, or simpy, which is slow and gives the same results.",
)
_SET = click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE",
    help='Change one value: --set "extensivist-teams.teams=3". May be given more than once.',
)
def _replications(usual: int) -> Option:
    return click.option(
        "--replications", "-n", default=usual, show_default=True, metavar="N", type=WholeNumber(),
        help="Runs of each scenario; more runs, less simulation error.",
    )


_REPLICATIONS = _replications(DEFAULT_REPLICATIONS)
_JOBS = click.option(
    "--jobs", type=WholeNumber(), metavar="N",
    help="Runs at the same time; one for each core if left out. Results do not depend on it.",
)
_PERIOD = click.option("--period", metavar="YEAR", help="Year to report, such as 2018/19; the last one if left out.")
_OUT = click.option(
    "--out", type=click.Path(path_type=Path), metavar="FOLDER",
    help="Where to put the results; a new folder in results/ if left out.",
)
_ENSEMBLE = click.option(
    "--ensemble", default=DEFAULT_ENSEMBLE, show_default=True, metavar="NAME",
    help="Fitted assumptions: vanguards, controlled, or the folder of a fit of your own, such as results/fit-mine. "
         "none: each is drawn from its own range.",
)
_UNTIL_PRECISE = (
    click.option("--precision", multiple=True, metavar="TARGET",
                 help='Go on until known well enough: "enough" (what matters, for each figure of the first screen), '
                      '"0.5 %" of doing nothing, or one measure, "emergency_admissions=30". Several may be given.'),
    click.option("--budget", default=DEFAULT_BUDGET, show_default=True, metavar="N", type=WholeNumber(),
                 help="With --precision: runs of each scenario at most."),
)
_PLAN = click.option(
    "--plan", "plan_only", is_flag=True, help="Say what would be done, how long it takes, and stop."
)
_PREVIEW = click.option("--preview", is_flag=True, help="A rough answer from a few runs, within a minute.")
_CLUSTER = click.option(
    "--cluster", metavar="ADDRESS",
    help="Run on a dask cluster: the scheduler's address or file, or local. Needs caresim[cluster].",
)
_BEFORE_RUNNING = (_PLAN, _PREVIEW, _CLUSTER)
_SHARD = click.option(
    "--shard", type=ShardType(), metavar="I/N",
    help="Only the I-th of N parts, for job arrays; caresim gather joins them.",
)
_WHILE_RUNNING = (
    click.option("--run-limit", type=TimeType(), metavar="TIME",
                 help="Give a run up after so long; if left out, 20 times the longest so far and 5 minutes at least."),
    click.option("--progress", type=click.Choice(PROGRESS_FORMS), default="auto", show_default=True,
                 help="On standard error: a bar where there is a terminal, lines, or a JSON document a line."),
    click.option("--log", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
                 help="Also write progress to a file; JSON lines if its name ends in .jsonl."),
    click.option("--yes", "-y", is_flag=True, help="Do not ask before something that takes long."),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else."),
    click.option("--quiet", "-q", is_flag=True, help="Print the results and nothing else."),
)
_OPTIONS = (
    _PLACE, _REPLICATIONS, _SEED, _JOBS, _ENGINE, _SET, _ENSEMBLE, _PERIOD, _OUT, *_UNTIL_PRECISE, *_BEFORE_RUNNING,
    _SHARD, *_WHILE_RUNNING,
)
_OF_A_QUESTION = (
    _PLACE, _REPLICATIONS, _SEED, _JOBS, _ENGINE, _SET, _PERIOD, _OUT, *_BEFORE_RUNNING, *_WHILE_RUNNING,
)
_OF_ROUNDS = tuple(option for option in _OF_A_QUESTION if option is not _PREVIEW)
_OF_A_DESIGN = (_PLACE, _SEED, _JOBS, _ENGINE, _SET, _PERIOD, _OUT, *_BEFORE_RUNNING, *_WHILE_RUNNING)
_OF_MANY_RUNS = (
    _PLACE, _replications(MANY_REPLICATIONS), _SEED, _JOBS, _ENGINE, _SET, _PERIOD, _OUT, _PLAN, _CLUSTER,
    *_WHILE_RUNNING,
)


def study_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the shared options; it receives them as one `Choices` called `choices`."""
    return _with_options(command, _OPTIONS)


def question_options(command: Callable[..., None]) -> Callable[..., None]:
    """As `study_options`, for commands that decide themselves how many runs there are and of what."""
    return _with_options(command, _OF_A_QUESTION)


def rounds_options(command: Callable[..., None]) -> Callable[..., None]:
    """As `question_options`, for questions of which half is no answer, so that there is no preview."""
    return _with_options(command, _OF_ROUNDS)


def many_runs_options(command: Callable[..., None]) -> Callable[..., None]:
    """As `question_options`, for questions that a few runs cannot answer, so that there is no preview either."""
    return _with_options(command, _OF_MANY_RUNS)


def design_options(command: Callable[..., None]) -> Callable[..., None]:
    """As `study_options`, for commands that run the points of a design, each a number of times of their own."""
    return _with_options(command, _OF_A_DESIGN)


def _with_options(command: Callable[..., None], options: Sequence[Option]) -> Callable[..., None]:
    @functools.wraps(command)
    def with_choices(**given: object) -> None:
        names = Choices.__dataclass_fields__
        chosen = {name: given.pop(name) for name in names if name in given}
        command(**given, choices=Choices(**{**NOT_ASKED, **chosen}))  # type: ignore[arg-type]

    wrapped: Callable[..., None] = with_choices
    for option in reversed(options):
        wrapped = option(wrapped)
    return wrapped


_OF_ONE_RUN = (
    _PLACE, click.option("--run", default=1, show_default=True, type=WholeNumber(), metavar="N",
                         help="Which run of a study of this seed."), _SEED, _ENGINE, _SET, _ENSEMBLE,
)  # fmt: skip


def one_run_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a single run: place, run, seed, engine, changed values and fitted ones."""
    for option in reversed(_OF_ONE_RUN):
        command = option(command)
    return command
