"""The options that all commands share which run something."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

DEFAULT_REPLICATIONS = 12
DEFAULT_SEED = 1
DEFAULT_ENGINE = "compiled"


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
    yes: bool
    as_json: bool
    quiet: bool
    attribute: bool = False
    """Whether to share out what several services do together; `compare` alone asks."""

    @property
    def silent(self) -> bool:
        """Whether standard error stays empty unless something is wrong."""
        return self.quiet or self.as_json


class WholeNumber(click.ParamType[int]):
    """A whole number, 1 or more."""

    name = "whole number"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number; a usage error when it is none."""
        text = str(value).strip().replace(",", "")
        if not text.isdecimal() or int(text) < 1:
            self.fail(f'found "{value}"; it must be a whole number, 1 or more.', param, ctx)
        return int(text)


_OPTIONS = (
    click.option("--place", metavar="NAME", help="A shipped place or a folder of yours, instead of the plan's own."),
    click.option("--replications", "-n", default=DEFAULT_REPLICATIONS, show_default=True, metavar="N",
                 type=WholeNumber(), help="Runs of each scenario; more runs, less simulation error."),
    click.option("--seed", default=DEFAULT_SEED, show_default=True, metavar="N", type=WholeNumber(),
                 help="All draws follow from it: the same seed gives the same results."),
    click.option("--jobs", type=WholeNumber(), metavar="N",
                 help="Runs at the same time; one for each core if left out. Results do not depend on it."),
    click.option("--engine", default=DEFAULT_ENGINE, show_default=True, metavar="NAME",
                 help="What runs the model: compiled, or simpy, which is slow and gives the same results."),
    click.option("--set", "settings", multiple=True, metavar="NAME=VALUE",
                 help='Change one value: --set "extensivist-teams.teams=3". May be given more than once.'),
    click.option("--period", metavar="YEAR", help="Year to report, such as 2018/19; the last one if left out."),
    click.option("--out", type=click.Path(path_type=Path), metavar="FOLDER",
                 help="Where to put the results; a new folder in results/ if left out."),
    click.option("--preview", is_flag=True, help="Say what would be done, how long it takes, and stop."),
    click.option("--yes", "-y", is_flag=True, help="Do not ask before something that takes long."),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else."),
    click.option("--quiet", "-q", is_flag=True, help="Print the results and nothing else."),
)


def study_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the shared options; it receives them as one `Choices` called `choices`."""

    @functools.wraps(command)
    def with_choices(**given: object) -> None:
        names = Choices.__dataclass_fields__
        chosen = {name: given.pop(name) for name in names if name in given}
        command(**given, choices=Choices(**chosen))  # type: ignore[arg-type]

    wrapped: Callable[..., None] = with_choices
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped
