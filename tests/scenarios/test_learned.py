"""What an ensemble says of its parameters: nothing where it is as wide as before, something where it is narrower."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios.ensembles import parameters
from scenarios.fitted import EDGE
from scenarios.learned import PRIOR_SD, learned

MEMBERS = 240


def an_ensemble(**moved: float) -> list[list[float]]:
    """(240, parameters) positions: even over the range, or narrowed to a tenth of it around the one given."""
    even = np.linspace(EDGE, 1.0 - EDGE, MEMBERS)
    columns = [even if each.name not in moved else moved[each.name] + 0.1 * (even - 0.5) for each in parameters()]
    positions: list[list[float]] = np.column_stack(columns).tolist()
    return positions


def test_an_ensemble_as_wide_as_before_has_learned_nothing() -> None:
    """Neither narrower nor moved, and its middle eight in ten are those of the range."""
    for each in learned(parameters(), an_ensemble()):
        assert not each.is_updated
        assert each.shrinkage == pytest.approx(0.0, abs=0.01)
        assert each.moved == pytest.approx(0.0, abs=1e-9)
        assert each.low == pytest.approx(0.116, abs=0.001)
        assert each.high == pytest.approx(0.884, abs=0.001)


def test_only_what_was_narrowed_counts_as_updated() -> None:
    """With how much narrower, and how far its mean went in standard deviations of the range."""
    found = {each.parameter.name: each for each in learned(parameters(), an_ensemble(care_home_teams=0.7))}
    assert [name for name, each in found.items() if each.is_updated] == ["care_home_teams"]
    assert found["care_home_teams"].shrinkage == pytest.approx(0.9, abs=0.01)
    assert found["care_home_teams"].moved == pytest.approx(0.2 / PRIOR_SD)


def test_what_it_means_is_said_for_each_value_and_in_its_own_unit() -> None:
    """Narrowed to the middle, the range of a value shrinks to near its best guess; one without a range is refused."""
    narrowed = an_ensemble(care_home_teams=0.5, pressure=0.5)
    found = {each.parameter.name: each for each in learned(parameters(), narrowed)}
    homes = found["care_home_teams"]
    assert homes.own() is None
    assert homes.governed
    assert all(line.startswith(f"{one.intervention}, {one.value}: ") and "(before " in line
               for one, line in zip(homes.governed, homes.in_units(), strict=True))  # fmt: skip
    pressure = found["pressure"]
    assert pressure.governed == ()
    own = pressure.own()
    assert own is not None
    ends = [float(text) for text in own[0].split(" to ")]
    assert ends[0] <= 1.0 <= ends[1]
    assert pressure.in_units() == [f"{own[0]} (before {own[1]}) {pressure.parameter.unit}"]
    with pytest.raises(ValueError, match="has no range"):
        pressure.of(pressure.parameter.governs[0])
