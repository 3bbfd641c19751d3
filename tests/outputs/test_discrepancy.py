"""What one area alone would find is an average programme's range, widened by how far areas and the model lie apart."""

from __future__ import annotations

import numpy as np
import pytest

from outputs.discrepancy import discrepancies, half_width_of_one_area, in_one_area, on_average
from outputs.ranges import Spread

AVERAGE = Spread(-200.0, -400.0, 100.0, 10.0, 12)


def test_one_area_lies_about_the_average_with_both_spreads() -> None:
    """Two million draws: an average programme's normal range, areas and the model, each independent of the others."""
    rng = np.random.default_rng(1)
    table = discrepancies()
    even = Spread(-0.02, -0.05, 0.01, 0.001, 12)
    draws = -0.02 + 0.03 / 1.2815515655446004 * rng.standard_normal(2_000_000)
    draws += table["area"] * rng.standard_normal(2_000_000) + table["between sites"] * rng.standard_normal(2_000_000)
    found = in_one_area(even, 1.0)
    assert [found.low, found.high] == pytest.approx(np.quantile(draws, (0.1, 0.9)), abs=3e-4)


def test_a_range_with_a_longer_end_keeps_it_and_no_range_gets_narrower() -> None:
    """In shares of the level that is given."""
    found, average = in_one_area(AVERAGE, 20_000.0), on_average(AVERAGE, 20_000.0)
    assert average.low == -0.02
    assert found.mean == average.mean == -0.01
    assert found.high - found.mean > found.mean - found.low > half_width_of_one_area()
    certain = in_one_area(Spread(0.0, 0.0, 0.0, 0.0, 12), 20_000.0)
    assert certain.high == pytest.approx(half_width_of_one_area())
