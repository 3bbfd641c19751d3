"""What a draw promises: the same bits everywhere, from nothing but what it decides."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simulation import draws
from simulation.draws import MOST_DECISIONS, MOST_OCCURRENCES, MOST_PERSONS, stream_key, uniform, uniforms
from simulation.jit import compiled

SMALLEST = Fraction(1, 2**53)

seeds = st.integers(0, 2**200)
replications = st.integers(0, 2**40)
persons = st.integers(0, MOST_PERSONS - 1)
decisions = st.integers(0, MOST_DECISIONS - 1)
occurrences = st.integers(0, MOST_OCCURRENCES - 1)
repeatably = settings(deadline=None, derandomize=True, max_examples=300)


@compiled
def uniform_in_compiled_code(key: int, person: int, decision: int, occurrence: int) -> float:
    """One draw, asked for by compiled code."""
    return uniform(key, person, decision, occurrence)


@compiled
def fill_in_compiled_code(
    key: int, people: NDArray[np.int64], decision: int, occurrence: int, out: NDArray[np.float64]
) -> None:
    """Fill `out` with the draws of `people`, (n,) each, in a compiled loop."""
    for i in range(people.shape[0]):
        out[i] = uniform(key, people[i], decision, occurrence)


@repeatably
@given(seeds, replications, persons, decisions, occurrences)
def test_python_numpy_and_compiled_code_give_the_same_bits(
    seed: int, replication: int, person: int, decision: int, occurrence: int
) -> None:
    """One draw asked for three ways is one number, bit for bit, for every person, decision and occurrence."""
    key = stream_key(seed, replication)
    plain = uniform(key, person, decision, occurrence)
    assert uniform_in_compiled_code(key, person, decision, occurrence) == plain
    assert uniforms(key, person, decision, occurrence) == plain


@pytest.mark.parametrize("person", [0, 1, 2**31, 2**32 - 1, 2**40, 2**40 + 3 * 2**32 + 5, MOST_PERSONS - 1])
@pytest.mark.parametrize("decision", [0, 255, 256, MOST_DECISIONS - 1])
@pytest.mark.parametrize("occurrence", [0, 63, 2**32, MOST_OCCURRENCES - 1])
@pytest.mark.parametrize("key", [0, 1, 2**63 - 1])
def test_the_three_ways_agree_at_the_limits(key: int, person: int, decision: int, occurrence: int) -> None:
    """The bits agree at the largest and smallest numbers too, where words wrap and signs could turn."""
    plain = uniform(key, person, decision, occurrence)
    assert uniform_in_compiled_code(key, person, decision, occurrence) == plain
    assert uniforms(key, [person], decision, occurrence).tolist() == [plain]


def test_a_compiled_loop_a_numpy_batch_and_plain_python_agree_on_many_people() -> None:
    """A batch is the same numbers as one draw at a time, in the order of the people."""
    people = np.concatenate([np.arange(2000), 2**40 + np.arange(2000), np.arange(MOST_PERSONS - 2000, MOST_PERSONS)])
    key = stream_key(11, 4)
    looped = np.empty(len(people))
    fill_in_compiled_code(key, people, 7, 12345, looped)
    batch = uniforms(key, people, 7, 12345)
    assert batch.tolist() == looped.tolist() == [uniform(key, person, 7, 12345) for person in people.tolist()]


@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.uint32, np.uint64])
def test_a_batch_does_not_depend_on_how_its_numbers_are_stored(dtype: type[np.generic]) -> None:
    """Ids stored in 32 or 64 bits, signed or not, give the same draws."""
    people = np.arange(100)
    assert uniforms(5, people.astype(dtype), 3, 2).tolist() == uniforms(5, people, 3, 2).tolist()


@pytest.mark.parametrize("whole", [np.int16, np.int32, np.int64, np.uint64])
@pytest.mark.parametrize("position", range(4))
def test_plain_python_takes_numbers_out_of_arrays(whole: type[np.integer], position: int) -> None:
    """An element of an array as key, person, decision or occurrence gives the draw of the number it stands for."""
    asked = [1001, 12345, 7, 9876]
    drawn = uniform(*asked)
    asked[position] = whole(asked[position])  # type: ignore[call-overload]
    assert uniform(*asked) == drawn


def test_a_batch_broadcasts_persons_decisions_and_occurrences() -> None:
    """Persons by decisions by occurrences gives a grid whose cells are the single draws."""
    grid = uniforms(9, np.arange(3)[:, None, None], np.arange(4)[:, None], np.arange(5))
    assert grid.shape == (3, 4, 5)
    assert grid[2, 3, 4] == uniform(9, 2, 3, 4)


@repeatably
@given(persons, decisions, occurrences)
def test_a_draw_is_an_odd_multiple_of_the_smallest_step_above_zero_and_below_one(
    person: int, decision: int, occurrence: int
) -> None:
    """Draws are centred in 2**52 equal cells: 0 and 1 never occur, and `1 - u` is exact."""
    u = uniform(1, person, decision, occurrence)
    steps = Fraction(u) / SMALLEST
    assert 0.0 < u < 1.0
    assert steps.denominator == 1
    assert steps.numerator % 2 == 1


@pytest.mark.parametrize(("bits", "draw"), [(0, 2.0**-53), (2**52 - 1, 1.0 - 2.0**-53)])
def test_the_first_and_last_cell_stay_inside_zero_and_one(
    bits: int, draw: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No rounding turns the lowest cell into 0 or the highest into 1."""
    monkeypatch.setattr(draws, "_random_bits", lambda *_: np.array([bits], np.uint64))
    assert uniforms(1, [1], 1, 1).tolist() == [draw]
    assert math.log(draw) < 0.0
    assert math.log(1.0 - draw) < 0.0


