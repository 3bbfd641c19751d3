"""The JSON that other programs read."""

from __future__ import annotations

import json

import pytest

from outputs.compare import compare
from outputs.json_document import json_document, to_text
from outputs.measures import MEASURES
from tests.outputs.studies import do_nothing, tables
from tests.outputs.test_tables_and_words import EVERY_MEASURE, around, three_plans

FIELDS = {"mean", "low", "high", "unit", "interval_kind", "level", "period", "base_period", "runs"}


def test_levels_and_differences_have_the_promised_fields() -> None:
    """Each number says its range, the kind of range, its period and runs; a difference also its verdict."""
    document = json_document(three_plans())
    for scenario in document["scenarios"]:
        assert {"id", "measures"} <= set(scenario)
        for number in scenario["measures"].values():
            assert set(number) >= FIELDS
            assert number["low"] <= number["mean"] <= number["high"]
            assert number["interval_kind"] == "assumptions"
            assert number["level"] == 0.8
            assert number["runs"] == 12
    for comparison in document["comparisons"]:
        assert comparison["reference"] == "do-nothing"
        for number in comparison["differences"].values():
            assert set(number) >= FIELDS | {"verdict"}


def test_scenarios_and_comparisons_are_those_asked_for() -> None:
    """The reference first among scenarios; every other compared with it."""
    document = json_document(three_plans())
    assert [one["id"] for one in document["scenarios"]] == ["do-nothing", "a-team", "b-team", "c-team"]
    assert [one["scenario"] for one in document["comparisons"]] == ["a-team", "b-team", "c-team"]


def test_one_scenario_alone_has_no_comparisons() -> None:
    """`run` lists levels and nothing else."""
    found = compare(tables("do-nothing", around(EVERY_MEASURE, {}, 0.0, 1)), [do_nothing()])
    document = json_document(found)
    assert document["comparisons"] == []
    assert [one["id"] for one in document["scenarios"]] == ["do-nothing"]


def test_periods_are_stated_number_by_number() -> None:
    """Growth goes over years from the base; the rest is about the reported year."""
    measures = json_document(three_plans(), )["scenarios"][0]["measures"]
    assert measures["emergency_admissions"]["period"] == "2019/20"
    growth = measures["emergency_admission_growth_percent"]
    assert (growth["base_period"], growth["period"]) == ("2016/17", "2019/20")


def test_differences_in_growth_are_percentage_points() -> None:
    """A difference of per cents is not per cent."""
    document = json_document(three_plans())
    assert document["scenarios"][0]["measures"]["emergency_admission_growth_percent"]["unit"] == "% a year"
    difference = document["comparisons"][0]["differences"]["emergency_admission_growth_percent"]
    assert difference["unit"] == "percentage points a year"


def test_groups_stand_inside_their_measure() -> None:
    """Age bands are not measures of their own."""
    values = {"emergency_admissions": [100.0] * 6, "emergency_admissions|age 85+": [12.0] * 6}
    document = json_document(compare(tables("do-nothing", values), [do_nothing()]))
    number = document["scenarios"][0]["measures"]["emergency_admissions"]
    assert number["mean"] == 100.0
    assert number["groups"]["age 85+"]["mean"] == 12.0


def test_what_is_not_known_is_null_and_never_nan() -> None:
    """One run has no simulation error; the text is JSON that any reader takes."""
    found = compare(tables("do-nothing", {"emergency_admissions": [100.0]}), [do_nothing()])
    text = to_text(json_document(found))
    assert json.loads(text)["scenarios"][0]["measures"]["emergency_admissions"]["simulation_error"] is None
    assert "NaN" not in text


def test_every_id_is_a_measure_and_shares_are_shares() -> None:
    """No number without a definition."""
    document = json_document(three_plans())
    for scenario in document["scenarios"]:
        assert set(scenario["measures"]) <= set(MEASURES)
    assert document["scenarios"][0]["measures"]["bed_occupancy"]["mean"] == pytest.approx(0.901)


def test_the_same_findings_give_the_same_text() -> None:
    """Byte for byte."""
    assert to_text(json_document(three_plans())) == to_text(json_document(three_plans()))
