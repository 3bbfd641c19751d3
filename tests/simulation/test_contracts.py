"""What the whole model promises, whatever the numbers: runs differ only by what a scenario changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from simulation.candidates import KIND_OF_STREAM
from simulation.engines import ENGINES
from simulation.enrolment import Homes
from simulation.network import Presence
from simulation.people import CandidateRows, MonthEvents, Population
from simulation.run import simulate, simulate_together
from simulation.stays import FIRST_OUTSIDER, NEVER, RunResult, Stays
from tests.simulation.small_place import NO_CROWDING, differing_columns, model_of, rows, small, with_changes

SEED = 5
BeginMonth = Callable[[Population, int, Homes], MonthEvents]


@pytest.fixture(scope="module", params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine, by name: every contract holds on both."""
    return str(request.param)


@pytest.fixture(scope="module")
def nothing(engine: str) -> RunResult:
    """Do-nothing in the small place."""
    return simulate(model_of(small()), SEED, 0, engine=engine)


def test_a_team_that_changes_nothing_changes_nothing(nothing: RunResult, engine: str) -> None:
    """With every effect at zero, a scenario's stays and contacts equal do-nothing's; only the enrolments differ."""
    team = simulate(model_of(with_changes(small("extensivist-teams"), 0.0)), SEED, 0, engine=engine)
    assert len(team.enrolments.person) > 50
    assert differing_columns(team.stays, nothing.stays) == []
    assert np.array_equal(team.contacts, nothing.contacts)
    assert np.array_equal(team.residents.left, nothing.residents.left)


def test_runs_are_the_same_until_the_first_team_starts(nothing: RunResult, engine: str) -> None:
    """A team with a large effect changes what happens after its first day and nothing before."""
    model = model_of(with_changes(small("extensivist-teams"), -0.9))
    team = simulate(model, SEED, 0, engine=engine)
    change = int(model.calendar.month_start[model.first_change])
    before = rows(team.stays, (team.stays.ended < change))
    assert differing_columns(before, rows(nothing.stays, nothing.stays.ended < change)) == []
    assert len(before) > 1000
    assert differing_columns(team.stays, nothing.stays) != []


def test_the_same_run_twice_gives_the_same_rows(nothing: RunResult, engine: str) -> None:
    """A run is a function of its model, seed and number."""
    again = simulate(model_of(small()), SEED, 0, engine=engine)
    assert differing_columns(again.stays, nothing.stays) == []


def test_another_replication_is_another_run(nothing: RunResult, engine: str) -> None:
    """Replications do not repeat each other."""
    other = simulate(model_of(small(), replication=1), SEED, 1, engine=engine)
    assert "started" in differing_columns(other.stays, nothing.stays)


def test_scenarios_run_together_are_what_they_are_alone(nothing: RunResult, engine: str) -> None:
    """Months before the change are simulated once for all scenarios, and no bit differs for it."""
    models = [model_of(small()), model_of(small("extensivist-teams")), model_of(small("care-home-teams"))]
    together = simulate_together(models, SEED, 0, _stays_and_contacts, engine)
    alone = [nothing, *(simulate(model, SEED, 0, engine=engine) for model in models[1:])]
    for (stays, contacts), result in zip(together, alone, strict=True):
        assert differing_columns(stays, result.stays) == []
        assert np.array_equal(contacts, result.contacts)


def _stays_and_contacts(position: int, result: RunResult) -> tuple[Stays, NDArray[np.int64]]:
    assert position >= 0
    return result.stays, result.contacts


