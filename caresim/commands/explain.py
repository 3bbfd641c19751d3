"""`caresim explain`: what is assumed, and what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from caresim.screen import show

if TYPE_CHECKING:
    from scenarios.resolved import Resolved


@click.command("explain")
@click.argument("scenario", metavar="SCENARIO")
@click.argument("about", metavar="[VALUE or SCENARIO]", required=False)
@click.option("--place", metavar="NAME", help="A shipped place or a folder of yours, instead of the plan's own.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Change one value first.")
def command(scenario: str, about: str | None, place: str | None, settings: tuple[str, ...]) -> None:
    """Say what a plan assumes, and on what evidence.

    With a VALUE, such as "acute crises, after month 12", what that value rests on and what it can do. With a second
    SCENARIO, how it differs from the first. Names from caresim list assumptions and caresim list evidence work too.
    """
    show(explanation(scenario, about, place, settings))


def explanation(scenario: str, about: str | None, place: str | None, settings: tuple[str, ...]) -> str:
    """What `caresim explain` prints.

    Raises:
        BadInput: when there is no such scenario or value.
    """
    from scenarios.catalogue import find
    from scenarios.evidence import load
    from scenarios.explain import explain, explain_difference, explain_value
    from scenarios.resolve import resolve, resolve_together

    if about is None and not _is_scenario(scenario):
        if scenario.upper() in load().results():
            return _result(scenario.upper())
        if load().find(scenario) is not None:
            return explain_value(resolve("do-nothing", place=place, overrides=settings), scenario)
    if about is None:
        return explain(resolve(scenario, place=place, overrides=settings))
    if _is_scenario(about) and find("scenario", about) != find("scenario", scenario):
        first, second = resolve_together([scenario, about], place=place, overrides=settings)
        return explain_difference(first, second)
    settled: Resolved = resolve(scenario, place=place, overrides=settings)
    return explain_value(settled, about)


def _is_scenario(name: str) -> bool:
    """Whether a name, or each part of `a+b`, means a scenario."""
    from scenarios.catalogue import find

    return all(find("scenario", part.strip()) is not None for part in name.split("+"))


def _result(number: str) -> str:
    """A published result, with everything that is known of it."""
    from dataclasses import asdict

    from caresim.columns import in_columns
    from scenarios.evidence import load

    facts = asdict(load().results()[number])
    return in_columns([(name.replace("_", " "), text) for name, text in facts.items() if text])
