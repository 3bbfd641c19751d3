"""What the books come to over runs: by organisation, present values, break-even, bays, the words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from outputs import board_words
from outputs.economics import CROSSES_ZERO
from outputs.ledger.activity import Activity
from outputs.ledger.views import ALL_YEARS, NET, PROGRAMME, Ledger, ledger_of
from tests.outputs.books import CHANGE, MONTHS, activity, study_of
from tests.outputs.studies import study

SINCE = np.arange(len(MONTHS)) >= CHANGE
ADMISSION = "emergency_zero_day"


def ledger(reference: list[Activity], *others: list[Activity]) -> Ledger:
    """The books of made-up runs."""
    found = ledger_of(study_of(reference, *others))
    assert found is not None
    return found


def costly(runs: int = 6, *, avoided: float = 0.0) -> Ledger:
    """A service of £1,000 a month that avoids so many admissions of £10 (half of it moves) a month."""
    fewer = [activity({ADMISSION: 100.0 - avoided * SINCE}, services={"a-team": 1000.0},
                      admissions=100.0 - avoided * SINCE) for _ in range(runs)]
    return ledger([activity({ADMISSION: 100.0}) for _ in range(runs)], fewer)


def test_runs_without_months_have_no_ledger() -> None:
    """Runs kept by an older version are compared without money."""
    assert ledger_of(study({"emergency_admissions": [1.0]}, {"emergency_admissions": [1.0]})) is None


def test_what_is_packed_is_what_is_unpacked() -> None:
    """A run's months survive the store bit for bit."""
    run = activity({ADMISSION: np.sqrt(np.arange(len(MONTHS)) + 0.1)}, services={"a-team": 0.1})
    again = Activity.unpacked(run.packed())
    assert again.packed() == run.packed()
    np.testing.assert_array_equal(again.units[ADMISSION], run.units[ADMISSION])


def test_the_books_of_every_run_balance() -> None:
    """Debits and credits of each run and view, in whole pence."""
    table = costly(avoided=5.0).postings
    assert len(table) == 2 * 6 * 3
    assert (table["debits_pence"] == table["credits_pence"]).all()
    assert (table["debits_pence"] > 0).all()


def test_the_three_views_stand_beside_each_other_and_have_no_sum() -> None:
    """Each line is in one view; no line, period or organisation mixes them."""
    table = costly().by_year
    assert set(table["view"]) == {"payments", "resources", "average cost"}
    assert not table["account"].str.contains("total", case=False).any()
    year = table[(table["scenario"] == "a-team") & (table["period"] == "2019/20")]
    assert year.groupby("view")["mean"].sum().abs().max() < 1e-6


def test_who_pays_for_a_programme_and_who_gets_it() -> None:
    """£12,000 of 2016/17 leave the commissioner for the community provider, which spends them: nobody there gains."""
    table = costly().organisations.set_index(["scenario", "period", "organisation", "line"])
    inflation = 1.017 * 1.021 * 1.023
    position = ("a-team", "2019/20", "commissioner", "position")
    assert table.loc[position, "difference_mean"] == pytest.approx(-12_000 * inflation, abs=1)
    assert table.loc[position, "verdict"] == "lower (8 in 10)"
    assert table.loc[("a-team", "2019/20", "community provider", "position"), "difference_mean"] == pytest.approx(0.0)
    assert table.loc[("a-team", "2019/20", "community provider", "received"), "difference_mean"] == pytest.approx(
        12_000 * inflation, abs=1)


def test_present_values_are_real_and_discounted_from_the_first_year_of_change() -> None:
    """Three years of £12,000 at the start of years: 3.5 % and none; nominal books are deflated first."""
    table = costly().present_values.set_index(["line", "rate_percent"])
    for rate, value in ((3.5, 12_000 * (1 + 1 / 1.035 + 1 / 1.035**2)), (0.0, 36_000)):
        assert table.loc[(PROGRAMME, rate), "mean"] == pytest.approx(value, abs=1)
        assert table.loc[(NET, rate), "mean"] == pytest.approx(value, abs=1)


