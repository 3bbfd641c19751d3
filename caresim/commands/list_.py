"""`caresim list`: what there is."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import click

from caresim.columns import in_columns, number, with_text_below
from caresim.screen import show

TOPICS = ("scenarios", "interventions", "places", "networks", "contracts", "assumptions", "evidence", "studies")
MARK = "ASSUMPTION: replace with yours"


@dataclass(frozen=True)
class Listing:
    """Rows under headings, and what stands below them."""

    headings: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    footer: str = ""
    text_below: bool = False
    """Whether the last cell of each row is a text that stands below it, over the whole width."""


@click.command("list")
@click.argument("topic", metavar="TOPIC", required=False)
@click.argument("words", metavar="[WORD...]", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
def command(topic: str | None, words: tuple[str, ...], as_json: bool) -> None:
    """Show what there is.

    TOPIC is one of scenarios, interventions, places, networks, contracts, assumptions, evidence, studies. With WORDs,
    only rows that hold all of them: caresim list assumptions acute beds
    """
    from scenarios.messages import BadInput, Message, listed, nearest

    if topic not in _LISTINGS:
        found = topic or ""
        text = "" if topic else "Say what to list, for example: caresim list scenarios."
        raise BadInput([Message("caresim list", 0, "", found, listed(TOPICS), nearest(found, TOPICS), text)])
    listing = _LISTINGS[topic]()
    rows = [row for row in listing.rows if all(word.lower() in " ".join(row).lower() for word in words)]
    if as_json:
        keys = [heading.replace(" ", "_") for heading in listing.headings]
        show(json.dumps({topic: [dict(zip(keys, row, strict=True)) for row in rows]}, indent=2))
        return
    layout = with_text_below if listing.text_below else in_columns
    show(layout(rows, listing.headings) if rows else f"Nothing there holds {' and '.join(words)}.")
    if listing.footer and rows:
        show(f"\n{listing.footer}")


def _scenarios() -> Listing:
    from scenarios.catalogue import shipped
    from scenarios.resolve import resolve

    rows = []
    for name in shipped("scenario"):
        scenario = resolve(name)
        rows.append((name, scenario.question))
    return Listing(("scenario", "question"), rows, "caresim compare NAME runs one beside doing nothing.")


def _interventions() -> Listing:
    from scenarios.systems import mechanisms, shipped_interventions

    rows = [
        (plan.id, plan.grade, ", ".join(mechanisms(plan)), plan.summary)
        for plan in shipped_interventions().values()
    ]
    footer = "caresim explain SCENARIO: what it is assumed to do. What the grades mean: docs/systems/index.md."
    return Listing(("intervention", "evidence", "acts through", "what it is"), rows, footer, text_below=True)


def _places() -> Listing:
    from scenarios.catalogue import shipped
    from scenarios.explain import ran_in_words
    from scenarios.resolve import resolve

    rows = []
    for name in shipped("place"):
        place = resolve("do-nothing", place=name).place
        rows.append((name, f"{place.people:,}", place.year, place.title, ran_in_words(place)))
    headings = ("place", "people", "year", "what it is", "ran")
    footer = "caresim compare ... --place NAME runs it there; caresim explain E103 says what E103 found."
    return Listing(headings, rows, footer, text_below=True)


def _networks() -> Listing:
    from scenarios.network_file import described_networks

    footer = "caresim network NAME runs one that says how; the care network is part of every scenario."
    return Listing(("network", "what it is"), described_networks(), footer)


def _contracts() -> Listing:
    from scenarios.catalogue import shipped
    from scenarios.contract_files import contracts
    from scenarios.resolved import Origin
    from scenarios.wording import terms

    rows = []
    for name in shipped("contract"):
        agreed = contracts(name, Origin("", 0))
        rows.append((name, "", agreed.summary or agreed.title))
        rows += [("", one.name, terms(one)) for one in agreed.agreements]
    footer = 'Choose one in a plan: "contracts: NAME". They change who pays, not what care people get.'
    return Listing(("contracts", "agreement", "terms"), rows, footer)


def _assumptions() -> Listing:
    from scenarios.evidence import load

    rows = [
        (
            row.name,
            number(row.value),
            f"{number(row.low)} to {number(row.high)}" if row.has_range else "",
            row.status if row.status != "assumption" else MARK,
            row.unit,
        )
        for row in load().rows()
    ]
    footer = 'Change one: caresim compare my-plan.yaml --set "NAME=VALUE". Ranges are the central 8 in 10.'
    return Listing(("name", "now", "range", "status", "unit"), rows, footer)


def _evidence() -> Listing:
    from scenarios.evidence import load

    rows = []
    for result in load().results().values():
        interval = f" ({result.ci_low} to {result.ci_high})" if result.ci_low else ""
        found = f"{result.metric}: {result.value} {result.unit}{interval}; {result.source_title} ({result.year})"
        rows.append((result.id, result.system, found))
    footer = "caresim explain NAME shows what an intervention rests on."
    return Listing(("id", "system", "published result"), rows, footer)


def _studies() -> Listing:
    from caresim.results import finished_studies

    rows = [(path.name, str(path)) for path in finished_studies()]
    return Listing(("study", "folder"), rows, "caresim open NAME opens one.")


_LISTINGS: dict[str | None, Callable[[], Listing]] = {
    "scenarios": _scenarios,
    "interventions": _interventions,
    "places": _places,
    "networks": _networks,
    "contracts": _contracts,
    "assumptions": _assumptions,
    "evidence": _evidence,
    "studies": _studies,
}
