"""A model brought to what a place knows of itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scenarios.build_model import build
from scenarios.catalogue import find
from scenarios.evidence import load
from scenarios.matching import (
    ADMISSIONS,
    ATTENDANCES,
    BED_DAYS,
    Factors,
    changes_of,
    expected_levels,
    factors_of,
)
from scenarios.messages import BadInput
from scenarios.places import read_place
from scenarios.resolve import resolve
from scenarios.resolved import Place

AVERAGE = "england-average-25k"


def average(**levels: float) -> Place:
    """The small average place with these levels, by short name."""
    names = {"admissions": ADMISSIONS, "attendances": ATTENDANCES, "bed_days": BED_DAYS}
    place = resolve("do-nothing", place=AVERAGE).place
    return replace(place, levels={names[name]: value for name, value in levels.items()})


def test_a_place_without_levels_changes_nothing() -> None:
    """What it says of today changes nothing either."""
    assert factors_of(average(), load()) == Factors()
    assert changes_of(replace(average(), levels={"beds occupied": 41.0}), load()) == {}


def test_englands_levels_change_nothing() -> None:
    """A place that has what its ages give is left as it is."""
    usual = expected_levels(average(), load())
    factors = factors_of(replace(average(), levels=usual), load())
    assert (factors.upper, factors.lower, factors.nights) == pytest.approx((1.0, 1.0, 1.0))


def test_expected_levels_are_near_the_published_totals() -> None:
    """104 admissions, 420 attendances and 503 bed days per 1,000 people."""
    usual = expected_levels(average(), load())
    assert usual[ADMISSIONS] == pytest.approx(104.3, rel=0.005)
    assert usual[ATTENDANCES] == pytest.approx(420.0, rel=0.005)
    assert usual[BED_DAYS] == pytest.approx(503.4, rel=0.005)


def test_a_deprived_place_is_expected_to_have_more_and_is_scaled_once() -> None:
    """What its fifths alone give changes nothing; without them the same levels would need more."""
    place = resolve("do-nothing", place="tower-hamlets").place
    usual = expected_levels(place, load())
    undivided = replace(place, population=tuple(replace(cell, deprivation_fifth=0) for cell in place.population))
    assert usual[ADMISSIONS] > 1.15 * expected_levels(undivided, load())[ADMISSIONS]
    factors = factors_of(replace(place, levels=usual), load())
    assert (factors.upper, factors.lower, factors.nights) == pytest.approx((1.0, 1.0, 1.0))
    assert factors_of(replace(undivided, levels=usual), load()).upper > 1.15


def test_more_admissions_need_more_of_the_needs_that_can_grow() -> None:
    """Needs near death stay as deaths are, so the others rise by more than a tenth for a tenth more in all."""
    usual = expected_levels(average(), load())
    factors = factors_of(average(admissions=1.1 * usual[ADMISSIONS]), load())
    assert 1.1 < factors.upper < 1.2
    assert factors.lower == factors.nights == 1.0


def test_fewer_bed_days_shorten_stays() -> None:
    """And leave admissions."""
    usual = expected_levels(average(), load())
    factors = factors_of(average(bed_days=0.9 * usual[BED_DAYS]), load())
    assert factors.nights == pytest.approx(0.9)
    assert factors.upper == pytest.approx(1.0)


def test_a_level_in_the_wrong_unit_is_refused() -> None:
    """24,000 a year is not 24,000 per 1,000."""
    with pytest.raises(BadInput, match="Check the number and its unit"):
        factors_of(average(admissions=961.0), load())


def test_levels_reach_the_model() -> None:
    """Steady needs of every band above admission are scaled, and nothing else."""
    usual = expected_levels(average(), load())
    resolved = resolve("do-nothing", place=AVERAGE)
    matched = replace(resolved, place=average(admissions=1.1 * usual[ADMISSIONS]))
    ours, theirs = (build(each, seed=1, replication=0).people.needs for each in (matched, resolved))
    ratio = ours.steady[theirs.steady > 0.0] / theirs.steady[theirs.steady > 0.0]
    assert ratio.max() == pytest.approx(factors_of(matched.place, load()).upper)
    assert ratio.min() == pytest.approx(1.0)


def test_levels_are_read_from_the_file_of_a_place(tmp_path: Path) -> None:
    """In words, per 1,000; what is known of today beside them."""
    (tmp_path / "place.yaml").write_text(
        "title: Anytown\nyear: 2024/25\nmatch:\n  emergency admissions: 110 per 1,000\n"
        "today:\n  ready to leave: 57\n", encoding="utf-8")
    (tmp_path / "population.csv").write_text("age_from,people\n0,100000\n", encoding="utf-8")
    found = find("place", str(tmp_path))
    assert found is not None
    assert read_place(found).levels == {ADMISSIONS: 110.0, "ready to leave": 57.0}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("match:\n  emergency admissions: 96.2", 'Say "per 1,000"'),
        ("match:\n  emergency admision: 96.2 per 1,000", 'did you mean "emergency_admissions"'),
        ("today:\n  beds: 5", "beds occupied, ready to leave"),
    ],
)
def test_a_level_that_cannot_be_read_is_explained(tmp_path: Path, line: str, said: str) -> None:
    """With what to write."""
    (tmp_path / "place.yaml").write_text(f"title: Anytown\nyear: 2024/25\n{line}\n", encoding="utf-8")
    (tmp_path / "population.csv").write_text("age_from,people\n0,100000\n", encoding="utf-8")
    found = find("place", str(tmp_path))
    assert found is not None
    with pytest.raises(BadInput) as caught:
        read_place(found)
    assert said in str(caught.value)
