"""Promises about counting people with two services at once."""

from __future__ import annotations

import pytest

from outputs.measures import MEASURES
from tests.outputs.factory import RunBuilder, view_of

YEAR = 366.0


def built() -> RunBuilder:
    """Four people in a year of 366 days, and services a, b and c, the last of which nobody has."""
    run = RunBuilder(teams=("a", "b", "c"))
    for person in range(1, 5):
        run.person(person)
    run.enrol(1, "2015-04-01", team=0)
    run.enrol(1, "2015-04-11", "2015-04-21", team=1)
    run.enrol(1, "2015-05-01", "2015-05-11", team=1)
    run.enrol(2, "2015-04-01", "2015-04-06", team=0)
    run.enrol(2, "2015-04-06", team=1)
    run.enrol(3, "2015-04-01", "2015-04-03", team=0)
    run.enrol(3, "2015-04-01", "2015-04-05", team=1)
    return run


def measured(name: str) -> dict[str, float]:
    """All strata of a measure over the base year."""
    view = view_of(built())
    return dict(MEASURES[name].values(view, view.base))


def test_days_with_both_are_counted_once_for_each_day() -> None:
    """Twenty days of one person and two of another; one who changes from one to the other has never both."""
    found = measured("people_with_two_services")
    assert found == {"all": pytest.approx(22 / YEAR), "a and b": pytest.approx(22 / YEAR)}


def test_shares_are_of_the_days_with_a_service() -> None:
    """Of 366 + 5 + 2 days with a, and of 20 + 361 + 4 with b."""
    found = measured("share_with_another_service")
    assert found == {"of those with a: b": pytest.approx(22 / 373), "of those with b: a": pytest.approx(22 / 385)}


def test_one_service_alone_has_no_overlap() -> None:
    """Then nothing is said."""
    run = RunBuilder(teams=("a",)).person(1).enrol(1, "2015-04-01")
    view = view_of(run)
    assert MEASURES["people_with_two_services"].values(view, view.base) == {}
    assert MEASURES["share_with_another_service"].values(view, view.base) == {}
