"""An ensemble gives each run one set of assumptions, the same in every scenario, and leaves what a user states."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from scenarios.assumption_draws import quantile
from scenarios.ensembles import (
    AVOIDS,
    TAKES_EFFECT,
    Ensemble,
    parameters,
    read_ensemble,
    read_members,
    shipped_ensembles,
    with_member,
)
from scenarios.messages import BadInput
from scenarios.resolve import resolve
from scenarios.resolved import Intervention, RangeValue, Resolved

PRESSURE = "pressure.admission_threshold_shift [per unit of occupancy above reference]"
LOW, HIGH = 0.1, 0.9
TENTHS = tuple((low,) * len(parameters()) for low in (LOW, HIGH))


def drawn(members: tuple[tuple[float, ...], ...], *settings: str, replication: int = 1) -> Resolved:
    """The community-provider vanguard with the values of a run."""
    ensemble = Ensemble("made up", "", "", parameters(), members)
    resolved = resolve("mcp-vanguard", overrides=settings)
    return with_member(replace(resolved, ensemble=ensemble), 1, replication)


def plan(resolved: Resolved, name: str) -> Intervention:
    """One of its services."""
    return next(one for one in resolved.interventions if one.id == name)


def change(resolved: Resolved, name: str, phrase: str) -> RangeValue:
    """One effect of one of its services."""
    return next(effect.change for effect in plan(resolved, name).effects if effect.phrase == phrase)


def test_every_governed_value_is_a_shipped_one_with_the_shipped_range() -> None:
    """`governed.csv` repeats ranges of the presets, so that a preset that changes is noticed here."""
    scenarios = ("mcp-vanguard", "pacs-vanguard", "ehch-vanguard", "risk-stratified-care-plans")
    plans = {one.id: one for name in scenarios for one in resolve(name).interventions}
    assert len(parameters()) <= 8
    for parameter in parameters():
        assert parameter.governs or parameter.acts == "recording"
        for governed in parameter.governs:
            if not governed.intervention:
                continue
            service = plans[governed.intervention]
            if governed.value == TAKES_EFFECT:
                assert service.lag_months == governed.best, governed
            elif governed.value == AVOIDS:
                assert governed.is_as_shipped(service.short_end_share), governed
            else:
                given = next(effect.change for effect in service.effects if effect.phrase == governed.value)
                assert governed.is_as_shipped(given), governed


def test_a_position_of_a_tenth_is_the_low_end_of_every_range_it_governs() -> None:
    """And nine tenths the high end; what no parameter governs keeps its range."""
    low, high = drawn(TENTHS[:1]), drawn(TENTHS[1:])
    phrase = "serious illness sent to hospital in residential homes"
    assert change(low, "care-home-teams", phrase).best == pytest.approx(-0.5)
    assert change(high, "care-home-teams", phrase).best == pytest.approx(-0.05)
    assert change(high, "extensivist-teams", "length of stay") == RangeValue(-0.03, -0.1, 0.0)
    assert plan(high, "extensivist-teams").short_end_share.best == pytest.approx(0.95)
    assert high.settings[PRESSURE] == pytest.approx(2.2)


def test_prevention_begins_later_by_the_months_of_the_member() -> None:
    """Case finding keeps its year; services without it take effect later as a whole; care-home teams are left out."""
    found = drawn(((0.5,) * len(parameters()),))
    months = {effect.phrase: effect.from_month for effect in plan(found, "extensivist-teams").effects}
    assert months["acute crises, after month 12"] == 18
    assert months["acute crises, months 1-12"] == 0
    assert plan(found, "social-prescribing").lag_months == 3 + 6
    assert plan(found, "care-home-teams").lag_months == 3


def test_what_a_user_states_is_left_as_it_is() -> None:
    """A range of one's own and an assumption that was set are no longer what was fitted."""
    found = drawn(TENTHS[:1], "extensivist-teams.acute crises, after month 12=-20 % (-30 % to -10 %)",
                  f"{PRESSURE}=3")  # fmt: skip
    given = change(found, "extensivist-teams", "acute crises, after month 12")
    assert (given.best, given.low, given.high) == (-0.2, -0.3, -0.1)
    assert found.settings[PRESSURE] == 3.0


def test_eight_runs_meet_each_eighth_of_the_members_once() -> None:
    """So that a few runs already span the ensemble; the same run has the same member in every scenario."""
    members = tuple((round(0.1 + 0.1 * i, 1),) * len(parameters()) for i in range(8))
    ensemble = Ensemble("made up", "", "", parameters(), members)
    taken = [ensemble.member(7, replication)["pressure"] for replication in range(8)]
    assert sorted(taken) == [member[0] for member in members]
    assert drawn(members) == drawn(members)


def test_a_parameter_with_a_range_of_its_own_stays_within_its_limits() -> None:
    """Half of all members lie below the best guess; none below `least` or above `most`."""
    onset = next(one for one in parameters() if one.acts == "months")
    assert onset.range is not None
    assert onset.value(0.5) == onset.range.best == quantile(onset.range, 0.5)
    assert onset.value(0.0001) == onset.least
    assert onset.value(0.9999) == onset.most


def test_an_unknown_ensemble_is_named_with_those_there_are() -> None:
    """And "none" is no ensemble."""
    assert read_ensemble("none") is None
    with pytest.raises(BadInput, match='option --ensemble: found "vanguard"'):
        read_ensemble("vanguard")


def test_every_shipped_ensemble_can_be_used() -> None:
    """At least 200 members, each with every parameter."""
    for name in shipped_ensembles():
        found = read_ensemble(name)
        assert found is not None
        assert len(found.members) >= 200
        assert found.about


def test_a_file_of_members_with_other_columns_is_refused(tmp_path: Path) -> None:
    """It was made for other parameters."""
    path = tmp_path / "mine.csv"
    path.write_text("onset\n0.5\n", encoding="utf-8")
    with pytest.raises(ValueError, match="its columns must be"):
        read_members(path)


def test_a_scenario_with_an_ensemble_is_kept_and_read_back_as_it_was() -> None:
    """As a study keeps the scenarios that it ran."""
    resolved = replace(resolve("care-home-teams"), ensemble=Ensemble("made up", "", "", parameters(), TENTHS))
    kept = TypeAdapter(Resolved)
    assert kept.validate_json(kept.dump_json(resolved)) == resolved
