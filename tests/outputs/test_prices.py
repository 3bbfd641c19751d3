"""Price lists: sourced, brought to a year, drawn for a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from outputs.prices import PRICES, check_years, deflator, load_prices, price_sources, read_prices
from scenarios.evidence import STATUSES, load
from scenarios.messages import BadInput
from tests.outputs.factory import resolved

EVIDENCE_ROWS = {
    "emergency_zero_day": ("cost.zero_day_admission", "admission basis"),
    "emergency_overnight": ("cost.overnight_admission_fixed", "admission basis"),
    "emergency_bed_day": ("cost.emergency_bed_day", "admission basis"),
    "ae_type1_admitted": ("cost.type1_attendance", "admitted"),
    "ae_type1_not_admitted": ("cost.type1_attendance", "not admitted"),
    "ae_other": ("cost.other_type_attendance", "all"),
    "nhs111": ("cost.unit_cost", "111 call"),
    "gp_out_of_hours": ("cost.unit_cost", "GP out-of-hours case"),
    "ambulance_conveyed": ("cost.unit_cost", "ambulance, conveyed"),
    "ambulance_not_conveyed": ("cost.unit_cost", "ambulance, not conveyed"),
    "same_day_emergency_care": ("cost.unit_cost", "SDEC attendance"),
    "two_hour_response": ("cost.unit_cost", "two-hour response"),
    "reablement": ("cost.unit_cost", "reablement package"),
    "residential_home": ("cost.unit_cost", "residential week"),
    "nursing_home": ("cost.unit_cost", "nursing week"),
    "hospital_at_home": ("cost.unit_cost", "hospital-at-home day"),
    "liaison_psychiatry": ("cost.unit_cost", "liaison contact"),
    "pharmacy": ("cost.unit_cost", "pharmacy contact"),
}


def shipped() -> dict[str, float]:
    """Prices of the shipped list, by item."""
    return {price.item: price.value.best for price in read_prices(PRICES / "england-2016-17.csv")}


@pytest.mark.parametrize("item", EVIDENCE_ROWS)
def test_a_price_is_what_the_evidence_says(item: str) -> None:
    """The shipped list repeats the rows of unit costs that it names, and never drifts from them."""
    assert shipped()[item] == load().value(*EVIDENCE_ROWS[item])


def test_a_consultation_costs_the_mix_of_gp_and_nurse() -> None:
    """70 % GP at £37 and 30 % nurse at £11."""
    evidence = load()
    gp_share = evidence.value("general_practice.gp_share_of_consultations")
    mix = gp_share * evidence.value("cost.unit_cost", "GP consultation")
    mix += (1 - gp_share) * evidence.value("cost.unit_cost", "nurse consultation")
    assert shipped()["gp_same_day"] == pytest.approx(mix)
    assert shipped()["gp_booked"] == pytest.approx(mix)


def test_an_intermediate_care_day_is_an_episode_over_its_days() -> None:
    """The price of an episode and its mean stay are rows of the evidence."""
    evidence = load()
    per_day = evidence.value("cost.unit_cost", "intermediate-care bed episode")
    per_day /= evidence.value("intermediate_care.stay", "bed")
    assert shipped()["intermediate_care"] == pytest.approx(per_day, abs=0.05)


def test_every_price_says_where_it_is_from_and_what_it_is_worth() -> None:
    """Sources resolve to a publisher, standings are known words, ranges hold the value."""
    sources = price_sources()
    for price in read_prices(PRICES / "england-2016-17.csv"):
        assert price.status in STATUSES
        assert price.marginal_status in STATUSES
        for source in (price.source, *price.marginal_source.split(";")):
            assert sources[source].publisher
        for amount in (price.value, price.marginal_share):
            assert amount.low <= amount.best <= amount.high


def test_prices_move_with_the_gdp_deflator() -> None:
    """2017/18 money is 1.7 % and 2018/19 money a further 2.1 % below 2016/17 money in worth; and back again."""
    evidence = load()
    later = (1 + evidence.value("gdp_deflator", "financial year 2017/18") / 100)
    later *= 1 + evidence.value("gdp_deflator", "financial year 2018/19") / 100
    assert deflator("2016/17", "2018/19", evidence) == pytest.approx(later)
    assert deflator("2018/19", "2016/17", evidence) == pytest.approx(1 / later)
    assert deflator("2016/17", "2016/17", evidence) == 1.0
    dearer = load_prices(resolved(price_year="2018/19"))
    assert dearer.prices[0].value.best == pytest.approx(shipped()[dearer.prices[0].item] * later)
    assert dearer.price_year == "2018/19"


def test_a_year_without_a_deflator_is_refused_by_name() -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError, match="no GDP deflator for financial year 2041/42"):
        deflator("2016/17", "2045/46", load())


def test_a_drawn_list_is_the_same_for_the_same_run_and_spread_over_runs() -> None:
    """Prices do not depend on the scenario; over eight runs half lie below the best guess."""
    prices = load_prices(resolved())
    assert prices.drawn(1, 3) == load_prices(resolved(scenario="another")).drawn(1, 3)
    drawn = [prices.drawn(1, run).prices[0].value.best for run in range(8)]
    assert sum(value < prices.prices[0].value.best for value in drawn) == 4
    assert len(set(drawn)) == 8


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("emergency_bed_day", "emergency_zero_day"), "stands twice"),
        (("admission_nights", "bed_nights"), "counts 'bed_nights'"),
        ((",contacts,pharmacy,", ",contacts,,"), "of tag ''"),
        (("0.3,0.16,0.6", "0.3,0.16,1.6"), "outside 0-1"),
    ],
)
def test_a_broken_list_is_refused(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    """An item twice, something uncountable, a share above one: said by item."""
    text = (PRICES / "england-2016-17.csv").read_text(encoding="utf-8").replace(*change)
    broken = tmp_path / "broken.csv"
    broken.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        read_prices(broken)


def test_a_price_year_without_a_deflator_is_refused_in_words() -> None:
    """Money of 1990 cannot be brought to the run's years: what is there is named, and nothing is run."""
    with pytest.raises(BadInput, match=r"from 1990/91 to .*\n?.*no GDP deflator") as caught:
        check_years(resolved(price_year="1990/91"))
    assert "2013/14 to 2040/41" in str(caught.value)
    check_years(resolved(price_year="2024/25"))


def test_deflators_reach_the_years_that_plans_are_made_for() -> None:
    """From 2013/14 to 2040/41 without a gap; those that nobody has published say that they are assumed."""
    rows = [row for row in load().rows() if row.parameter == "gdp_deflator"]
    assert [row.year[:4] for row in rows] == [str(year) for year in range(2013, 2041)]
    assert all(row.status == "assumption" for row in rows if row.year >= "2019")
