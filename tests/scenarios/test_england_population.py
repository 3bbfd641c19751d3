"""England's people in narrow bands."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from scenarios.england_population import (
    NARROW_BANDS,
    WIDE_BANDS,
    england_population,
    people_by_age,
    whole_numbers,
)
from scenarios.evidence import LIBRARY, load


@pytest.mark.parametrize("people", [25_000, 250_000, 1_000_001])
def test_the_published_bands_keep_their_shares(people: int) -> None:
    """Each of the seven bands to half a person, the total exactly."""
    cells = england_population(people, load())
    published = load().values("population", [name for name, _, _ in WIDE_BANDS])
    assert sum(cell.people for cell in cells) == people
    for (_, first, last), total in zip(WIDE_BANDS, published, strict=True):
        in_band = sum(cell.people for cell in cells if first <= cell.age_from <= last)
        assert abs(in_band - total / published.sum() * people) < 1.0


def test_ages_follow_each_other_smoothly_and_fall_with_mortality() -> None:
    """No step from one year of age to the next above 8 % before old age, and always fewer from 65 on."""
    by_age = people_by_age(load())
    steps = by_age[1:] / by_age[:-1] - 1.0
    assert by_age.min() > 0.0
    assert np.abs(steps[:80]).max() < 0.08
    assert np.all(steps[64:] < 0.0)


def test_older_people_are_more_often_women_and_less_deprived() -> None:
    """As the rows of the evidence say: half women at 40, most at 90; fifths equal under 65."""
    cells = england_population(1_000_000, load())

    def share(age: int, **wanted: object) -> float:
        at_age = [cell for cell in cells if cell.age_from == age]
        matching = [cell for cell in at_age if all(getattr(cell, key) == value for key, value in wanted.items())]
        return sum(cell.people for cell in matching) / sum(cell.people for cell in at_age)

    assert share(40, sex="F") == pytest.approx(0.506, abs=0.001)
    assert share(90, sex="F") == pytest.approx(0.68, abs=0.005)
    assert [share(30, deprivation_fifth=fifth) for fifth in (1, 5)] == pytest.approx([0.2, 0.2], abs=0.001)
    assert [share(80, deprivation_fifth=fifth) for fifth in (1, 5)] == pytest.approx([0.17, 0.23], abs=0.001)


@pytest.mark.parametrize(("name", "people"), [
    ("england-average", 250_000), ("england-average-100k", 100_000), ("england-average-25k", 25_000)])
def test_the_shipped_table_is_what_the_evidence_gives(name: str, people: int) -> None:
    """To one person in a cell, whatever the platform's arithmetic."""
    with (LIBRARY / "places" / name / "population.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    cells = england_population(people, load())
    assert [(int(row["age_from"]), row["age_to"], row["sex"], int(row["deprivation_fifth"])) for row in rows] == [
        (cell.age_from, "" if cell.age_to is None else str(cell.age_to), cell.sex, cell.deprivation_fifth)
        for cell in cells
    ]
    assert max(abs(int(row["people"]) - cell.people) for row, cell in zip(rows, cells, strict=True)) <= 1


def test_narrow_bands_tile_all_ages() -> None:
    """Each begins where the one before ends."""
    assert NARROW_BANDS[0][0] == 0
    assert [low for low, _ in NARROW_BANDS[1:]] == [high + 1 for _, high in NARROW_BANDS if high is not None]


def test_whole_numbers_add_up_and_stay_near() -> None:
    """The largest remainders are rounded up."""
    assert whole_numbers(np.array([1.5, 1.4, 0.1]), 3).tolist() == [2, 1, 0]
    assert whole_numbers(np.array([0.5, 0.5]), 1).tolist() == [1, 0]
