"""Places of services for any number of people."""

from __future__ import annotations

import pytest

from scenarios.evidence import load
from scenarios.pools import IN_PROPORTION, REFERENCE_PEOPLE, average_places, pool_names, pool_unit


@pytest.mark.parametrize("pool", pool_names(load()))
def test_the_reference_place_has_what_the_evidence_says(pool: str) -> None:
    """At 250,000 people the rule gives the row back."""
    assert average_places(pool, REFERENCE_PEOPLE, load()) == load().value("pool.places", pool)


@pytest.mark.parametrize("pool", pool_names(load()))
@pytest.mark.parametrize("people", [10_000, 25_000, 100_000])
def test_a_small_place_is_no_more_crowded(pool: str, people: int) -> None:
    """Its places exceed a plain share of the reference's by enough for chance, unless a plain share is the rule."""
    row = load().row("pool.places", pool)
    share = people / REFERENCE_PEOPLE
    places = average_places(pool, people, load())
    if row.law == IN_PROPORTION:
        assert 0.0 <= places - row.value * share < 1.0
        return
    usual = load().value("pool.load", pool)
    spare, spare_here = (row.value - usual) / usual**0.5, (places - usual * share) / (usual * share) ** 0.5
    assert spare_here >= spare - 1e-6


def test_every_pool_has_a_load_and_a_unit() -> None:
    """Loads are needed for all that grow by the square-root rule."""
    for pool in pool_names(load()):
        assert pool_unit(pool, load())
        if load().row("pool.places", pool).law != IN_PROPORTION:
            assert load().value("pool.load", pool) < load().value("pool.places", pool)
