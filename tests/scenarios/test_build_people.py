"""Promises about the tables that people are made from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from scenarios.build_needs import build_needs, lower_by_fifth, steady_rates, upper_by_fifth
from scenarios.build_people import (
    build_people,
    build_stationary,
    build_susceptibility,
    cells_of,
    england_by_month,
    growth_by_age,
    mean_death_rate,
    shape_without,
    years_since_reference,
)
from scenarios.build_records import OLD_BANDS, among_conditions, conditions
from scenarios.build_rhythm import MONTH_NAMES, england_indices, near_death_index, seasons
from scenarios.england_population import england_population
from scenarios.evidence import load
from scenarios.named_conditions import named_conditions, prevalence
from scenarios.resolve import resolve
from scenarios.resolved import Place, PopulationCell
from simulation.calendar import build_calendar
from simulation.candidates import FIRST_UPPER, KINDS, ROUTINE_CARE
from simulation.stationarity import AGE_MONTHS, band_of_age_month
from simulation.stays import AGE_BANDS, BANDS

YOUNG = [1 / 5] * 5
OLD = [0.17, 0.19, 0.20, 0.21, 0.23]


def a_place(*cells: PopulationCell, **different: object) -> Place:
    """A place with these people."""
    place = Place(id="here", title="here", year="2016/17", population=cells, services={}, network="care")
    return replace(place, **different)  # type: ignore[arg-type]


def test_the_year_of_a_place_is_the_year_of_its_people() -> None:
    """At the middle of its financial year a place has as many people in each band as its table says."""
    evidence = load()
    place = a_place(*england_population(10_000, evidence))
    calendar = build_calendar(date(2014, 4, 1), date(2016, 4, 1))
    tables = build_people(replace(resolve("do-nothing"), place=place), evidence, calendar)
    first = years_since_reference(place, [(2014, 4)])[0]
    grown = tables.projection.at_start.sum(axis=1) * np.exp(-growth_by_age(place, evidence) * first)
    cells = cells_of(place, evidence)
    by_band = np.bincount(band_of_age_month(), grown)
    of_place = np.bincount(
        np.searchsorted([0, 5, 18, 40, 65, 75, 85], cells.age_from, side="right") - 1, cells.people.sum(axis=(1, 2)))
    assert by_band == pytest.approx(of_place, rel=1e-6)


def test_frozen_ages_do_not_grow() -> None:
    """`growth: demography: 0` is a place without a future."""
    assert growth_by_age(a_place(growth={"demography": 0.0}), load()).max() == 0.0
    assert growth_by_age(a_place(), load()).max() > 0.03


def test_tables_reach_a_year_beyond_the_study() -> None:
    """The latent month runs twelve months ahead."""
    place = a_place(*england_population(2_000, load()))
    calendar = build_calendar(date(2016, 4, 1), date(2017, 4, 1))
    tables = build_people(replace(resolve("do-nothing"), place=place), load(), calendar)
    assert len(tables.month_start) == 25
    assert tables.month_start[:13].tolist() == calendar.month_start.tolist()
    assert tables.death_years.sum() == pytest.approx(2.0, rel=0.005)


def test_what_a_place_does_not_split_is_split_as_in_england() -> None:
    """Fifths from the table, sexes evenly; fifth and sex given are kept."""
    cells = cells_of(
        a_place(PopulationCell(0, 64, "all", 0, 1000.0), PopulationCell(65, None, "F", 2, 100.0)), load())
    assert cells.people[0].sum(axis=1) == pytest.approx(1000.0 * np.array(YOUNG))
    assert cells.people[0, :, 0] == pytest.approx(cells.people[0, :, 1])
    assert cells.people[1].tolist() == [[0, 0], [0, 100.0], [0, 0], [0, 0], [0, 0]]
    with pytest.raises(ValueError, match="begin at age 18"):
        cells_of(a_place(PopulationCell(18, None, "all", 0, 5.0)), load())


def test_needs_above_and_below_admission_add_up_to_the_balance() -> None:
    """With every level at one, needs of a kind and band are those of the closed balance."""
    evidence = load().with_changes({f"level.{part} [{band}]": 1.0 for part in ("upper", "lower", "managed", "routine")
                                    for band in BANDS})
    rates = steady_rates(evidence)
    for kind, name in enumerate(KINDS):
        total = evidence.values("needs.rate", [f"{band}; {name}" for band in BANDS])
        assert rates[:, kind] + rates[:, FIRST_UPPER + kind] == pytest.approx(total)
    assert rates[:, ROUTINE_CARE] == pytest.approx(evidence.values("needs.rate", [f"{b}; routine" for b in BANDS]))


def test_relative_rates_have_mean_one_over_the_people_of_a_band() -> None:
    """Frailty, and deprivation below and above admission: nothing is counted twice."""
    evidence = load()
    england = england_by_month(evidence)
    stationary = build_stationary(evidence, england, mean_death_rate(evidence, england))
    needs = build_needs(evidence, stationary, england)
    for band in range(len(AGE_BANDS)):
        inside = band_of_age_month() == band
        at_home = (england[inside, None] * stationary.share[inside, :4]).sum(axis=0)
        for weight in (needs.acute_weight, needs.routine_weight):
            assert at_home @ weight[band] / at_home.sum() == pytest.approx(1.0)
        fifths = np.array(YOUNG if band < 4 else OLD)
        for graded in (upper_by_fifth(evidence), lower_by_fifth(evidence)):
            assert fifths @ graded[band] == pytest.approx(1.0)
            assert graded[band, 0] > graded[band, 4]


def test_needs_near_death_steepen_the_gradient_of_the_rest() -> None:
    """So that all admissions together have the published gradient."""
    evidence = load()
    band = AGE_BANDS.index("75-84")
    near_death = evidence.value("needs_near_death_share", "75-84")
    together = (1 - near_death) * upper_by_fifth(evidence)[band] + near_death
    published = evidence.values(
        "emergency_admissions_in_following_12_months",
        [f"67-110, IMD quintile {n} (1=most deprived)" for n in range(1, 6)])
    assert together / together[4] == pytest.approx(published / published[4])


def test_deprivation_is_taken_out_of_lasting_differences() -> None:
    """Variance of the product of the two is that of the table."""
    shape = shape_without(0.8, 0.07)
    assert (1 + 1 / shape) * (1 + 0.07) - 1 == pytest.approx(1 / 0.8)
    laws = build_susceptibility(load())
    assert laws.young_shape > load().value("acute_susceptibility_shape", "under 65")
    assert laws.old_shape > load().value("acute_susceptibility_shape", "65+")


def test_conditions_have_the_published_share_and_rise_with_frailty_and_deprivation() -> None:
    """Two or more, over the frailty of the band and equal fifths."""
    evidence = load()
    england = england_by_month(evidence)
    stationary = build_stationary(evidence, england, mean_death_rate(evidence, england))
    table = conditions(evidence, stationary, england)
    frailty = stationary.share[:, :4] + stationary.share[:, 4:]
    for band, name in enumerate(AGE_BANDS):
        if band < 2:
            assert table[band, ..., 1:].max() == 0.0
            continue
        mix = (england[:AGE_MONTHS, None] * frailty)[band_of_age_month() == band].sum(axis=0)
        share = (table[band, ..., 2] @ mix / mix.sum()).mean()
        assert 100 * share == pytest.approx(evidence.value("recommended_multimorbidity_2plus", name))
        assert np.all(np.diff(table[band, :, :, 2], axis=1) > 0)
        assert np.all(np.diff(table[band, :, :, 2], axis=0) < 0)
        assert np.all(np.diff(table[band], axis=2) <= 0)


def test_named_conditions_have_their_prevalence_and_go_with_frailty_and_deprivation() -> None:
    """Each as common in a band as its row says, in homes of their own and in care homes; none without any condition."""
    evidence = load()
    england = england_by_month(evidence)
    stationary = build_stationary(evidence, england, mean_death_rate(evidence, england))
    at_least = conditions(evidence, stationary, england)
    exactly = at_least - np.append(at_least[..., 1:], np.zeros((*at_least.shape[:-1], 1)), axis=-1)
    bands = band_of_age_month()
    assert named_conditions(evidence) == ("diabetes", "dementia", "depression or anxiety")
    for name in named_conditions(evidence):
        among = among_conditions(name, at_least, evidence, stationary, england)
        assert np.all(among[..., 0] == 0.0)
        assert np.all(np.diff(among, axis=-1) >= 0.0)
        chance = np.einsum("hbn,bfgn->hbfg", among, exactly)
        in_homes = everybody = 0.0
        for band, stratum in enumerate(AGE_BANDS):
            of_fifths = np.array(OLD if stratum in OLD_BANDS else YOUNG)[:, None]
            own, care = (of_fifths * (england[:, None] * part)[bands == band].sum(axis=0)
                         for part in (stationary.share[:, :4], stationary.share[:, 4:]))
            share = prevalence(name, stratum, evidence)
            assert (own * chance[0, band]).sum() / own.sum() == pytest.approx(share, abs=1e-9)
            in_homes, everybody = in_homes + (care * chance[1, band]).sum(), everybody + care.sum()
            if share:
                assert np.all(np.diff(chance[0, band], axis=0) < 0.0)
                assert np.all(np.diff(chance[0, band], axis=1) > 0.0)
        assert in_homes / everybody == pytest.approx(prevalence(name, "care home", evidence), abs=1e-9)


def test_a_prevalence_that_too_few_conditions_allow_is_had_by_all_with_any() -> None:
    """Clipped, not refused: a run may draw it so high."""
    evidence = load().with_changes({"condition_prevalence [diabetes; 18-39]": 0.9})
    england = england_by_month(evidence)
    stationary = build_stationary(evidence, england, mean_death_rate(evidence, england))
    among = among_conditions("diabetes", conditions(evidence, stationary, england), evidence, stationary, england)
    assert among[0, AGE_BANDS.index("18-39")].tolist() == [0.0] + [1.0] * 9


def test_seasons_put_together_are_englands() -> None:
    """Needs near death and the rest make the season of admissions; with them, needs below make that of attendances.

    What the whole model adds, and solving takes out again, is set aside.
    """
    unsolved = {f"level.month_{part} [{month}]": 1.0 for part in ("lower", "upper") for month in MONTH_NAMES}
    evidence = load().with_changes(unsolved)
    lower, upper = seasons(evidence)
    attendances, admissions = england_indices()
    near_death = near_death_index(evidence)
    shares = evidence.values("needs_near_death_share", AGE_BANDS)
    weights = evidence.values("emergency_admission.rate", AGE_BANDS) * evidence.values("population", AGE_BANDS)
    share = np.average(shares, weights=weights)
    assert (1 - share) * upper + share * near_death == pytest.approx(admissions, rel=2e-3)
    assert abs(np.corrcoef(lower, attendances)[0, 1]) > 0.95
