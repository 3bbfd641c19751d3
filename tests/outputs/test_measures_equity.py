"""Ratios of the most to the least deprived fifth worked out by hand."""

from __future__ import annotations

import pytest

from outputs.measures import equity
from outputs.measures.view import View
from tests.outputs.factory import RunBuilder, view_of


def measured(view: View, name: str) -> float:
    """A measure in 2016/17."""
    return float(getattr(equity, name)(view, view.years[1])["all"])


def visits(run: RunBuilder, first: int, number: int) -> None:
    """One attendance each of several people."""
    for person in range(first, first + number):
        run.attendance(person, "2016-05-01 10:00", "2016-05-01 12:00")


def test_with_equal_ages_the_ratio_is_that_of_the_rates() -> None:
    """Four of ten against two of ten people aged 40."""
    run = RunBuilder().crowd(1, 10, fifth=1).crowd(11, 10, fifth=5).crowd(21, 10, fifth=3)
    visits(run, 1, 4)
    visits(run, 11, 2)
    assert measured(view_of(run), "ae_deprivation_ratio") == pytest.approx(2.0)


def test_older_people_in_one_fifth_do_not_make_it_look_deprived() -> None:
    """Each fifth has the same rate at each age, 1 at 80 and 0.5 at 30, but fifth 1 is older: the ratio is 1."""
    run = RunBuilder().crowd(1, 8, fifth=1, age=80).crowd(9, 2, fifth=1, age=30)
    run.crowd(11, 2, fifth=5, age=80).crowd(13, 8, fifth=5, age=30)
    visits(run, 1, 8)
    visits(run, 9, 1)
    visits(run, 11, 2)
    visits(run, 13, 4)
    assert measured(view_of(run), "ae_deprivation_ratio") == pytest.approx(1.0)


def test_ages_outside_the_band_do_not_count() -> None:
    """At 53-66 the fifths differ threefold; what 67-year-olds do is another measure."""
    run = RunBuilder().crowd(1, 5, fifth=1, age=55).crowd(6, 5, fifth=5, age=55)
    run.crowd(11, 5, fifth=1, age=70).crowd(16, 5, fifth=5, age=70)
    for person in (1, 2, 3, 6, 11, 16):
        run.admission(person, "2016-05-01", "2016-05-03")
    view = view_of(run)
    assert measured(view, "admissions_deprivation_ratio_53_66") == pytest.approx(3.0)
    assert measured(view, "admissions_deprivation_ratio_67_plus") == pytest.approx(1.0)


def test_an_age_that_only_one_fifth_has_is_left_out_of_both() -> None:
    """Fifth 5 has nobody aged 20; their visits in fifth 1 are not held against anyone."""
    run = RunBuilder().crowd(1, 4, fifth=1).crowd(5, 4, fifth=5).crowd(9, 4, fifth=1, age=20)
    visits(run, 1, 2)
    visits(run, 5, 2)
    visits(run, 9, 4)
    assert measured(view_of(run), "ae_deprivation_ratio") == pytest.approx(1.0)


def test_no_use_at_all_by_the_least_deprived_has_no_ratio() -> None:
    """Nothing to divide by: left out."""
    run = RunBuilder().crowd(1, 4, fifth=1).crowd(5, 4, fifth=5)
    visits(run, 1, 2)
    view = view_of(run)
    assert equity.ae_deprivation_ratio(view, view.years[1]) == {}
