"""Promises about who joins a team."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.enrolment import RecordedAdmissions, condition_number, eligible, log_score, score_error_sd
from simulation.people import CARE_HOME, HERE, OWN_HOME, Population, Team
from tests.simulation.few_people import a_team, live, population_of, tables_of

PEOPLE = 8_000
MONTHS = 12
SURE = 3.48


def who_may_join(population: Population, team: Team, month: int) -> np.ndarray:
    """Ids of people who meet a team's rule at the start of a month just begun."""
    tables, _ = tables_of(PEOPLE, 2)
    start, end = (int(tick) for tick in tables.month_start[month : month + 2])
    return np.flatnonzero(eligible(team, population._present(month, start, end), tables.records))


def begun(teams: list[Team], months: int = 1) -> Population:
    """A population in the last of so many months."""
    population = population_of(PEOPLE, 2, teams=teams)
    for _ in live(population, months):
        pass
    return population


def test_entry_rules_are_kept() -> None:
    """Age, residence and frailty of those who may join."""
    population = begun([])
    old = who_may_join(population, a_team(24, age_from=75, age_to=84, residence=OWN_HOME, frailty_at_least=2), 0)
    years = (-population._roll.birth_month[old] - 1) // 12
    assert len(old) > 0
    assert (years.min(), years.max()) == (75, 84)
    assert population.frailty[old].min() == 2
    assert population.in_care_home[old].max() == 0
    residents = who_may_join(population, a_team(24, residence=CARE_HOME), 0)
    assert population.in_care_home[residents].min() == 1


def test_conditions_are_as_common_as_published() -> None:
    """Two or more at 65-74 and 75-84, against the table; judged at 3.48 standard errors and the mix of the place."""
    population = begun([])
    for first, last, share in ((65, 74, 0.55), (75, 84, 0.72)):
        everybody = who_may_join(population, a_team(24, age_from=first, age_to=last), 0)
        many = who_may_join(population, a_team(24, age_from=first, age_to=last, conditions_at_least=2), 0)
        spread = SURE * math.sqrt(share * (1 - share) / len(everybody))
        assert len(many) / len(everybody) == pytest.approx(share, abs=spread + 0.02)
        frailer = who_may_join(
            population, a_team(24, age_from=first, age_to=last, conditions_at_least=2, frailty_at_least=1), 0)
        frail = who_may_join(population, a_team(24, age_from=first, age_to=last, frailty_at_least=1), 0)
        assert len(frailer) / len(frail) > len(many) / len(everybody)


def test_more_conditions_include_fewer() -> None:
    """Whoever has three has two."""
    population = begun([])
    three, two = (set(who_may_join(population, a_team(24, conditions_at_least=n), 0).tolist()) for n in (3, 2))
    assert three < two


@pytest.mark.parametrize(
    ("name", "first", "last", "share"),
    [("diabetes", 40, 64, 0.072), ("diabetes", 65, 74, 0.145), ("dementia", 75, 84, 0.055),
     ("depression or anxiety", 18, 39, 0.18)],
)
def test_named_conditions_are_as_common_as_their_rows_say(name: str, first: int, last: int, share: float) -> None:
    """At home, judged at 3.48 standard errors; whoever has one has a condition, and the frail have it more often."""
    population = begun([])

    def may(**rule: object) -> np.ndarray:
        return who_may_join(population, a_team(24, age_from=first, age_to=last, residence=OWN_HOME, **rule), 0)

    have = may(named_conditions=(name,))
    spread = SURE * math.sqrt(share * (1 - share) / len(may()))
    assert len(have) / len(may()) == pytest.approx(share, abs=spread)
    assert set(have.tolist()) <= set(may(conditions_at_least=1).tolist())
    both = may(named_conditions=(name,), conditions_at_least=2)
    assert set(both.tolist()) == set(have.tolist()) & set(may(conditions_at_least=2).tolist())
    assert len(both) / len(may(conditions_at_least=2)) > len(have) / len(may())


def test_conditions_are_drawn_apart() -> None:
    """Diabetes and depression go together only as far as people have more conditions; the numbers are their own."""
    population = begun([])
    diabetes, depression, both = (
        set(who_may_join(population, a_team(24, age_from=40, age_to=64, named_conditions=names), 0).tolist())
        for names in (("diabetes",), ("depression or anxiety",), ("diabetes", "depression or anxiety")))
    assert both == diabetes & depression
    assert both not in (set(), diabetes, depression)
    assert condition_number("diabetes") != condition_number("dementia") < 2**30


def test_most_residents_of_care_homes_have_dementia() -> None:
    """70 % of them, judged at 3.48 standard errors."""
    population = begun([])
    residents = who_may_join(population, a_team(24, residence=CARE_HOME), 0)
    have = who_may_join(population, a_team(24, residence=CARE_HOME, named_conditions=("dementia",)), 0)
    assert len(have) / len(residents) == pytest.approx(0.7, abs=SURE * math.sqrt(0.21 / len(residents)))


