"""Who works in a team: posts by role, in a planner's words."""

from __future__ import annotations

import pytest

from scenarios.evidence import load
from scenarios.explain import described
from scenarios.plausibility import check
from scenarios.resolve import resolve
from scenarios.resolved import Intervention
from scenarios.schema.team_fields import HOURS_OF_STAFF, Posts, read_posts, staff_roles
from scenarios.systems import shipped_interventions

TEAMS = "extensivist-teams"


def changed(*overrides: str) -> Intervention:
    """The extensivist teams with some of their values set."""
    return resolve(TEAMS, overrides=[f"{TEAMS}.{override}" for override in overrides]).interventions[0]


def test_posts_are_for_each_team_or_for_so_many_people() -> None:
    """One for a hundred people is four for a caseload of four hundred."""
    assert read_posts("2 per team").per_team(400.0) == 2.0
    assert read_posts("0.5 posts per network") == Posts(0.5)
    assert changed("staff.nurse=1 per 100 people").staff["nurse"] == 4.0


def test_one_role_changes_and_the_others_stay() -> None:
    """And the numbers then no longer have the shipped source."""
    shipped, mine = changed(), changed("staff.nurse=3 per team")
    assert mine.staff == {**shipped.staff, "nurse": 3.0}
    assert shipped.sources["staff"]
    assert "staff" not in mine.sources
    assert mine.assumptions.count("staff") == 1
    assert "nurse 3" in described(mine)["staff"]


@pytest.mark.parametrize("name", sorted(shipped_interventions()))
def test_every_shipped_service_has_staff_whom_its_running_cost_can_pay(name: str) -> None:
    """Pay is a tenth of it (some money is for things) to all of it, to a twentieth."""
    plan = shipped_interventions()[name]
    pay = sum(posts * load().value("staff.cost", role) for role, posts in plan.staff.items())
    assert 0.1 * plan.cost.running_gbp_per_team_year < pay < 1.05 * plan.cost.running_gbp_per_team_year


def test_staff_who_cost_more_than_their_team_are_warned_of() -> None:
    """Forty consultants in a team of £700,000 a year."""
    dear = resolve(TEAMS, overrides=[f"{TEAMS}.staff.consultant=40 per team"])
    texts = [found.text for found in check(dear) if found.about == TEAMS and found.severity == "warning"]
    assert any("staff named would cost" in text for text in texts)


def test_every_role_has_hours_and_pay_that_are_said_to_be_assumed() -> None:
    """Two rows each."""
    for role in staff_roles():
        rows = [load().row(parameter, role) for parameter in (HOURS_OF_STAFF, "staff.cost")]
        assert {row.status for row in rows} == {"assumption"}
