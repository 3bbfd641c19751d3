"""What may be written after --precision."""

from __future__ import annotations

import pytest

from caresim.targets import targets_of
from outputs.headline import HEADLINE, Target
from outputs.measures import MEASURES
from scenarios.messages import BadInput


def test_enough_is_what_matters_for_each_measure_of_the_first_screen() -> None:
    """A share of doing nothing where that makes sense, else in the measure's unit."""
    found = targets_of(["enough"])
    assert [target.measure for target in found] == list(HEADLINE)
    assert found[0] == Target("emergency_admissions", MEASURES["emergency_admissions"].matters, relative=True)
    assert found[1] == Target("emergency_admission_growth_percent", 0.25, relative=False)


def test_a_share_is_of_doing_nothing_and_leaves_growth_as_it_is() -> None:
    """Half a per cent of a growth of 2.8 % would be more than anybody could want to know."""
    found = {target.measure: target for target in targets_of(["0.5 %"])}
    assert found["emergency_admissions"] == Target("emergency_admissions", 0.005, relative=True)
    assert found["emergency_admission_growth_percent"].amount == 0.25


def test_a_measure_that_is_named_has_its_own_target_whatever_comes_first() -> None:
    """In its unit or in per cent."""
    for written in (["enough", "emergency_admissions=30"], ["emergency_admissions=30", "enough"]):
        assert {t.measure: t for t in targets_of(written)}["emergency_admissions"] == Target(
            "emergency_admissions", 30.0, relative=False
        )
    assert targets_of(["bed_occupancy=2%"]) == (Target("bed_occupancy", 0.02, relative=True),)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("emergency_admision=30", 'did you mean "emergency_admissions"'),
        ("emergency_admissions=few", 'It must be "enough"'),
        ("emergency_admissions=0", 'It must be "enough"'),
        ("30", "must be in per cent"),
        ("-1 %", 'It must be "enough"'),
        ("", 'It must be "enough"'),
    ],
)
def test_anything_else_is_answered_in_words(written: str, said: str) -> None:
    """With what was found and what may stand there."""
    with pytest.raises(BadInput, match="--precision") as caught:
        targets_of([written])
    assert said in str(caught.value)
