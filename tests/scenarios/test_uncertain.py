"""A service whose effect on crises is taken for one on their stays, with nothing else about it changed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from scenarios.build_teams import effects_by_band
from scenarios.resolve import resolve
from scenarios.uncertain import ACTS_ON_CRISES, acts_on_crises, at_best_guess, of_interventions
from scenarios.values import HOMES
from simulation.factors import VALUES

NIGHTS, ACUTE, MINOR, ROUTINE, AT_HOME = (
    VALUES.index(name) for name in ("stay.nights", "hazard.acute.upper", "hazard.minor.lower", "hazard.routine",
                                    "way.sent_to_hospital")
)


def changes(name: str, home: str, overrides: Sequence[str] = (), **given: float) -> np.ndarray:
    """(bands, values) what a service changes at its best guess."""
    scenario = at_best_guess(resolve(name, place="england-average-25k", overrides=overrides),
                             {f"{name}.{ACTS_ON_CRISES}": value for value in given.values()})  # fmt: skip
    return effects_by_band(scenario.interventions[0], 1, 1, home)[1]


def test_an_effect_on_crises_becomes_one_of_the_same_size_on_nights() -> None:
    """12 % more crises in the first year become stays 12 % longer, beside the 3 % that the team shortens them."""
    usual, swapped = (changes("extensivist-teams", HOMES[0], crises=value) for value in (1.0, 0.0))
    assert usual[:, ACUTE] == pytest.approx([0.12, -0.05])
    assert usual[:, NIGHTS] == pytest.approx([-0.03, -0.03])
    assert swapped[:, ACUTE] == pytest.approx([0.0, 0.0])
    assert swapped[:, NIGHTS] == pytest.approx([1.12 * 0.97 - 1.0, 0.95 * 0.97 - 1.0])
    assert swapped[:, ROUTINE] == pytest.approx(usual[:, ROUTINE])


def test_each_kind_of_home_keeps_its_own_effect_and_small_needs_theirs() -> None:
    """Needs that no admission comes of have no nights, and illness dealt with at home no stay: both are left."""
    written = ["care-home-teams.effects.all crises in nursing homes=-20 % (-20 % to -20 %)",
               "care-home-teams.effects.minor A&E visits in nursing homes=-10 % (-10 % to -10 %)"]
    for home, at_home, nights, minor in ((HOMES[0], -0.30, 0.0, 0.0), (HOMES[1], 0.0, -0.20, -0.10)):
        swapped = changes("care-home-teams", home, written, crises=0.0)
        assert swapped[0, [ACUTE, AT_HOME, NIGHTS, MINOR]] == pytest.approx([0.0, at_home, nights, minor])


def test_only_services_that_change_crises_can_be_switched() -> None:
    """One that turns the least ill home from A&E acts on neither."""
    for name, does in (("extensivist-teams", True), ("same-day-emergency-care", False)):
        assert acts_on_crises(resolve(name, place="england-average-25k").interventions[0]) is does


def test_an_effect_is_sourced_where_the_service_says_from_what() -> None:
    """However its name is written: the first year's of extensivist teams rests on a study, the stays' on nothing."""
    grades = {one.name.removeprefix("extensivist-teams."): one.grade
              for one in of_interventions(resolve("extensivist-teams", place="england-average-25k"))}
    assert grades["acute crises, months 1-12"] == "sourced"
    assert grades["length of stay"] == grades["score_accuracy"] == "assumption"
