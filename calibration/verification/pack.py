"""All cases, in the order in which they are shown."""

from __future__ import annotations

from functools import cache

from calibration.verification.cases import Case
from calibration.verification.exact_flows import flow_cases
from calibration.verification.exact_people import people_cases
from calibration.verification.exact_queues import queue_cases
from calibration.verification.published_models import published_cases


@cache
def all_cases() -> dict[str, Case]:
    """Every case by its id."""
    cases = [*queue_cases(), *flow_cases(), *people_cases(), *published_cases()]
    return {case.id: case for case in cases}


def case_of(case_id: str) -> Case:
    """The case of that id."""
    return all_cases()[case_id]
