"""What is said when a file cannot be used: where, what was found, what would have been right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from textwrap import wrap

SIMILAR_ENOUGH = 0.6
LONG_ENOUGH_TO_BEGIN = 4
WIDTH = 98


@dataclass(frozen=True)
class Message:
    """One thing wrong with what a user wrote.

    Attributes:
        file: the file as the user knows it, or the command-line option; empty when neither applies.
        line: line in that file, from 1; 0 when there is no line to name.
        key: the key or column that is wrong; empty when the whole file is.
        found: what stands there; empty when something is missing.
        allowed: what may stand there, in words.
        nearest: the allowed word that looks most like what was found.
        text: anything else that helps, as whole sentences.
        label: "key" in a YAML file, "column" in a table, nothing when the key speaks for itself.
    """

    file: str
    line: int
    key: str
    found: str = ""
    allowed: str = ""
    nearest: str = ""
    text: str = ""
    label: str = "key"

    def __str__(self) -> str:
        """The message as a user reads it, without what happened to the run."""
        place = ", ".join(part for part in (self.file, self._line(), self._key()) if part)
        first = ": ".join(part for part in (place, self._found()) if part)
        rest = [part for part in (self.text, f"Allowed: {self.allowed}." if self.allowed else "") if part]
        lines = [line for part in rest for line in part.splitlines()]
        folded = [short for line in lines
                  for short in wrap(line.strip(), WIDTH, break_long_words=False, break_on_hyphens=False)]
        return "\n  ".join(part for part in (first, *folded) if part)

    def _line(self) -> str:
        return f"line {self.line}" if self.line else ""

    def _key(self) -> str:
        return f"{self.label} {self.key}".strip() if self.key else ""

    def _found(self) -> str:
        found = f'found "{self.found}"' if self.found else ""
        meant = f'did you mean "{self.nearest}"?' if self.nearest else ""
        return "; ".join(part for part in (found, meant) if part)


class BadInput(Exception):
    """What a user wrote cannot be used; nothing was run and nothing written.

    Attributes:
        messages: everything found wrong, in the order of the files.
    """

    def __init__(self, messages: Iterable[Message]) -> None:
        self.messages = tuple(messages)
        super().__init__(str(self))

    def __str__(self) -> str:
        """Every message, then what happened to the user's work."""
        return "\n".join([*(str(message) for message in self.messages), "Nothing was run."])

    def __reduce__(self) -> tuple[type[BadInput], tuple[tuple[Message, ...]]]:
        """Travels between processes with its messages."""
        return (BadInput, (self.messages,))


def nearest(word: str, allowed: Iterable[str]) -> str:
    """The allowed word most like `word`, capitals aside, or nothing when none is alike."""
    by_lower = {choice.lower(): choice for choice in allowed}
    close = get_close_matches(word.lower(), by_lower, n=1, cutoff=SIMILAR_ENOUGH)
    if not close and len(word) >= LONG_ENOUGH_TO_BEGIN:
        close = [choice for choice in by_lower if choice.startswith(word.lower())]
    return by_lower[close[0]] if close else ""


def listed(words: Iterable[str]) -> str:
    """Words as a list in a sentence: "a, b or c"."""
    *first, last = ("", *words)
    return f"{', '.join(first[1:])} or {last}" if first[1:] else last
