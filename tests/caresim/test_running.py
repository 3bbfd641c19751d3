"""What is said and asked before a study starts."""

from __future__ import annotations

import dataclasses

import click
import pytest

from caresim.estimate import Estimate
from caresim.options import Choices
from caresim.outlook import ASK_FROM_SECONDS, Outlook, has_agreed

PLAIN = Choices(
    place=None, replications=12, seed=1, jobs=None, engine="compiled", settings=(), period=None, out=None,
    preview=False, yes=False, as_json=False, quiet=False,
)
LONG = Outlook(32, 32, Estimate(1e6, 2 * ASK_FROM_SECONDS, 5.0))


class Keyboard:
    """Standard input that is, or is not, somebody's keyboard."""

    def __init__(self, is_there: bool) -> None:
        self.is_there = is_there

    def isatty(self) -> bool:
        return self.is_there


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Questions that were asked; each is answered with no."""
    questions: list[str] = []

    def refuse(question: str, **_: object) -> bool:
        questions.append(question)
        return False

    monkeypatch.setattr(click, "confirm", refuse)
    monkeypatch.setattr("sys.stdin", Keyboard(True))
    return questions


def test_something_long_is_asked_about(asked: list[str]) -> None:
    """And not done when the answer is no."""
    assert not has_agreed(LONG, PLAIN)
    assert asked == ["Go on?"]


@pytest.mark.parametrize("said", ["yes", "quiet", "as_json"])
def test_who_said_yes_or_wants_no_words_is_not_asked(asked: list[str], said: str) -> None:
    """`--yes`, `--quiet` and `--json` go on at once."""
    choices = dataclasses.replace(PLAIN, yes=said == "yes", quiet=said == "quiet", as_json=said == "as_json")
    assert has_agreed(LONG, choices)
    assert asked == []


def test_nobody_is_asked_who_is_not_there(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A script or a scheduled job never waits for an answer."""
    monkeypatch.setattr("sys.stdin", Keyboard(False))
    assert has_agreed(LONG, PLAIN)
    assert asked == []


def test_something_short_is_not_asked_about(asked: list[str]) -> None:
    """A few minutes are only announced."""
    assert has_agreed(Outlook(4, 4, Estimate(1e4, 60.0, 3.0)), PLAIN)
    assert asked == []


def test_what_it_takes_is_one_line() -> None:
    """Runs, how many are there, time and size."""
    assert str(LONG) == "32 runs: about 20 minutes; 5 MB"
    assert str(dataclasses.replace(LONG, missing=8)) == "32 runs, 24 of them there from before: about 20 minutes; 5 MB"
    assert str(Outlook(32, 0, Estimate(0.0, 0.0, 0.0))) == "32 runs, all there from before"
