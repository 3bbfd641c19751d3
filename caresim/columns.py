"""Plain aligned columns, which every console and every copy-and-paste can take."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

WIDTH = 100
GAP = "  "
BELOW = "    "
"""What a text below its row begins with."""


def in_columns(rows: Sequence[Sequence[str]], headings: Sequence[str] = (), width: int = WIDTH) -> str:
    """Rows under headings, each column as wide as its longest entry; the last one wraps at `width`."""
    shown = [[str(cell) for cell in row] for row in ([headings] if headings else []) + list(rows)]
    if not shown:
        return ""
    widths = [max(len(row[column]) for row in shown) for column in range(len(shown[0]) - 1)]
    indent = sum(widths) + len(GAP) * len(widths)
    lines = []
    for row in shown:
        start = "".join(f"{cell:<{size}}{GAP}" for cell, size in zip(row, widths, strict=False))
        wrapped = textwrap.wrap(row[-1], max(20, width - indent), break_long_words=False) or [""]
        lines.append((start + wrapped[0]).rstrip())
        lines.extend(" " * indent + more for more in wrapped[1:])
    return "\n".join(lines)


def with_text_below(rows: Sequence[Sequence[str]], headings: Sequence[str], width: int = WIDTH) -> str:
    """Rows in columns, but for the last cell, which has lines of its own below its row; nothing where it is empty."""
    shown = [headings, *rows]
    widths = [max(len(row[column]) for row in shown) for column in range(len(headings) - 2)]
    blocks = []
    for row in shown:
        indent = sum(widths) + len(GAP) * len(widths)
        start = "".join(f"{cell:<{size}}{GAP}" for cell, size in zip(row, widths, strict=False))
        wrapped = textwrap.wrap(row[-2], max(20, width - indent), break_long_words=False) or [""]
        lines = [(start + wrapped[0]).rstrip(), *(" " * indent + more for more in wrapped[1:])]
        below = textwrap.wrap(row[-1], width, initial_indent=BELOW, subsequent_indent=BELOW, break_long_words=False)
        blocks.append("\n".join([*lines, *below]))
    return "\n".join(blocks)


def number(value: float) -> str:
    """A number as a person writes it: "28,410", "0.43", "1.05"."""
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.1f}" if abs(value) >= 1000 else f"{value:.4g}"
