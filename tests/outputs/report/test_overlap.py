"""Promises about showing how many people have two services at once."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from outputs.report.sections.overlap import LEAST_PEOPLE, overlap_blocks, overlaps
from tests.outputs.finished_studies import finished

BOTH, SHARE = "people_with_two_services", "share_with_another_service"


def levels(year: str) -> pd.DataFrame:
    """Levels of a plan with two services, of which 20 people have both."""
    rows = [("plan", BOTH, year, "all", 20.0), ("plan", BOTH, year, "a and b", 20.0),
            ("plan", SHARE, year, "of those with a: b", 0.1), ("plan", SHARE, year, "of those with b: a", 0.4),
            ("plan", BOTH, "2001/02", "a and b", 5.0)]
    return pd.DataFrame(rows, columns=["scenario", "measure", "period", "stratum", "mean"])


def test_a_pair_is_told_from_the_side_that_shares_more() -> None:
    """Of b's people four in ten have a too, of a's one in ten; other years are left out."""
    found = overlaps(levels("2019/20"), "2019/20").to_dict("records")
    assert found == [{"scenario": "plan", "team": "b", "part": "a", "people": 20.0, "share": 0.4, "share_back": 0.1}]


def test_the_title_says_the_finding() -> None:
    """With the services' own names, and in words where nobody has two."""
    study = finished()
    year = study.comparison.period.name
    for people, said in ((20.0, "40 % of those with b have a too"), (LEAST_PEOPLE / 2, "Hardly anybody")):
        table = levels(year)
        table.loc[table["measure"] == BOTH, "mean"] = people
        told = replace(study, comparison=replace(study.comparison, levels=table))
        (block,) = overlap_blocks(told)
        assert block.caption.startswith(said)  # type: ignore[union-attr]


def test_one_service_alone_has_no_such_table() -> None:
    """Nor has doing nothing."""
    assert overlaps(levels("2019/20").iloc[:0], "2019/20").empty
    with pytest.raises(KeyError):
        overlaps(pd.DataFrame(), "2019/20")
