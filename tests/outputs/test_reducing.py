"""A run made small: everything that later steps need, and nothing lost on the way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outputs.measures import MEASURES, reduce
from outputs.measures.reducing import ADMISSIONS, COLUMNS, ENROLMENTS, AdmissionTimes, TimeWithTeams
from outputs.prices import load_prices
from scenarios.evidence import load
from tests.outputs.factory import RunBuilder, intervention, resolved

CONTRACT = {
    "ae_type1_attendances_per_1000", "admitted_share_all_types", "admitted_share_type1", "direct_admissions_per_1000",
    "share_aged_65_plus", "medically_fit_days_per_1000", "care_home_deaths_per_1000", "net_cost_gbp",
    "emergency_admissions", "emergency_admissions_per_1000", "emergency_admission_growth_percent",
    "ae_attendances_per_1000", "four_hour_share_type1", "four_hour_share_all_types", "zero_day_share",
    "emergency_bed_days_per_1000", "emergency_beds_occupied", "bed_occupancy", "delayed_days_per_1000",
    "readmission_30_day_share", "gp_consultations_per_person", "care_home_residents_per_1000",
    "care_home_ae_per_resident", "care_home_admissions_per_resident", "deaths_per_1000", "hospital_deaths_per_1000",
    "days_at_home_per_person", "cost_per_head_gbp", "intervention_cost_per_head_gbp",
}


def small_run() -> RunBuilder:
    """Twelve people, a few of them ill, two with a team."""
    run = RunBuilder(teams=("a-team",), eligible=4).crowd(1, 10).person(11, age=85, care_home=True)
    run.person(12, left="2016-07-01", died_in="home")
    run.attendance(1, "2016-05-01 10:00", "2016-05-01 12:00").admission(1, "2016-05-01 12:00", "2016-05-04 12:00")
    run.admission(2, "2015-06-01 10:00", "2015-06-01 20:00").attendance(11, "2016-05-01", "2016-05-01 02:00")
    return run.enrol(1, "2016-06-01").enrol(12, "2016-05-01")


def test_every_measure_of_the_contract_is_defined_once() -> None:
    """Ids that other programs read are there, each with words, a unit, a rule and a source."""
    assert set(MEASURES) >= CONTRACT
    for name, measure in MEASURES.items():
        assert measure.id == name
        assert measure.title
        assert measure.unit
        assert measure.rule
        assert measure.source
        assert measure.matters > 0


def test_the_table_of_a_run_has_every_measure_that_the_run_can_answer() -> None:
    """All but growth over three years, in a run of two, and shares of what did not happen."""
    table = reduce(small_run().build(), resolved(interventions=(intervention(),)))
    assert tuple(table.columns) == COLUMNS
    missing = CONTRACT - set(table["measure"])
    assert missing == {"emergency_admission_growth_percent"}
    assert not table.duplicated(["measure", "period", "stratum"]).any()
    assert np.isfinite(table["value"]).all()


def test_years_and_months_of_the_window_are_in_the_table() -> None:
    """Yearly measures for both years, monthly ones for their months too."""
    table = reduce(small_run().build(), resolved())
    assert set(table.loc[table["measure"] == "deaths_per_1000", "period"]) == {"2015/16", "2016/17"}
    assert "2016-05" in set(table.loc[table["measure"] == "ae_attendances_per_day", "period"])


def test_admissions_and_enrolments_come_back_as_they_went_in() -> None:
    """Person and tick of each admission, and each enrolment with its person's time in the place."""
    run = small_run()
    table = reduce(run.build(), resolved()).set_index("measure")
    admissions = AdmissionTimes.unpacked(table["content"].to_dict()[ADMISSIONS])
    assert admissions.person.tolist() == [1, 2]
    assert admissions.begin.tolist() == [run.tick("2016-05-01 12:00"), run.tick("2015-06-01 10:00")]
    teams = TimeWithTeams.unpacked(table["content"].to_dict()[ENROLMENTS])
    assert teams.person.tolist() == [1, 12]
    assert teams.joined.tolist() == [run.tick("2016-06-01"), run.tick("2016-05-01")]
    assert teams.left.tolist() == [run.calendar.horizon, run.tick("2016-07-01")]
    assert teams.went.tolist() == teams.left.tolist()
    assert teams.died.tolist() == [0, 1]


@given(st.lists(st.tuples(st.integers(0, 2**41), st.integers(0, 2**33))))
def test_packed_arrays_come_back_exactly(rows: list[tuple[int, int]]) -> None:
    """Whatever the order and size of the numbers."""
    person, begin = np.array(rows, np.int64).reshape(-1, 2).T
    back = AdmissionTimes.unpacked(AdmissionTimes(person, begin).packed())
    assert back.person.tolist() == person.tolist()
    assert back.begin.tolist() == begin.tolist()


def test_the_same_run_gives_the_same_table() -> None:
    """Nothing in it depends on anything else."""
    one, other = (reduce(small_run().build(), resolved()) for _ in range(2))
    pd.testing.assert_frame_equal(one, other)


def test_prices_are_drawn_for_a_run_when_its_number_is_known() -> None:
    """Costs of the same run move with the run's prices and nothing else does."""
    run, scenario = small_run().build(), resolved()
    plain, drawn = reduce(run, scenario), reduce(run, scenario, seed=1, replication=3)
    by_hand = reduce(run, scenario, load_prices(scenario).drawn(1, 3))
    columns = ["measure", "period", "stratum", "value"]
    pd.testing.assert_frame_equal(drawn[columns], by_hand[columns])
    moved = set(plain.loc[(plain["value"] - drawn["value"]).abs() > 1e-12, "measure"])
    assert moved == {
        "cost_per_head_gbp", "emergency_admission_cost_per_head_gbp", "marginal_care_cost_gbp", "net_cost_gbp",
        "spending_covered_share",
    }


def test_a_changed_assumption_of_the_scenario_changes_the_measure_that_reads_it() -> None:
    """The reported share of delayed days may be set in a scenario."""
    run = small_run().admission(3, "2016-05-01", "2016-05-10", ready="2016-05-06", reason="care_package").build()
    changed = resolved()
    object.__setattr__(changed, "settings", {"discharge_delay.reported_share [all]": 0.5})
    usual = load().value("discharge_delay.reported_share")
    one, other = (
        reduce(run, scenario).set_index(["measure", "period", "stratum"])["value"] for scenario in (resolved(), changed)
    )
    key = ("delayed_days_per_1000", "2016/17", "all")
    assert other[key] / one[key] == pytest.approx(0.5 / usual)


def test_an_empty_run_can_be_reduced() -> None:
    """People without a single stay: rates of nothing are zero and shares of nothing are left out."""
    table = reduce(RunBuilder().crowd(1, 3).build(), resolved())
    values = table[table["period"] == "2016/17"].set_index(["measure", "stratum"])["value"]
    assert values["emergency_admissions", "all"] == 0.0
    assert ("zero_day_share", "all") not in values.index
