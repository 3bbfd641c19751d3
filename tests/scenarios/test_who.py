"""Who may join, in words."""

from __future__ import annotations

import pytest

from scenarios.evidence import load
from scenarios.named_conditions import named_conditions
from scenarios.resolved import WhoSpec
from scenarios.units import Unreadable
from scenarios.who import read_who, who_in_words


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("age 60 and over; 2 or more conditions; own home", WhoSpec(60, None, "own home", 2)),
        ("everyone", WhoSpec()),
        ("care home", WhoSpec(residence="care home")),
        ("All care-home residents", WhoSpec(residence="care home")),
        ("age 65 and over; lonely; own home", WhoSpec(65, None, "own home", lonely=True)),
        ("aged 18 to 64; moderate frailty or worse", WhoSpec(18, 64, frailty_at_least=2)),
        ("75+; severely frail", WhoSpec(75, frailty_at_least=3)),
        ("under 18", WhoSpec(0, 17)),
        ("age 18-64", WhoSpec(18, 64)),
        ("People with Diabetes; own home", WhoSpec(residence="own home", named_conditions=("diabetes",))),
        ("depression or anxiety; 2 or more conditions; diabetes; diabetes",
         WhoSpec(conditions_at_least=2, named_conditions=("diabetes", "depression or anxiety"))),
    ],
)
def test_who_is_read_from_words(text: str, who: WhoSpec) -> None:
    """Parts separated by semicolons, in any order and case."""
    assert read_who(text) == who


@pytest.mark.parametrize(
    "who",
    [WhoSpec(), WhoSpec(60, None, "own home", 2), WhoSpec(0, 17), WhoSpec(18, 64, "any", 0, 3, True),
     WhoSpec(residence="care home"), WhoSpec(65, named_conditions=("dementia", "depression or anxiety"))],
)
def test_who_survives_being_written_and_read(who: WhoSpec) -> None:
    """What is printed for a planner can be pasted back into a file."""
    assert read_who(who_in_words(who)) == who


def test_a_part_that_is_not_understood_is_named() -> None:
    """The message quotes the part, not the whole, and the nearest part that would do."""
    with pytest.raises(Unreadable, match="own hone") as caught:
        read_who("age 60 and over; own hone")
    assert caught.value.nearest == "own home"


def test_a_condition_without_a_row_is_not_known() -> None:
    """The list is that of the evidence, and the message has it; a slip has its nearest word."""
    with pytest.raises(Unreadable, match="asthma") as caught:
        read_who("age 40 and over; asthma")
    assert all(name in caught.value.allowed for name in named_conditions(load()))
    with pytest.raises(Unreadable) as caught:
        read_who("demencia")
    assert caught.value.nearest == "dementia"


@pytest.mark.parametrize("text", ["age 80 to 60", "age 300 and over", "", "age 60 and over;", "age -5 and over"])
def test_nobody_is_not_somebody(text: str) -> None:
    """Ages that nobody has, and empty parts, are refused."""
    with pytest.raises(Unreadable):
        read_who(text)