def test_lonely_people_are_some_of_them() -> None:
    """About the prevalence of the table."""
    population = begun([])
    lonely = who_may_join(population, a_team(24, lonely=True), 0)
    everybody = who_may_join(population, a_team(24), 0)
    assert 0.03 < len(lonely) / len(everybody) < 0.10


@pytest.mark.parametrize("accuracy", [0.6, 0.7, 0.75])
def test_the_error_brings_a_score_down_to_its_stated_accuracy(accuracy: float) -> None:
    """The c-statistic of 400,000 people whose log hazards have variance 1.2, to 0.005."""
    generator = np.random.default_rng(8)
    truth = generator.normal(0.0, math.sqrt(1.2), 400_000)
    score = truth + score_error_sd(1.2, accuracy) * generator.normal(size=len(truth))
    admitted = generator.random(len(truth)) < 0.01 * np.exp(truth - 0.6)
    rank = np.argsort(np.argsort(score))
    cases, others = int(admitted.sum()), int((~admitted).sum())
    found = (rank[admitted].sum() - cases * (cases - 1) / 2) / cases / others
    assert found == pytest.approx(accuracy, abs=0.01)


def test_a_tool_cannot_be_better_than_the_records() -> None:
    """Then it has no error; and one no better than chance has nothing else."""
    assert score_error_sd(0.5, 0.95) == 0.0
    assert score_error_sd(0.5, 0.5) > 1e5


def test_admissions_in_the_last_year_raise_the_score() -> None:
    """And those of longer ago do not."""
    tables, _ = tables_of(PEOPLE, 2)
    population = begun([])
    past = RecordedAdmissions(24)
    past.note(7, 3)
    past.note(7, 4)
    assert past.before(5, 10)[7] == 2
    assert past.before(15, 10)[7] == 2
    assert past.before(16, 10)[7] == 1
    assert past.before(3, 10).sum() == 0
    now = population._present(0, 0, 100)
    person = np.flatnonzero(population.alive == HERE)[:1]
    scores = [float(log_score(person, np.array([n]), now, tables.records)[0]) for n in (0, 1, 2)]
    assert scores == sorted(scores)
    assert scores[0] < scores[1]


def test_a_team_fills_its_free_places_and_no_more() -> None:
    """Places free at the start of the month; those who die or leave are replaced the month after."""
    team = a_team(24)
    population = population_of(PEOPLE, 2, teams=[team])
    joined = []
    for _, events in enumerate(live(population, MONTHS)):
        joined.append(len(events.profile_changes.person))
        assert len(population._caseloads.members(0)) <= 50
    assert joined[:3] == [0, 0, 50]
    person, which, start, end = population.enrolments(10**9)
    assert np.all(which == 0)
    assert np.all(end >= start)
    assert (end == 10**9).sum() == len(population._caseloads.members(0))
    assert len(person) > 50


def test_places_that_close_turn_nobody_out() -> None:
    """The team shrinks as people leave."""
    team = a_team(24, places_by_month=np.array([0, 0, 50] + [10] * 21))
    population = begun([team], 5)
    assert 40 <= len(population._caseloads.members(0)) <= 50
    assert (population.enrolments(10**9)[2] > 5 * 31 * 86_400).sum() == 0


def test_the_best_ranked_join() -> None:
    """With a good score, members have more susceptibility and frailty than those who may join."""
    team = a_team(24, accuracy=0.99, sees_susceptibility=1.0)
    population = begun([team], 3)
    members = population._caseloads.members(0)
    may = who_may_join(population, team, 2)
    susceptibility = population._columns.acute_old
    assert susceptibility[members].mean() > 1.5 * susceptibility[may].mean()
    assert population.frailty[members].mean() > population.frailty[may].mean() + 0.5


def test_what_the_referrer_sees_matters_only_when_said() -> None:
    """Without it, members are no more susceptible than their records say."""
    blind = begun([a_team(24, accuracy=0.5, sees_susceptibility=0.0, sees_deterioration=0.0)], 3)
    members = blind._caseloads.members(0)
    values = blind._columns.acute_old[members]
    assert values.mean() == pytest.approx(1.0, abs=SURE * float(values.std()) / math.sqrt(len(values)))


def test_everyone_means_in_no_order() -> None:
    """Frailty of members is that of those who may join."""
    at_random = np.zeros(24, np.bool_)
    population = begun([a_team(24, by_risk_in_month=at_random, places_by_month=np.full(24, 400), first_month=0)], 1)
    members = population._caseloads.members(0)
    may = who_may_join(population, a_team(24), 0)
    spread = float(population.frailty[may].std())
    assert len(members) == pytest.approx(400, abs=5)
    assert population.frailty[members].mean() == pytest.approx(
        population.frailty[may].mean(), abs=SURE * spread / math.sqrt(len(members)))


