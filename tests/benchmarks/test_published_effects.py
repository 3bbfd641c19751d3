"""What controlled studies found of admissions, read from the table of results."""

from __future__ import annotations

import pytest

from benchmarks.published_effects import Published, claimed, controlled, relative_change, told
from scenarios.evidence import ProgrammeResult, load


def results(*ids: str) -> list[ProgrammeResult]:
    """Rows of the table."""
    return [load().results()[number] for number in ids]


@pytest.mark.parametrize(("number", "change"), [("E103", 0.27), ("E074", -0.40), ("E049", -0.031), ("E203", -0.06)])
def test_percentages_ratios_and_logarithms_become_relative_changes(number: str, change: float) -> None:
    """A rate ratio of 0.6 is 40 % fewer."""
    found = load().results()[number]
    assert relative_change(found, found.value) == pytest.approx(change)


def test_a_comparison_with_ones_own_past_is_a_claim() -> None:
    """Fylde Coast: 25 % fewer than before, 27 % more than matched people."""
    assert controlled(results("E103", "E106")) == Published(0.27, 0.27, ("E103",))
    assert claimed(results("E103", "E106")) == Published(-0.25, -0.25, ("E106",))


def test_intervals_widen_what_is_published_and_narrower_results_do_not_count() -> None:
    """Residential homes from 0.42 to 0.86; avoidable admissions and A&E attendances are other things."""
    found = controlled(results("E073", "E074", "E075"))
    assert found is not None
    assert [found.low, found.high] == pytest.approx([-0.58, -0.14])
    assert found.ids == ("E074",)
    assert found.meets(-0.20, 0.10)
    assert not found.meets(-0.10, 0.10)
    assert controlled(results("E075")) is None


def test_a_comparison_without_a_number_or_about_something_narrower_is_told_in_words() -> None:
    """A matched null, a matched rise, an outcome with deaths; numbers that count, and claims, are not."""
    assert told(results("E153", "E128", "E199", "E103", "E106")) == (
        "E153: emergency admissions, no significant reduction",
        "E128: emergency admissions and costs, higher than expected",
        "E199: emergency admission or death, 1.34 hazard ratio",
    )
