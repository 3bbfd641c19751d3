"""Promises about what teams do to named values."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.candidates import STREAMS
from simulation.factors import TILTED, VALUES, check_bounds, factor_table, profile_sizes, profile_strides
from tests.simulation.few_people import a_team

ACUTE = VALUES.index("hazard.acute.upper")
NIGHTS = VALUES.index("stay.nights")


def changed(bands: int, by_value: dict[int, float]) -> np.ndarray:
    """(bands, values) the same changes in every band."""
    changes = np.zeros((bands, len(VALUES)))
    for value, change in by_value.items():
        changes[:, value] = change
    return changes


def test_values_of_hazards_are_the_streams_in_their_order() -> None:
    """So that one index serves both."""
    for stream, value in zip(STREAMS, VALUES, strict=False):
        part, _, kind = stream.partition(".")
        assert value == (f"hazard.{kind}.{part}" if kind else f"hazard.{stream}")
    assert VALUES[len(STREAMS) :][:4] == ("stay.nights", "delay.days", "need.care_home", "death")
    assert all(value.startswith("way.") for value in VALUES[len(STREAMS) + 4 :])


def test_nobody_is_changed_by_no_team() -> None:
    """The first profile is all ones, exactly; without teams it is the only one."""
    assert np.array_equal(factor_table([], 0), np.ones((1, len(VALUES), 2)))
    table = factor_table([a_team(12, changes=changed(2, {ACUTE: -0.3}))], 5)
    assert np.array_equal(table[0], np.ones((len(VALUES), 2)))


def test_a_change_of_nothing_is_exactly_one() -> None:
    """Whatever the short-end share."""
    table = factor_table([a_team(12, short_end_share=0.37), a_team(12, name="other", number=3)], 5)
    assert np.all(table == 1.0)


def test_the_short_end_share_tilts_and_keeps_the_mean() -> None:
    """1 + d ((1 - b) + 2 b (1 - v)): more at the threshold, less at the worst, d on average."""
    team = a_team(12, changes=changed(2, {ACUTE: -0.2}), short_end_share=0.5)
    ends = factor_table([team], 5)[1, ACUTE]
    assert ends == pytest.approx([1 - 0.2 * 1.5, 1 - 0.2 * 0.5])
    assert ends.mean() == pytest.approx(0.8)


def test_what_has_no_worse_end_changes_by_what_is_said() -> None:
    """Nights, milder needs and ways through care are not spread over severities, whatever the short-end share."""
    team = a_team(12, changes=changed(2, {NIGHTS: -0.6, VALUES.index("hazard.minor.lower"): -0.9}), short_end_share=0.8)
    table = factor_table([team], 5)[1]
    assert table[NIGHTS] == pytest.approx([0.4, 0.4])
    assert table[VALUES.index("hazard.minor.lower")] == pytest.approx([0.1, 0.1])
    assert {value for value, tilted in zip(VALUES, TILTED, strict=True) if tilted} == {
        *(value for value in VALUES if value.endswith(".upper")), "hazard.end_of_life", "hazard.readmission",
        "way.sent_to_hospital"}


def test_strength_scales_the_change() -> None:
    """Half grown in, half the effect; faded out, none."""
    strength = np.array([0.0, 0.5, 1.0])
    team = a_team(3, changes=changed(2, {ACUTE: -0.2}), short_end_share=0.0, strength_by_month=strength)
    assert [factor_table([team], month)[1, ACUTE, 0] for month in range(3)] == pytest.approx([1.0, 0.9, 0.8])


def test_teams_multiply_and_each_combination_has_its_row() -> None:
    """A profile is read digit by digit, the last team's digits next to each other."""
    one = a_team(12, changes=changed(2, {ACUTE: -0.5}), short_end_share=0.0)
    other = a_team(12, name="other", number=3, changes=changed(3, {ACUTE: 0.5, NIGHTS: -0.1}), short_end_share=0.0)
    sizes = profile_sizes([one, other])
    strides = profile_strides(sizes)
    table = factor_table([one, other], 5)
    assert (sizes.tolist(), strides.tolist(), len(table)) == ([3, 4], [4, 1], 12)
    both = 1 * strides[0] + 2 * strides[1]
    assert table[both, [ACUTE, NIGHTS], 0] == pytest.approx([0.75, 0.9])
    assert table[strides[1], ACUTE, 0] == pytest.approx(1.5)


def test_a_negative_multiplier_is_an_error() -> None:
    """It names the team and the value, and says how far a change may go."""
    with pytest.raises(ValueError, match=r"a team would make hazard.acute.upper negative.*-66.7%"):
        check_bounds(a_team(12, changes=changed(2, {ACUTE: -0.8}), short_end_share=0.5))
    check_bounds(a_team(12, changes=changed(2, {ACUTE: -0.66}), short_end_share=0.5))


def test_more_combinations_than_a_person_can_carry_are_an_error() -> None:
    """65,535 is the most."""
    teams = [a_team(12, name=f"team {n}", number=n, changes=np.zeros((3, len(VALUES)))) for n in range(9)]
    assert len(profile_sizes(teams[:7])) == 7
    with pytest.raises(ValueError, match="262,144 combinations"):
        profile_sizes(teams)
