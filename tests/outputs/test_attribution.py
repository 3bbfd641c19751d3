"""Which part did it: shares and overlap that add up exactly, and are fair to parts."""

from __future__ import annotations

import dataclasses
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outputs.attribution import (
    ATTRIBUTION_COLUMNS,
    Attributed,
    Coalition,
    Design,
    attribution_of,
    design,
    every_coalition,
    shares,
)
from outputs.compare import compare
from outputs.where_it_went import in_words
from tests.outputs.studies import do_nothing, tables, with_team

NAMES = ("a", "b", "c", "d", "e", "f", "g", "h")


def worth(parts: tuple[str, ...], numbers: list[float], runs: int = 2) -> dict[Coalition, np.ndarray]:
    """A number for each run and coalition, whole numbers so that sums are exact."""
    every = list(every_coalition(parts))
    return {
        each: np.array([numbers[(place * runs + run) % len(numbers)] for run in range(runs)])
        for place, each in enumerate(every)
    }


@given(st.integers(1, 7), st.lists(st.integers(-1000, 1000).map(float), min_size=7, max_size=200), st.integers(1, 99))
@settings(max_examples=60, deadline=None)
def test_parts_and_overlap_are_the_total_and_so_are_shares(parts: int, numbers: list[float], seed: int) -> None:
    """In every run, whatever the parts do together, exact or sampled."""
    names = NAMES[:parts]
    values, orders = worth(names, numbers), design(names, seed)
    found = shares({each: values[each] for each in orders.coalitions()}, orders)
    total = values[frozenset(names)] - values[frozenset()]
    assert (found.total == total).all()
    assert (sum(found.alone.values(), np.zeros(2)) + found.overlap == total).all()
    assert sum(found.share.values(), np.zeros(2)) == pytest.approx(total, abs=1e-9)


def test_a_part_that_does_nothing_gets_nothing_and_twins_get_the_same() -> None:
    """Three parts, of which two are alike and one is idle."""
    values = {each: np.array([-10.0 * len(each & {"a", "b"}) + 4.0 * ({"a", "b"} <= each)])
              for each in every_coalition(("a", "b", "c"))}
    found = shares(values, design(("a", "b", "c"), 1))
    assert {part: float(share[0]) for part, share in found.share.items()} == pytest.approx(
        {"a": -8.0, "b": -8.0, "c": 0.0})
    assert float(found.overlap[0]) == pytest.approx(4.0)
    assert float(found.last["a"][0]) == pytest.approx(-6.0)
    assert set(found.sampling_error.values()) == {0.0}


def test_up_to_three_parts_are_exact_and_more_are_sampled_with_their_reverse() -> None:
    """Every order of three, and of five, whose sample would cost as much; of eight a few, the same for a seed."""
    assert len(design(("a", "b", "c"), 1).orders) == 6
    assert design(NAMES[:5], 1).is_exact
    eight = design(NAMES, 1)
    assert not eight.is_exact
    assert all(first == second[::-1] for first, second in zip(eight.orders[::2], eight.orders[1::2], strict=True))
    assert len(eight.coalitions()) < 100
    assert eight == design(NAMES[::-1], 1)
    assert eight != design(NAMES, 2)


def test_a_sample_of_orders_states_an_error_that_covers_the_truth() -> None:
    """Of a hundred samples of a game with overlaps, 95 in 100 shares lie within the stated error times Student's t."""
    rng = np.random.default_rng(3)
    parts = NAMES[:7]
    values = {each: np.array([-float(len(each)) ** 0.5 * 100.0 + 50.0 * rng.standard_normal()])
              for each in every_coalition(parts)}
    truth = shares(values, Design(parts, tuple(permutations(parts)), is_exact=True)).share
    away = []
    for seed in range(100):
        found = shares(values, design(parts, seed))
        away += [(found.share[part][0] - truth[part][0]) / found.sampling_error[part] for part in parts]
    of_five_degrees_of_freedom = 2.571
    assert np.mean(np.abs(away) < of_five_degrees_of_freedom) == pytest.approx(0.95, abs=0.03)


def test_the_table_says_what_each_part_does_with_its_ranges() -> None:
    """Two teams that overlap: alone -10 and -20, together -24."""
    levels = {"do-nothing": 100.0, "a-team": 90.0, "b-team": 80.0, "both": 76.0}
    frames = [tables(name, {"emergency_admissions": [level, level + 2.0 * (name == "both")]})
              for name, level in levels.items()]
    runs = pd.concat(frames, ignore_index=True)
    both = dataclasses.replace(with_team("both"), interventions=(
        *with_team("a-team").interventions, *with_team("b-team").interventions))
    shown = runs[runs["scenario"].isin(["do-nothing", "both"])]
    comparison = compare(shown, [do_nothing(), both], reference="do-nothing")
    runs_of = {frozenset[str](): "do-nothing", frozenset({"a-team"}): "a-team", frozenset({"b-team"}): "b-team",
               frozenset({"a-team", "b-team"}): "both"}
    one = Attributed("both", design(("a-team", "b-team"), 1), runs_of)
    table = attribution_of(runs, comparison, [one], {"a-team": "A team", "b-team": "B team"})
    assert tuple(table.columns) == ATTRIBUTION_COLUMNS
    rows = table[table["measure"] == "emergency_admissions"].set_index("part")
    assert rows["alone"].to_dict() == {"a-team": -10.0, "b-team": -20.0, "overlap": 7.0, "total": -23.0}
    assert rows["share"].to_dict() == {"a-team": -6.5, "b-team": -16.5, "overlap": 0.0, "total": -23.0}
    assert rows["last"].drop("overlap").to_dict() == {"a-team": -3.0, "b-team": -13.0, "total": -23.0}
    assert rows.loc["total", "share_simulation_error"] == pytest.approx(1.0)
    text = "\n".join(in_words(dataclasses.replace(comparison, attribution=table)))
    assert "WHICH PART DID IT?" in text
    assert max(map(len, text.splitlines())) <= 100
