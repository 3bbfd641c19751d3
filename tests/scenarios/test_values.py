"""Effects in words."""

from __future__ import annotations

import pytest

from scenarios.resolved import EffectSpec, RangeValue
from scenarios.units import Unreadable
from scenarios.values import clash, phrase_of, read_effect

CHANGE = RangeValue(-0.05, -0.15, 0.0)


@pytest.mark.parametrize(
    ("key", "from_month", "to_month", "phrase"),
    [
        ("acute crises", 0, None, "acute crises"),
        ("acute crises, months 1-12", 0, 12, "acute crises, months 1-12"),
        ("Acute crises, months 1 to 12", 0, 12, "acute crises, months 1-12"),
        ("acute_crises,_months_1_12", 0, 12, "acute crises, months 1-12"),
        ("acute crises, month 3", 2, 3, "acute crises, month 3"),
        ("acute crises, after month 12", 12, None, "acute crises, after month 12"),
        ("acute crises, from month 13", 12, None, "acute crises, from month 13"),
        ("end of life crises", 0, None, "end-of-life crises"),
        ("minor a&e visits", 0, None, "minor A&E visits"),
        ("All crises in nursing-homes, months 1-6", 0, 6, "all crises in nursing homes, months 1-6"),
    ],
)
def test_an_effect_is_read_from_its_key(key: str, from_month: int, to_month: int | None, phrase: str) -> None:
    """Months count from joining: month 1 is the first, "after month 12" begins with the thirteenth."""
    effect = read_effect(key, CHANGE)
    assert (effect.from_month, effect.to_month, effect.phrase) == (from_month, to_month, phrase)
    assert phrase_of(effect).values == effect.values


def test_a_phrase_is_written_as_it_is_read() -> None:
    """An effect's own words give the same effect again."""
    for key in ("all crises, months 4-9", "discharge delay, after month 2", "GP visits"):
        effect = read_effect(key, CHANGE)
        assert read_effect(effect.phrase, CHANGE) == effect


def test_a_slip_is_answered_with_the_nearest_effect_and_its_months() -> None:
    """The months that were understood are kept."""
    with pytest.raises(Unreadable) as caught:
        read_effect("acute crisis, months 1-12", CHANGE)
    assert caught.value.nearest == "acute crises, months 1-12"
    assert caught.value.of_key


@pytest.mark.parametrize("when", ["months 12-1", "month 0", "months 0-3", "soon", "after month", "months 1-12 and 14"])
def test_months_that_make_no_sense_are_refused(when: str) -> None:
    """Backwards, before joining, or not months at all."""
    with pytest.raises(Unreadable):
        read_effect(f"acute crises, {when}", CHANGE)


def effects(*keys: str) -> tuple[EffectSpec, ...]:
    """Effects of some keys."""
    return tuple(read_effect(key, CHANGE) for key in keys)


def test_two_effects_on_one_thing_in_one_month_clash() -> None:
    """Also when one phrase is part of another; not when months or things are apart."""
    assert clash(effects("acute crises, months 1-12", "acute crises, after month 12", "length of stay")) is None
    assert clash(effects("acute crises, months 1-12", "all crises, after month 12")) is None
    assert clash(effects("acute crises, months 1-12", "all crises, from month 12")) is not None
    assert clash(effects("acute crises", "acute crises, after month 12")) is not None


def test_effects_in_one_kind_of_care_home_are_beside_those_in_the_other() -> None:
    """They are on other people; an effect on everybody is on both."""
    keys = ("all crises in residential homes", "all crises in nursing homes", "all crises")
    residential, nursing, all_of_them = (read_effect(key, CHANGE) for key in keys)
    assert (residential.home, nursing.home, all_of_them.home) == ("residential home", "nursing home", "")
    assert clash((residential, nursing)) is None
    assert clash((nursing, all_of_them)) is not None
