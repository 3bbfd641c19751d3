"""Books in whole pence: what is shared out is all of it, and what is debited is credited."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from outputs.ledger.bays import bays_closed
from outputs.ledger.postings import Books, Entry, Unbalanced, pence_of, split

AMOUNTS = some.lists(some.integers(-10**12, 10**12), min_size=1, max_size=6)
WEIGHTS = some.lists(some.floats(0.0, 1.0), min_size=1, max_size=5).filter(lambda parts: sum(parts) > 0.01)


@given(AMOUNTS, WEIGHTS)
def test_what_is_shared_out_is_all_of_it_and_nobody_is_a_penny_off(amounts: list[int], weights: list[float]) -> None:
    """Parts add up exactly, and each is within a penny of its share."""
    pence, shares = np.array(amounts, np.int64), np.array(weights) / sum(weights)
    parts = split(pence, tuple(shares))
    np.testing.assert_array_equal(sum(parts), pence)
    for part, share in zip(parts, shares, strict=True):
        assert np.abs(part - pence * share).max() <= 1.0 + 1e-3


def test_odd_pence_go_to_the_largest_fractions() -> None:
    """10p in thirds is 4, 3, 3; in 47, 43 and 10 % it is 5, 4, 1."""
    assert [int(part[0]) for part in split(np.array([10]), (1 / 3, 1 / 3, 1 / 3))] == [4, 3, 3]
    assert [int(part[0]) for part in split(np.array([10]), (0.47, 0.43, 0.10))] == [5, 4, 1]


@pytest.mark.parametrize("shares", [(), (0.5, 0.4), (1.5, -0.5)])
def test_shares_that_make_no_whole_are_refused(shares: tuple[float, ...]) -> None:
    """Nothing is lost by shares that do not add up."""
    with pytest.raises(ValueError, match="do not make one whole"):
        split(np.array([100]), shares)


def test_a_payment_stands_in_both_books() -> None:
    """Debits of the payer, credits of the receiver; nothing is posted to oneself."""
    books = Books(2)
    books.post("payments", "A&E", "commissioner", "acute trust", np.array([100, 250]))
    books.post("payments", "own", "council", "council", np.array([5, 5]))
    books.check()
    assert [(entry.organisation, entry.pence.tolist()) for entry in books.entries] == [
        ("commissioner", [100, 250]), ("acute trust", [-100, -250])]
    assert books.totals("payments") == (350, 350)


def test_a_missing_side_is_noticed() -> None:
    """The message names the account and the month."""
    books = Books(2)
    books.post("payments", "A&E", "commissioner", "acute trust", np.array([100, 250]))
    books.entries.append(Entry("payments", "council", "A&E", "acute trust", np.array([0, 1])))
    with pytest.raises(Unbalanced, match="A&E: debits less credits are 1 pence in month 1"):
        books.check()


def test_pounds_become_whole_pence() -> None:
    """To the nearest penny, of either sign."""
    assert pence_of(np.array([0.014, 0.016, -12.345, 1.0])).tolist() == [1, 2, -1234, 100]


def test_a_bay_closes_only_after_three_months_of_slack_and_opens_when_beds_fill() -> None:
    """Two months to spare close nothing; a month without opens it again; refilled beds are not to spare."""
    reference = np.full(12, 50.0)
    taken = np.array([40.0, 40, 50, 44, 44, 44, 44, 50, 39, 39, 39, 39])
    assert bays_closed(reference, taken, 5.0, 3, 0).tolist() == [0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 2]


def test_the_rule_works_both_ways_and_not_before_the_change() -> None:
    """Six beds more for three months is a bay more; what happened before the change closes nothing."""
    reference, more = np.full(8, 50.0), np.full(8, 56.0)
    assert bays_closed(reference, more, 5.0, 3, 0).tolist() == [0, 0, 0, -1, -1, -1, -1, -1]
    assert bays_closed(reference, 100.0 - more, 5.0, 3, 4).tolist() == [0] * 7 + [1]


@settings(max_examples=50)
@given(some.lists(some.floats(-4.9, 4.9), min_size=6, max_size=24))
def test_chance_below_a_bay_never_moves_one(noise: list[float]) -> None:
    """Differences smaller than a bay close and open nothing."""
    taken = 50.0 + np.array(noise)
    assert not bays_closed(np.full(len(noise), 50.0), taken, 5.0, 3, 0).any()