def test_a_score_ranks_those_who_join_while_there_is_one() -> None:
    """Who joined before it came was chosen at random, and stays."""
    places, by_risk = np.repeat([0, 200, 400], [2, 1, 21]), np.arange(24) >= 3
    team = a_team(24, by_risk_in_month=by_risk, places_by_month=places, accuracy=0.99)
    population = begun([team], 4)
    may = who_may_join(population, team, 3)
    person, _, joined, _ = population.enrolments(10**9)
    before = joined < int(tables_of(PEOPLE, 2)[0].month_start[3])
    frail = population.frailty[person]
    spread = float(population.frailty[may].std())
    assert min(before.sum(), (~before).sum()) > 150
    assert frail[before].mean() == pytest.approx(
        population.frailty[may].mean(), abs=SURE * spread / math.sqrt(before.sum()))
    assert frail[~before].mean() > frail[before].mean() + 0.5


def test_people_come_to_the_next_band_after_whole_months() -> None:
    """Three months after joining, at the same part of the month, unless they have left."""
    population = population_of(PEOPLE, 2, teams=[a_team(24)])
    joined: list[int] = []
    for month, events in enumerate(live(population, 6)):
        if month == 2:
            joined = events.profile_changes.person.tolist()
        if month == 5:
            still = set(population._caseloads.members(0).tolist()) & set(joined)
            assert set(population.profile[list(still)].tolist()) == {1}
            assert set(events.profile_changes.person.tolist()) >= still
    moved = [person for person in joined if population.profile[person] == 2]
    assert len(moved) > 40
    assert set(population._caseloads.members(0).tolist()) >= set(moved)


def test_a_move_to_a_care_home_ends_care_for_people_at_home() -> None:
    """At that second; a team for everybody stays."""
    home, anybody = a_team(24, residence=OWN_HOME), a_team(24, name="anybody", number=5)
    population = begun([home, anybody], 3)
    person = int(np.intersect1d(population._caseloads.members(0), population._caseloads.members(1))[0])
    population.moved_to_care_home(person, 7_000_000)
    assert person not in population._caseloads.members(0)
    assert person in population._caseloads.members(1)
    who, team, _, left = population.enrolments(10**9)
    assert left[(who == person) & (team == 0)].tolist() == [7_000_000]


def test_everybody_leaves_when_funding_ends_and_effects_fade_after() -> None:
    """The log closes at that second; profiles stay until nothing is left of the effect."""
    strength = np.array([1.0] * 6 + [0.75, 0.25] + [0.0] * 16)
    population = population_of(PEOPLE, 2, teams=[a_team(24, end_month=6, strength_by_month=strength)])
    tables, _ = tables_of(PEOPLE, 2)
    for month, _ in enumerate(live(population, 9)):
        if month == 6:
            assert len(population._caseloads.members(0)) == 0
            assert population.profile.max() > 0
    assert population.profile.max() == 0
    left = population.enrolments(10**9)[3]
    assert left.max() == tables.month_start[6]


def test_another_team_changes_nobody_elses_ranking() -> None:
    """Draws depend on the team's own number, so who joins one does not depend on there being another."""
    alone = begun([a_team(24)], 4)
    beside = begun([a_team(24, name="first", number=1), a_team(24)], 4)
    assert np.array_equal(alone._caseloads.members(0), beside._caseloads.members(1))


def test_people_who_may_join_are_counted_from_the_first_month() -> None:
    """Members included."""
    population = begun([a_team(24)], 4)
    counts = population.standing_by_month()[:, 0].sum(axis=(1, 2))
    assert counts[:2].tolist() == [0, 0]
    assert counts[2] == pytest.approx(0.18 * PEOPLE, rel=0.05)
    assert counts[3] == pytest.approx(counts[2], rel=0.02)


def test_a_fork_goes_its_own_way() -> None:
    """Two forks of a run, one with a team: the other stays what it would have been, bit for bit."""
    trunk = population_of(3_000, 2)
    for _ in live(trunk, 2):
        pass
    other = trunk.fork()
    other.switch_teams([a_team(24)])
    for _ in live(other, 3, first=2):
        pass
    whole = population_of(3_000, 2)
    for _ in live(whole, 5):
        pass
    for _ in live(trunk, 3, first=2):
        pass
    assert trunk.profile.max() == 0
    assert other.profile.max() > 0
    for column in ("alive", "death_tick", "frailty", "profile", "in_care_home"):
        assert np.array_equal(getattr(trunk, column), getattr(whole, column)), column


@pytest.mark.parametrize("foreseen", [0, 1, 4])
def test_a_forked_run_is_the_run_that_had_its_teams_from_the_start(foreseen: int) -> None:
    """Nothing about a team matters before its first month, and what no team changes may be decided ahead."""
    forked = population_of(3_000, 2)
    for _ in live(forked, 2):
        pass
    forked.foresee(2, 2 + foreseen)
    forked.switch_teams([a_team(24)])
    whole = population_of(3_000, 2, teams=[a_team(24)])
    for _ in live(whole, 2):
        pass
    for some, other in zip(live(forked, 4, first=2), live(whole, 4, first=2), strict=True):
        for one, another in zip(vars(some.candidates).values(), vars(other.candidates).values(), strict=True):
            assert np.array_equal(one, another)
        assert np.array_equal(some.profile_changes.tick, other.profile_changes.tick)
    assert np.array_equal(forked.standing_by_month(), whole.standing_by_month())
    assert [a.tolist() for a in forked.enrolments(9)] == [a.tolist() for a in whole.enrolments(9)]
