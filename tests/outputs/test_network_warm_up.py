"""A warm-up that is found rather than guessed."""

from __future__ import annotations

import pytest

from outputs.network_study import run_study
from outputs.network_tables import screen
from outputs.network_warm_up import with_warm_up
from scenarios.messages import BadInput
from scenarios.network_file import parse_network_file

WARD = """\
title: A ward that starts empty
pools: {beds: {places: %s}}
settings:
  ward: {pools: [beds], duration: {law: exponential, mean: 10, unit: days}}
streams:
  patients: {to: ward, per_day: 4}
run: {warm_up: auto, length: %s, runs: 2, unit: days}
"""


def test_a_ward_that_starts_empty_is_left_to_fill_up() -> None:
    """Some 40 beds fill with a time constant of ten days; what is counted begins when that is over, and says so."""
    file = with_warm_up(parse_network_file(WARD % ("80", "500 days"), "ward.yaml"), "simpy")
    days = file.plan.warm_up / 86400
    assert 10 <= days <= 100
    assert file.window.first - file.window.opens == file.plan.warm_up
    assert file.window.last - file.window.first == 500 * 86400
    assert with_warm_up(file, "simpy").plan.warm_up == file.plan.warm_up


def test_a_ward_with_too_few_beds_never_settles_and_is_refused() -> None:
    """Its queue grows for as long as it is watched: no average of it means anything."""
    with pytest.raises(BadInput, match=r"run.warm_up.*(?s:.*)waiting for ward has not settled(?s:.*)more people come"):
        run_study(parse_network_file(WARD % ("30", "300 days"), "ward.yaml"), "simpy")


def test_a_warm_up_that_was_found_is_said() -> None:
    """Beside the numbers that depend on it."""
    result = run_study(parse_network_file(WARD % ("80", "100 days"), "ward.yaml"), "simpy")
    assert "found by MSER-5" in screen(result)