def test_a_service_that_avoids_enough_breaks_even_and_has_a_price_per_admission() -> None:
    """300 admissions avoided a month at £5 each that moves with use: £500 more than the service costs."""
    found = costly(avoided=90.0)
    assert found.summary.set_index("scenario").loc["a-team", "break_even_year"] == ""
    cheap = [activity({ADMISSION: 1000.0 - 300.0 * SINCE}, services={"a-team": 1000.0}, admissions=1000 - 300 * SINCE)
             for _ in range(6)]
    found = ledger([activity({ADMISSION: 1000.0}, admissions=1000.0) for _ in range(6)], cheap)
    row = found.summary.set_index("scenario").loc["a-team"]
    assert row["break_even_year"] == "2017/18"
    assert row["break_even_share_of_runs"] == 1.0
    assert row["cost_per_admission_avoided"] == pytest.approx((1000.0 - 1500.0) / 300.0, abs=0.01)
    assert found.break_even["share_of_runs"].tolist() == [1.0, 1.0, 1.0]


def test_a_range_that_crosses_nothing_has_a_warning_instead_of_a_price() -> None:
    """Some runs avoid admissions and others add them."""
    others = [activity(services={"a-team": 1000.0}, admissions=100.0 + change * SINCE) for change in
              (-9.0, -5.0, -4.0, 4.0, 5.0, 9.0)]
    row = ledger([activity() for _ in others], others).summary.set_index("scenario").loc["a-team"]
    assert np.isnan(row["cost_per_admission_avoided"])
    assert row["warning"] == CROSSES_ZERO


def test_double_running_ends_when_a_bay_closes() -> None:
    """Ten beds fewer from the change on: three months of both, then two bays are shut."""
    run = activity(services={"a-team": 1000.0}, beds=50.0 - 10.0 * SINCE)
    found = ledger([activity()] * 2, [run] * 2)
    row = found.summary.set_index("scenario").loc["a-team"]
    assert (row["double_running_months"], row["double_running_gbp"], row["bays_closed_at_end"]) == (3.0, 3000.0, 2.0)
    bays = found.bays.set_index(["line", "period"])["mean"]
    assert bays["beds_freed", "2019/20"] == pytest.approx(10.0)
    assert bays["bays_closed", "2017/18"] == pytest.approx(2 * 9 / 12)
    assert bays["saved_gbp", "2016/17"] == 0.0
    assert bays["saved_gbp", "2018/19"] == pytest.approx(2 * 5 * 365 * 10.0 * 0.4 * 1.017 * 1.021, rel=1e-3)


def test_a_year_that_is_not_whole_says_so() -> None:
    """Fifteen months are a year and three months, and are not read as two years."""
    short = MONTHS[:39]
    found = ledger(*([activity(months=short)] * 2 for _ in range(2)))
    assert found.study.year_names == ("2014/15", "2015/16", "2016/17", "2017/18 (3 months)")
    assert set(found.organisations["period"]) == {*found.study.year_names, ALL_YEARS}


def test_the_words_say_who_loses_and_give_no_price_that_means_nothing() -> None:
    """Below the first table: position of each organisation that changes, whether it pays back, and the warning."""
    comparison = study_of([activity() for _ in range(6)], [activity(services={"a-team": 1000.0}) for _ in range(6)])
    text = " ".join(board_words.in_words(comparison).split())
    assert "commissioner loses £12," in text
    assert "Does not break even in the run" in text
    assert "no bay closes" in text
    assert "Cost of an admission avoided: none given" in text
    assert max(len(line) for line in board_words.in_words(comparison).splitlines()) <= 100


def test_contracts_are_chosen_by_scenario_and_change_no_care() -> None:
    """The same care under a block and under a tariff: the trust's position differs, resources do not."""
    from scenarios.contract_files import contracts
    from scenarios.resolved import Origin

    runs = [activity({ADMISSION: 100.0})] * 2, [activity({ADMISSION: 50.0})] * 2
    positions = {}
    for name in ("block", "activity-tariff"):
        found = study_of(*runs)
        scenarios = tuple(replace(one, contracts=contracts(name, Origin("", 0))) for one in found.scenarios)
        books = ledger_of(replace(found, scenarios=scenarios))
        assert books is not None
        table = books.organisations.set_index(["scenario", "period", "organisation", "line"])["difference_mean"]
        positions[name] = [float(table["a-team", "2016/17", "acute trust", line]) for line in ("resources", "position")]
    assert positions["block"] == pytest.approx([-3000.0, 3000.0])
    assert positions["activity-tariff"] == pytest.approx([-3000.0, -3000.0])