@repeatably
@given(st.lists(st.tuples(persons, decisions, occurrences), min_size=2, max_size=30, unique=True))
def test_the_order_and_number_of_draws_change_none_of_them(asked: list[tuple[int, int, int]]) -> None:
    """A draw is a function of what it decides: asking for others first, or for fewer, leaves it as it was."""
    first = {what: uniform(3, *what) for what in asked}
    again = {what: uniform(3, *what) for what in reversed(asked[: len(asked) // 2])}
    assert all(first[what] == u for what, u in again.items())


def test_no_two_events_of_a_person_share_a_word() -> None:
    """Decision and occurrence pack into one 64-bit word without overlap, so no two decisions can share a draw."""
    stride = draws._DECISION_STRIDE
    assert stride >= MOST_OCCURRENCES
    assert (MOST_DECISIONS - 1) * stride + MOST_OCCURRENCES - 1 < 2**64
    assert all(spread % 2 == 1 for spread in (stride, draws._PERSON_SPREAD, draws._EVENT_SPREAD))


def test_a_million_draws_are_all_different() -> None:
    """Neither neighbouring people nor neighbouring decisions repeat a draw (52 bits; chance of any repeat 1e-4)."""
    grid = uniforms(stream_key(2, 0), np.arange(1000)[:, None], np.arange(10)[:, None, None], np.arange(100) << 6)
    assert len(np.unique(grid)) == grid.size


@repeatably
@given(seeds, replications)
def test_a_key_is_a_positive_signed_word_and_always_the_same(seed: int, replication: int) -> None:
    """Keys fit a signed 64-bit integer, so that compiled code has one type for them."""
    assert 0 <= stream_key(seed, replication) < 2**63
    assert stream_key(seed, replication) == stream_key(seed, replication)


def test_seeds_and_replications_never_share_a_key() -> None:
    """Seed 1 replication 11 is not seed 11 replication 1, nor any other of 40,000 runs."""
    keys = {stream_key(seed, replication) for seed in range(200) for replication in range(200)}
    assert len(keys) == 200 * 200


@pytest.mark.parametrize(("seed", "replication"), [(-1, 0), (0, -1)])
def test_a_negative_seed_or_replication_is_refused(seed: int, replication: int) -> None:
    """A negative number would name no stream."""
    with pytest.raises(ValueError, match="not negative"):
        stream_key(seed, replication)


@pytest.mark.parametrize(
    ("seed", "replication", "person", "decision", "occurrence", "draw"),
    [
        (0, 0, 0, 0, 0, "0x1.7f70645b6afd6p-2"),
        (1, 0, 0, 0, 0, "0x1.763728799c950p-5"),
        (20170401, 7, 249999, 12, 987654 << 6 | 3, "0x1.20c06f6473382p-2"),
        (2**70, 2**31, 2**40 + 2**32 + 17, MOST_DECISIONS - 1, MOST_OCCURRENCES - 1, "0x1.b460bbb733f8dp-1"),
    ],
)
def test_draws_are_the_same_in_every_release(
    seed: int, replication: int, person: int, decision: int, occurrence: int, draw: str
) -> None:
    """Published runs can be repeated: a changed hash is a new edition, never an accident."""
    assert uniform(stream_key(seed, replication), person, decision, occurrence).hex() == draw