def test_a_need_that_does_not_happen_changes_nobody_else_and_no_other_need(
    monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    """Where there is room for all, deleting one person's candidate leaves everybody else's stays as they were."""
    resolved = small(people=1500, room=500.0, overrides=NO_CROWDING)
    whole = simulate(model_of(resolved), SEED, 0, engine=engine)
    ward = whole.settings.tags["ward"]
    victim_row = int(np.flatnonzero(np.isin(whole.stays.setting, ward) & (whole.stays.person < FIRST_OUTSIDER))[0])
    person, key = int(whole.stays.person[victim_row]), int(whole.stays.candidate[victim_row])
    monkeypatch.setattr(Population, "begin_month", _without(Population.begin_month, person, key))
    without = simulate(model_of(resolved), SEED, 0, engine=engine)
    others = rows(without.stays, without.stays.person != person)
    assert differing_columns(others, rows(whole.stays, whole.stays.person != person)) == []
    assert key not in without.stays.candidate[without.stays.person == person]


def _without(begin_month: BeginMonth, person: int, key: int) -> BeginMonth:
    """`begin_month` with one candidate taken out."""

    def changed(population: Population, month: int, homes: Homes) -> MonthEvents:
        events = begin_month(population, month, homes)
        found = events.candidates
        kept = ~((found.person == person) & (found.key == key))
        columns = {name: getattr(found, name)[kept] for name in CandidateRows.__dataclass_fields__}
        return replace(events, candidates=CandidateRows(**columns))

    return changed


def _intervals(stays: Stays, settings: tuple[int, ...]) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Person and (start, end) of started stays in some settings, in order."""
    chosen = np.isin(stays.setting, settings) & (stays.started != NEVER)
    people, starts, ends = stays.person[chosen], stays.started[chosen], stays.ended[chosen]
    order = np.lexsort((starts, people))
    for person in np.unique(people):
        of_person = order[people[order] == person]
        yield int(person), list(zip(starts[of_person].tolist(), ends[of_person].tolist(), strict=True))


@pytest.mark.parametrize("presence", [Presence.BODY, Presence.RESIDENCE])
def test_everybody_is_in_one_place_at_a_time(nothing: RunResult, presence: Presence) -> None:
    """Stays of the body, and stays in residences, follow each other without overlap while the person lives there."""
    network = model_of(small()).network
    settings = tuple(i for i, setting in enumerate(network.settings) if setting.presence == presence)
    residents = nothing.residents
    lived = dict(zip(residents.person.tolist(), zip(residents.entered, residents.left, strict=True), strict=True))
    people = 0
    for person, spells in _intervals(nothing.stays, settings):
        assert all(start < end for start, end in spells), "no started stay has no length"
        assert all(end <= start for (_, end), (start, _) in pairwise(spells))
        if person < FIRST_OUTSIDER:
            entered, left = lived[person]
            assert spells[0][0] >= entered
            assert spells[-1][1] <= left
        people += 1
    assert people > 10


def test_those_present_are_those_who_came_less_those_who_left(nothing: RunResult) -> None:
    """Little's law as an identity of a window: time spent in a setting is the number present, summed over time."""
    stays = nothing.stays
    start, end = 200 * 86400, 700 * 86400
    for setting in range(len(nothing.settings.names)):
        chosen = (stays.setting == setting) & (stays.started != NEVER)
        came, went = stays.started[chosen], stays.ended[chosen]
        if not len(came):
            continue
        spent = np.maximum(np.minimum(went, end) - np.maximum(came, start), 0).sum()
        ticks = np.concatenate([[start], came, went, [end]])
        steps = np.concatenate([[0], np.ones_like(came), -np.ones_like(went), [0]])
        order = np.argsort(ticks, kind="stable")
        present = np.cumsum(steps[order])[:-1]
        inside = np.diff(np.clip(ticks[order], start, end))
        assert spent == (present * inside).sum()
        assert present.min() >= 0


def test_nobody_is_in_care_after_death_or_before_arrival(nothing: RunResult) -> None:
    """Every stay lies inside the time in which its person lived in the place, and open stays end at the horizon."""
    residents, stays = nothing.residents, nothing.stays
    own = stays.person < FIRST_OUTSIDER
    place = np.searchsorted(residents.person, stays.person[own])
    assert np.array_equal(residents.person[place], stays.person[own])
    assert (stays.requested[own] >= residents.entered[place]).all()
    assert (stays.ended[own] <= residents.left[place]).all()
    assert stays.ended.max() <= nothing.calendar.horizon


def test_time_lived_in_the_place_is_counted_once(nothing: RunResult) -> None:
    """Person-time by month and band adds up to the time between coming and going."""
    residents = nothing.residents
    assert nothing.person_seconds.sum() == (residents.left - residents.entered).sum()
    assert (nothing.person_seconds >= 0).all()


def test_every_stream_of_needs_has_a_kind_that_the_network_knows() -> None:
    """A need that no setting takes would vanish."""
    network = model_of(small()).network
    for kind in KIND_OF_STREAM:
        assert network.entry[network.kinds.index(kind)] != -1
