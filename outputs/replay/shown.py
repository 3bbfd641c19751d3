"""Two lives on the screen, as JSON and as a table of a page."""

from __future__ import annotations

from html import escape
from textwrap import wrap
from typing import Any

from outputs.replay.side_by_side import Replay

SCREEN_WIDTH = 100
DATE_WIDTH = 17
NOTE = (
    "Contacts that leave no stay (GP, NHS 111, pharmacy, ambulance) are counted for the area and not kept by person, "
    "so they are not in these lives."
)


def on_screen(replay: Replay) -> str:
    """The two lives in two columns, at most 100 characters wide."""
    width = (SCREEN_WIDTH - DATE_WIDTH) // 2 - 1
    lines = [f"PERSON {replay.person}  {replay.about}", *wrap(replay.why, SCREEN_WIDTH), ""]
    lines.append(f"{'':{DATE_WIDTH}}{replay.titles[0][:width]:<{width}} {replay.titles[1][:width]}")
    for number, row in enumerate(replay.rows):
        if number == replay.parts_at:
            lines.append("-" * 20 + " from here on the two lives differ " + "-" * 20)
        left, right = (wrap(words, width - 1) or ["-"] for words in (row.reference, row.scenario))
        when = [f"{row.day.day:>2} {row.day:%b %Y}, {row.age}"]
        for line in range(max(len(left), len(right))):
            cells = [column[line] if line < len(column) else "" for column in (when, left, right)]
            lines.append(f"{cells[0]:<{DATE_WIDTH}}{cells[1]:<{width}} {cells[2]}".rstrip())
    if replay.parts_at is None:
        lines.append("The two lives are the same.")
    return "\n".join([*lines, "", *wrap(NOTE, SCREEN_WIDTH)])


def document(replay: Replay) -> dict[str, Any]:
    """The two lives as one JSON document."""
    return {
        "person": replay.person,
        "about": replay.about,
        "why": replay.why,
        "reference": replay.titles[0],
        "scenario": replay.titles[1],
        "parts_at": None if replay.parts_at is None else replay.rows[replay.parts_at].day.isoformat(),
        "rows": [
            {"date": row.day.isoformat(), "age": row.age, "reference": row.reference or None,
             "scenario": row.scenario or None, "same": row.is_same}
            for row in replay.rows
        ],
        "note": NOTE,
    }  # fmt: skip


def fragment(replay: Replay) -> str:
    """The two lives as an HTML table, to be put into a page."""
    rows = []
    for number, row in enumerate(replay.rows):
        kind = ' class="same"' if row.is_same else ' class="differs"'
        parts = ' id="parts"' if number == replay.parts_at else ""
        cells = "".join(f"<td>{escape(words) or '&ndash;'}</td>" for words in (row.reference, row.scenario))
        when = f'<time datetime="{row.day.isoformat()}">{row.day.day} {row.day:%B %Y}</time>, aged {row.age}'
        rows.append(f'<tr{kind}{parts}><th scope="row">{when}</th>{cells}</tr>')
    heads = "".join(f'<th scope="col">{escape(title)}</th>' for title in replay.titles)
    return "\n".join([
        '<table class="replay">',
        f"<caption>Person {replay.person}: {escape(replay.about)}. {escape(replay.why)}</caption>",
        f'<thead><tr><th scope="col">When</th>{heads}</tr></thead>',
        "<tbody>", *rows, "</tbody>", "</table>", f'<p class="note">{escape(NOTE)}</p>', "",
    ])  # fmt: skip
