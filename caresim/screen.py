"""Consoles as they are: old Windows code pages, pipes that close early, no colour."""

from __future__ import annotations

import codecs
import io
import os
import sys

PLAIN = {
    "£": "GBP ",
    "±": "+/-",
    "×": "x",
    "−": "-",
    "–": "-",
    "—": "-",
    "≤": "<=",
    "≥": ">=",
    "→": "->",
    "…": "...",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "•": "*",
}
"""What stands for a character that a console cannot show; anything else becomes a question mark."""


def adapt_streams() -> None:
    """Let every message reach the screen, whatever characters it knows."""
    codecs.register_error("caresim", _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="caresim")


def show(text: str) -> None:
    """Print a result, on standard output."""
    sys.stdout.write(f"{text}\n")


def tell(text: str) -> None:
    """Print anything else (what is being done, what is wrong), on standard error."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def discard_output() -> None:
    """Send what is still to be printed nowhere, once the reader of a pipe has gone."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    unknown = error.object[error.start : error.end]
    return "".join(PLAIN.get(character, "?") for character in unknown), error.end
