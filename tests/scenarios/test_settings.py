"""Changed assumptions and their bounds."""

from __future__ import annotations

import pytest

from scenarios.evidence import Row, load
from scenarios.settings import read_setting
from scenarios.units import Unreadable


def row(name: str) -> Row:
    """A row of evidence by its name."""
    found = load().find(name)
    assert found is not None
    return found


def test_a_value_inside_the_range_is_taken() -> None:
    """As a number, or a share in per cent."""
    assert read_setting(row("discharge_delay.reported_share"), "0.5") == 0.5
    assert read_setting(row("discharge_delay.reported_share"), "50 %") == 0.5
    assert read_setting(row("wards.beds [assessment unit]"), "55") == 55.0


def test_a_value_outside_the_range_needs_a_word() -> None:
    """The bounds and the way round them are named."""
    with pytest.raises(Unreadable, match="anyway") as caught:
        read_setting(row("discharge_delay.reported_share"), "0.9")
    assert caught.value.allowed == "0.35 to 0.6 share (now 0.43)"
    assert read_setting(row("discharge_delay.reported_share"), "0.9 anyway") == 0.9


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("discharge_delay.reported_share", "1.5 anyway"),
        ("wards.beds [assessment unit]", "-1 anyway"),
        ("wards.beds [assessment unit]", "5 %"),
        ("wards.beds [assessment unit]", "many"),
    ],
)
def test_what_cannot_be_is_refused_whatever_is_said(name: str, text: str) -> None:
    """Shares above one, capacities below zero, wrong units."""
    with pytest.raises(Unreadable):
        read_setting(row(name), text)


def test_a_row_in_per_cent_is_set_in_per_cent() -> None:
    """The % sign of a row that is itself in per cent may be written or left out."""
    name = row("population_growth_projected [85+]")
    assert read_setting(name, "2 %") == read_setting(name, "2") == 2.0


def test_a_row_that_may_be_negative_may_be_set_so() -> None:
    """Growth of nights is a fall."""
    assert read_setting(row("growth.nights_per_overnight_stay"), "-0.004") == -0.004
