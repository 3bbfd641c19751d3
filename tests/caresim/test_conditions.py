"""Conditions, amounts and values on the command line: as a planner writes them, or a message that helps."""

from __future__ import annotations

import numpy as np
import pytest

from caresim.amounts import Amount, amount, better_of, measure_named, pounds_of, share_of
from caresim.conditions import condition
from caresim.varying import number_written, others_to_vary, varied
from outputs.measures.registry import MEASURES
from scenarios.messages import BadInput
from scenarios.resolve import resolve
from scenarios.resolved import Resolved

YEARS = ["2018/19", "2019/20", "2030/31"]


@pytest.fixture(scope="module")
def extensivist() -> Resolved:
    """The shipped plan in the small place."""
    return resolve("extensivist-teams", place="england-average-25k")


@pytest.mark.parametrize(
    ("text", "measure", "sign", "bound", "against", "year"),
    [
        ("emergency admission growth <= 2 % a year by 2030/31", "emergency_admission_growth_percent", "<=", 2.0,
         "level", "2030/31"),
        ("emergency admissions at most 27,000", "emergency_admissions", "<=", 27_000.0, "level", None),
        ("Emergency admissions below 27,000 admissions a year in 2019/20", "emergency_admissions", "<", 27_000.0,
         "level", "2019/20"),
        ("net cost <= do nothing", "net_cost_gbp", "<=", 0.0, "difference", None),
        ("net_cost_gbp <= doing nothing + £1.5m", "net_cost_gbp", "<=", 1_500_000.0, "difference", None),
        ("emergency admissions <= do nothing - 5 %", "emergency_admissions", "<=", -5.0, "percent", None),
        ("emergency admission growth < do nothing - 0.5 points", "emergency_admission_growth_percent", "<", -0.5,
         "difference", None),
        ("days at home per person >= 350", "days_at_home_per_person", ">=", 350.0, "level", None),
    ],
)  # fmt: skip
def test_a_condition_is_read_as_it_is_meant(
    text: str, measure: str, sign: str, bound: float, against: str, year: str | None
) -> None:
    """A measure by id or title, a sign or words, a number in its unit or doing nothing, and a year."""
    found = condition(text, "--until", YEARS)
    read = (found.measure.id, found.sign, found.bound, found.against, found.year)
    assert read == (measure, sign, bound, against, year)


def test_a_condition_is_held_against_runs() -> None:
    """Level, difference and per cent of doing nothing, run by run; a run without a value never meets it."""
    values, nothing = np.array([95.0, 99.0, np.nan]), np.array([100.0, 100.0, 100.0])
    for text, meets in (
        ("emergency admissions <= 98", [True, False, False]),
        ("emergency admissions <= do nothing - 2", [True, False, False]),
        ("emergency admissions <= do nothing - 1 %", [True, True, False]),
        ("emergency admissions >= 98", [False, True, False]),
    ):
        found = condition(text, "--until", YEARS)
        assert found.holds(found.quantity(values, nothing)).tolist() == meets, text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("fewer admissions please", "a measure, a sign and a bound"),
        ("emergency admisions <= 5", 'did you mean "emergency_admissions"'),
        ("emergency admissions <= many", "number in admissions a year"),
        ("emergency admissions <= 5 beds", "admissions a year"),
        ("emergency admissions <= 5 %", 'written "do nothing - 5 %"'),
        ("emergency admissions <= 5 by 2012/13", "no such year"),
    ],
)
def test_a_condition_that_cannot_be_read_gets_one_message_that_helps(text: str, says: str) -> None:
    """What was found, and what may stand there."""
    with pytest.raises(BadInput) as refused:
        condition(text, "--until", YEARS)
    assert says in " ".join(str(refused.value).split())


def test_amounts_are_read_as_people_write_them() -> None:
    """Commas, pounds, per cent, k and m, and the minus that a word processor makes."""
    assert amount("1,200") == Amount(1200.0, False, False)
    assert amount("−40 %") == Amount(-40.0, True, False)
    assert amount("£1.2m") == Amount(1_200_000.0, False, True)
    assert amount("twelve") is None
    assert share_of("95%", "--confidence") == share_of("0.95", "--confidence") == 0.95
    assert pounds_of("£300k", "--spend") == 300_000.0
    for text in ("40%", "100 %", "95", ""):
        with pytest.raises(BadInput, match="below 100 %"):
            share_of(text, "--confidence")
    with pytest.raises(BadInput, match="money"):
        pounds_of("300", "--spend")


def test_a_measure_goes_by_its_id_its_title_or_the_usual_name() -> None:
    """The usual ones win where several have one title."""
    for name in ("emergency_admissions", "Emergency admissions", "emergency  ADMISSIONS"):
        assert measure_named(name, "--measure").id == "emergency_admissions"
    assert all(measure_named(name, "--measure").id == name for name in MEASURES)
    with pytest.raises(BadInput, match="--better"):
        better_of(MEASURES["intervention_cost_gbp"], None)
    assert better_of(MEASURES["net_cost_gbp"], None) == "fewer"


def test_numbers_are_written_back_as_they_were() -> None:
    """So that --set takes them and a planner knows them again."""
    for text, value, again in (("-40%", -22.5, "-22.5 %"), ("£700,000", 650_000.0, "£650,000"), ("3", 4.0, "4"),
                               ("6 months", 7.0, "7 months")):  # fmt: skip
        assert number_written(text, "--from")[1].text(value) == again
    with pytest.raises(BadInput, match="--set takes it"):
        number_written("soon", "--from")


def test_a_value_is_known_with_its_range(extensivist: Resolved) -> None:
    """In the units in which the ends are written; others that may do it are named."""
    percent = number_written("-40%", "--from")[1]
    found = varied(extensivist, "extensivist-teams.acute crises, after month 12", percent)
    assert (found.low, found.now, found.high) == pytest.approx((-15.0, -5.0, 0.0))
    assert found.is_assumption
    assert others_to_vary(found, extensivist) == ["extensivist-teams.teams", "extensivist-teams.caseload"]
    plain = number_written("3", "--from")[1]
    teams = varied(extensivist, "Extensivist teams.Teams", plain)
    assert teams.now == pytest.approx(extensivist.interventions[0].most_teams)
    assert not teams.has_range()
    with pytest.raises(BadInput, match="did you mean"):
        varied(extensivist, "extensivist-teams.caselod", plain)
    with pytest.raises(BadInput, match="no such service"):
        varied(extensivist, "care-home-teams.teams", plain)
