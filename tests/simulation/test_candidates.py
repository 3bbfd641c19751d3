"""Promises about candidate needs: exact rates, and points that stay where they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from simulation.candidates import (
    COUNT_STEPS,
    END_OF_LIFE,
    FIRST_UPPER,
    LEAST_WIDTH,
    MOST_AT_FIRST,
    MOST_LAYERS,
    MOST_POINTS,
    READMISSION,
    REATTENDANCE,
    ROUTINE_CARE,
    STREAM_COUNT,
    candidate_key,
    chances_of_counts,
    first_layers,
    layer_width,
    points_in_layer,
    second_in_hour,
)
from simulation.columns import FAR, Drawn, Found, kind_of
from simulation.factors import VALUES
from simulation.laws import poisson_quantile
from simulation.need_words import MOST_PEOPLE, in_order, need_word
from simulation.people import HERE, CandidateRows, Population
from simulation.rhythm import LOWER, ROUTINE, UPPER
from simulation.stays import CARE_HOME_BAND
from tests.simulation.few_people import a_team, live, population_of, same_events, tables_of

SURE = 3.48
"""Standard errors beyond which a true promise fails once in 2,000 tries (two-sided 99.95 %)."""
DAY = 86_400
TRIED = range(0, 3000, 3)


def keyed(rows: CandidateRows, streams: Sequence[int]) -> dict[tuple[int, int], tuple[int, float]]:
    """Candidates of some streams: (person, key) to (tick, severity)."""
    chosen = np.isin(rows.stream, streams)
    names = zip(rows.person[chosen].tolist(), rows.key[chosen].tolist(), strict=True)
    return dict(zip(names, zip(rows.tick[chosen].tolist(), rows.severity[chosen].tolist(), strict=True), strict=True))


def with_factors(values: dict[str, tuple[float, float]], seed: int = 3) -> Population:
    """A population of whom everybody carries the same multipliers from the start."""
    population = population_of(20_000, 2, seed=seed)
    factors = np.ones((1, len(VALUES), 2))
    for value, ends in values.items():
        factors[0, VALUES.index(value)] = ends
    population._caseloads.factors = factors
    return population


def test_layers_double_and_then_go_on_evenly() -> None:
    """Up to the widest, and from nothing with the least width of the stream."""
    assert [layer_width(bottom, 0.5) for bottom in (0.0, 0.3, 0.8, 100.0, 500.0)] == [0.5, 0.5, 0.8, 100.0, 128.0]
    top = 0.0
    for _ in range(MOST_LAYERS):
        top += layer_width(top, min(LEAST_WIDTH))
    assert top > 3000.0


def test_a_key_names_one_candidate_and_sorts_in_order() -> None:
    """Month, stream, layer and index can be read off it."""
    keys = [candidate_key(m, s, layer, i) for m in (0, 5, 1023) for s in (0, 13) for layer in (0, 63) for i in (0, 63)]
    assert keys == sorted(set(keys))
    assert max(keys) < 2**26
    assert (keys[-1] >> 16, keys[-1] >> 12 & 15, keys[-1] >> 6 & 63, keys[-1] & 63) == (1023, 13, 63, 63)


def test_points_in_a_layer_are_poisson() -> None:
    """The same quantile as the law's, for means that layers have."""
    for mean in (0.02, 0.3, 5.0, 14.0):
        for draw in np.linspace(0.0005, 0.9995, 999):
            assert points_in_layer(draw, mean) == poisson_quantile(draw, mean)
    assert points_in_layer(1.0 - 2**-53, 60.0) == MOST_POINTS + 1


def test_points_of_first_layers_are_poisson() -> None:
    """Each row of the table is the law's, up to the largest mean."""
    reached = chances_of_counts()
    assert len(reached) == MOST_AT_FIRST * COUNT_STEPS
    for row in (0, 7, 31, len(reached) - 1):
        mean = (row + 1) / COUNT_STEPS
        assert reached[row, 0] == 0.0
        for draw in np.linspace(0.0005, 0.9995, 999):
            assert np.searchsorted(reached[row], draw, side="right") - 1 == poisson_quantile(draw, mean)


def test_first_layers_add_up() -> None:
    """Streams follow each other within their group, and a kind's points are its rates times its weight."""
    needs = tables_of(20_000, 2)[0].needs
    years = np.linspace(0.07, 0.09, STREAM_COUNT)
    first = first_layers(needs, years)
    expected = needs.steady * years[: ROUTINE_CARE + 1]
    assert first.before[:, 0] == pytest.approx(0.0)
    assert first.before[:, 5] == pytest.approx(0.0)
    assert np.diff(first.before[:, :5], axis=1) == pytest.approx(expected[:, :4])
    for band, fifth, frailty in ((0, 0, 0), (3, 4, 1), (6, 2, 3), (CARE_HOME_BAND, 1, 2)):
        kind = kind_of(band, fifth, frailty)
        weight = needs.upper_by_fifth[band, fifth] * needs.acute_weight[band, frailty]
        milder = max(1.0, needs.milder_ratio[band])
        assert first.weight_of_kind[kind] == pytest.approx(
            [needs.lower_by_fifth[band, fifth], weight, needs.routine_weight[band, frailty]])
        assert first.most_of_kind[kind] / first.weight_of_kind[kind] == pytest.approx([milder, 1.0, 1.0])
        totals = [expected[band, :5].sum(), expected[band, 5:10].sum(), expected[band, 10]]
        assert first.mean_of_kind[kind] == pytest.approx(first.most_of_kind[kind] * totals)


def test_a_second_lies_in_its_hour() -> None:
    """Evenly, and never at the tick after its last."""
    assert second_in_hour(0.0, 0.002, 3600, 7200) == 3600
    assert second_in_hour(0.001, 0.002, 3600, 7200) == 5400
    assert second_in_hour(0.002, 0.002, 3600, 7200) == 7199


@pytest.mark.parametrize(("needs", "seconds"), [(0, 86_400), (1, 86_400), (3000, 200), (3000, 31 * 86_400)])
def test_sorting_is_by_tick_then_person_then_key(needs: int, seconds: int) -> None:
    """Whatever order candidates were made in; words hold all that there is to know but severity."""
    generator = np.random.default_rng(4)
    month, start = 7, 1_000_000
    tick = start + generator.integers(0, seconds, needs)
    person, key = generator.integers(0, MOST_PEOPLE, needs), generator.permutation(65_536)[:needs]
    person[::3] = MOST_PEOPLE - 1
    severity = generator.random(needs)
    words = [need_word(int(t) - start, int(p), month << 16 | int(k)) for t, p, k in zip(tick, person, key, strict=True)]
    drawn = Drawn(np.array(words, np.int64), severity, np.zeros(1, np.uint8))
    found = Found(
        np.zeros(needs, np.int64), np.zeros(needs, np.int64), np.zeros(needs, np.int8), np.zeros(needs, np.int64),
        np.zeros(needs), np.zeros(1, np.uint8))
    in_order(drawn, needs, seconds, month, start, found)
    order = np.lexsort((key, person, tick))
    assert np.array_equal(found.tick, tick[order])
    assert np.array_equal(found.person, person[order])
    assert np.array_equal(found.key, (month << 16) + key[order])
    assert np.array_equal(found.stream, key[order] >> 12)
    assert np.array_equal(found.severity, severity[order])


def expected_needs(population: Population, months: range) -> np.ndarray:
    """(streams to booked care,) expected needs of people without deterioration, from rates and operational time."""
    tables, _ = tables_of(20_000, 2)
    needs, people = tables.needs, population._columns
    expected = np.zeros(ROUTINE_CARE + 1)
    for _ in months:
        here = np.flatnonzero(people.alive == HERE)
        band = np.where(people.in_care_home[here] == 1, CARE_HOME_BAND, people.age_band[here])
        old = people.age_band[here] >= 4
        fifth, frailty = people.fifth[here], people.frailty[here]
        acute = np.where(old, people.acute_old[here], people.acute_young[here]).astype(float)
        acute *= needs.upper_by_fifth[band, fifth] * needs.acute_weight[band, frailty]
        minor = people.minor[here] * needs.lower_by_fifth[band, fifth]
        assert population._month is not None
        month = population._month
        begin = np.maximum(people.entered[here], month.start)
        stop = np.minimum(month.end, np.minimum(people.death_tick[here], people.leave_tick[here]))
        part = np.clip((stop - begin) / (month.end - month.start), 0.0, 1.0)
        for stream in range(ROUTINE_CARE + 1):
            rate = needs.steady[band, stream] * part * month.stream_years[stream]
            if stream < FIRST_UPPER:
                milder = needs.seek_ae[band, stream] / needs.severity_to[band, stream]
                rate = rate * minor * (milder * needs.milder_ratio[band] + 1.0 - milder)
            elif stream < ROUTINE_CARE:
                rate = rate * acute
            else:
                rate = rate * needs.routine_weight[band, frailty]
            expected[stream] += rate.sum()
    return expected


def test_needs_come_at_their_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve months of 20,000 people without deterioration, every steady stream; judged at 3.48 standard errors."""
    monkeypatch.setattr("simulation.people.settle_month", _settle_without_deterioration)
    population = population_of(20_000, 2)
    population._columns.spell_end[:] = 0
    population._columns.spell_start[:] = FAR
    expected, found = np.zeros(ROUTINE_CARE + 1), np.zeros(ROUTINE_CARE + 1)
    for month in range(12):
        events = population.begin_month(month)
        expected += expected_needs(population, range(1))
        found += np.bincount(events.candidates.stream, minlength=STREAM_COUNT)[: ROUTINE_CARE + 1]
        for person, tick in zip(events.deaths.person.tolist(), events.deaths.tick.tolist(), strict=True):
            population.gone(person, tick, True)
        for person, tick in zip(events.leavers.person.tolist(), events.leavers.tick.tolist(), strict=True):
            population.gone(person, tick, False)
    assert np.all(np.abs(found - expected) <= SURE * np.sqrt(expected))
    assert not population.failed


def _settle_without_deterioration(*arguments: object) -> None:
    """`settle_month` with nobody falling ill."""
    from simulation.month import settle_month

    values = list(arguments)
    tables = values[7]
    values[7] = tables._replace(onset=np.zeros_like(tables.onset))  # type: ignore[attr-defined]
    settle_month(*values)  # type: ignore[arg-type]


def test_deterioration_multiplies_needs_while_it_lasts() -> None:
    """Everybody deteriorated for the first half of a month: five times the admissions, then as ever."""
    population = population_of(40_000, 2)
    assert population._month is None
    columns, tables = population._columns, tables_of(40_000, 2)[0]
    middle = 15 * DAY
    columns.spell_start[:], columns.spell_end[:] = 0, middle
    rows = population.begin_month(0).candidates
    upper = (rows.stream >= FIRST_UPPER) & (rows.stream < ROUTINE_CARE)
    first, second = int((upper & (rows.tick < middle)).sum()), int((upper & (rows.tick >= middle)).sum())
    ratio = tables.needs.spell_upper
    share = ratio / (ratio + 1.0)
    total = first + second
    assert abs(first - share * total) < SURE * math.sqrt(total * share * (1 - share)) + 0.02 * total


def test_severities_lie_in_their_part_and_are_even_there() -> None:
    """Needs below admission below its threshold, others above; means in the middle of the part."""
    population = population_of(20_000, 2)
    tables, _ = tables_of(20_000, 2)
    rows = [events.candidates for events in live(population, 6)]
    stream, severity = np.concatenate([r.stream for r in rows]), np.concatenate([r.severity for r in rows])
    admitted = tables.needs.severity_to[:, :FIRST_UPPER]
    for kind in range(FIRST_UPPER):
        assert severity[stream == kind].max() <= admitted[:, kind].max()
        upper = severity[stream == FIRST_UPPER + kind]
        assert upper.min() >= admitted[:, kind].min()
    routine = severity[stream == ROUTINE_CARE]
    assert routine.mean() == pytest.approx(0.5, abs=SURE * math.sqrt(1 / 12 / len(routine)))


def test_regenerating_brings_back_the_same_candidates() -> None:
    """When nothing has changed, a person's candidates after a tick are those that were pending."""
    population = population_of(3_000, 2)
    rows = population.begin_month(0).candidates
    tick = 11 * DAY
    for person in range(1000):
        pending = (rows.person == person) & (rows.tick > tick)
        again = population._again(person, tick)
        assert again.tick == rows.tick[pending].tolist()
        assert again.key == rows.key[pending].tolist()
        assert again.severity == rows.severity[pending].tolist()
        assert again.stream == rows.stream[pending].tolist()


@pytest.mark.parametrize(("value", "streams"), [
    ("hazard.acute.upper", (7,)), ("hazard.minor.lower", (0,)), ("hazard.routine", (ROUTINE_CARE,)),
    ("hazard.end_of_life", (END_OF_LIFE,)),
])
def test_changing_one_hazard_moves_no_other_candidate(value: str, streams: tuple[int, ...]) -> None:
    """Halved, a stream keeps some of its candidates as they were; doubled, it gains some; others stay bit for bit."""
    others = tuple(stream for stream in range(STREAM_COUNT) if stream not in streams)
    usual = with_factors({}).begin_month(0).candidates
    fewer = with_factors({value: (0.5, 0.5)}).begin_month(0).candidates
    more = with_factors({value: (2.0, 2.0)}).begin_month(0).candidates
    assert keyed(usual, others) == keyed(fewer, others) == keyed(more, others)
    assert keyed(fewer, streams).items() < keyed(usual, streams).items() < keyed(more, streams).items()


def test_a_stream_without_needs_leaves_the_rest_alone() -> None:
    """Taking the needs of one stream away changes no other."""
    usual = with_factors({}).begin_month(0).candidates
    without = with_factors({"hazard.exacerbation.lower": (0.0, 0.0)}).begin_month(0).candidates
    rest = tuple(stream for stream in range(STREAM_COUNT) if stream != 1)
    assert keyed(without, (1,)) == {}
    assert keyed(without, rest) == keyed(usual, rest)


def test_halving_halves() -> None:
    """Three months of 20,000 people in each of eight runs; judged at 3.48 standard errors of the thinning."""
    before = after = 0
    for seed in range(1, 9):
        usual = with_factors({}, seed=seed)
        halved = with_factors({f"hazard.{kind}.upper": (0.5, 0.5) for kind in ("acute", "injury")}, seed=seed)
        for month in range(3):
            before += _count(usual, month, (7, 8))
            after += _count(halved, month, (7, 8))
    assert abs(after - before / 2) < SURE * math.sqrt(before / 4)


def _count(population: Population, month: int, streams: tuple[int, ...]) -> int:
    """Needs of some streams in the next month."""
    return int(np.isin(population.begin_month(month).candidates.stream, streams).sum())


def test_the_short_end_goes_first() -> None:
    """With a multiplier from 0 at the threshold to 1 at the worst, the chance to stay is the place on that line."""
    usual = with_factors({}).begin_month(0).candidates
    tilted = with_factors({"hazard.acute.upper": (0.0, 1.0)}).begin_month(0).candidates
    kept, all_of_them = keyed(tilted, (7,)), keyed(usual, (7,))
    assert kept.items() <= all_of_them.items()
    assert len(kept) / len(all_of_them) == pytest.approx(0.5, abs=SURE * 0.5 / math.sqrt(len(all_of_them)))
    worst = sorted(severity for _, severity in all_of_them.values())[-len(all_of_them) // 4 :]
    share = np.mean([severity in {s for _, s in kept.values()} for severity in worst])
    assert share > 0.7


def readmissions(population: Population, came_through_ae: bool) -> tuple[int, int, int]:
    """Readmissions, repeat attendances below and above admission in the month after a discharge on its first day."""
    tables, _ = tables_of(40_000, 2)
    counts = [0, 0, 0]
    for person in np.flatnonzero(population.alive == HERE).tolist():
        again = population.after_discharge(person, DAY, came_through_ae)
        band = int(population.age_band[person])
        admitted = tables.needs.severity_to[band, REATTENDANCE]
        for stream, severity in zip(again.stream, again.severity, strict=True):
            counts[0] += stream == READMISSION
            counts[1] += stream == REATTENDANCE and severity < admitted
            counts[2] += stream == REATTENDANCE and severity >= admitted
    return counts[0], counts[1], counts[2]


def test_a_discharge_sets_off_its_readmissions() -> None:
    """Expected numbers by band within the month; the hour of day moves them by a few per cent."""
    population = population_of(40_000, 2)
    population.begin_month(0)
    tables, _ = tables_of(40_000, 2)
    here = population.alive == HERE
    life = tables.needs.discharge_life
    expected = (tables.discharge_rate[population.age_band[here]] * life / (365.25 * DAY)).sum()
    expected *= 1.0 - math.exp(-29 * DAY / life)
    found, below, above = readmissions(population, came_through_ae=False)
    assert abs(found - expected) < SURE * math.sqrt(expected) + 0.03 * expected
    assert (below, above) == (0, 0)


def test_a_stay_that_began_in_ae_sets_off_attendances_below_admission_only() -> None:
    """Readmission already stands for the others."""
    population = population_of(40_000, 2)
    population.begin_month(0)
    tables, _ = tables_of(40_000, 2)
    _, below, above = readmissions(population, came_through_ae=True)
    expected = (population.alive == HERE).sum() * tables.attendance_rate * tables.needs.attendance_life / (365.25 * DAY)
    assert abs(below - expected) < SURE * math.sqrt(expected) + 0.03 * expected
    assert above == 0


def test_an_attendance_sets_off_others_a_quarter_of_them_above_admission() -> None:
    """After an attendance that ended without a stay."""
    population = population_of(40_000, 2)
    population.begin_month(0)
    tables, _ = tables_of(40_000, 2)
    admitted = tables.needs.severity_to[:, REATTENDANCE]
    below = above = 0
    for person in np.flatnonzero(population.alive == HERE).tolist():
        again = population.after_attendance(person, DAY)
        for stream, severity in zip(again.stream, again.severity, strict=True):
            if stream == REATTENDANCE:
                is_above = severity >= admitted[population.age_band[person]]
                below, above = below + (not is_above), above + is_above
    share = tables.needs.attendance_upper_share
    total = below + above
    assert abs(above - share * total) < SURE * math.sqrt(total * share * (1 - share))
    expected = (population.alive == HERE).sum() * tables.attendance_rate * tables.needs.attendance_life / (365.25 * DAY)
    assert abs(total - expected) < SURE * math.sqrt(expected) + 0.03 * expected


def test_people_have_their_needs_before_they_die() -> None:
    """Needs near death, per death at home, over the year before; judged at 3.48 standard errors plus 3 %."""
    tables, _ = tables_of(60_000, 3)
    population = population_of(60_000, 3)
    population.in_care_home[:] = 0
    needs, needs_year = tables.needs, 365.25 * DAY
    found: dict[int, int] = {}
    died: set[int] = set()
    for month in range(30):
        events = population.begin_month(month)
        population.in_care_home[:] = 0
        for person in events.candidates.person[events.candidates.stream == END_OF_LIFE].tolist():
            found[person] = found.get(person, 0) + 1
        if month >= 12:
            died |= set(events.deaths.person[population.entered[events.deaths.person] == 0].tolist())
        for person, tick in zip(events.deaths.person.tolist(), events.deaths.tick.tolist(), strict=True):
            population.gone(person, tick, True)
    short = needs.dying_short_rate * needs.dying_short_life / needs_year
    long = needs.dying_long_rate * needs.dying_long_life / needs_year
    long *= 1.0 - math.exp(-needs.dying_reach / needs.dying_long_life)
    expected = (short + long) * len(died)
    total = sum(found.get(person, 0) for person in died)
    assert abs(total - expected) < SURE * math.sqrt(expected) + 0.03 * expected


def test_a_team_that_changes_nothing_leaves_every_candidate_as_it_is() -> None:
    """Joining it gives back the candidates that were pending, and later months do not differ by a bit."""
    plain, with_team = population_of(8_000, 2), population_of(8_000, 2, teams=[a_team(24)])
    joined = 0
    for some, other in zip(live(plain, 12), live(with_team, 12), strict=True):
        assert same_events(some, other)
        joined += len(other.profile_changes.person)
    assert joined >= 50


def test_joining_a_team_thins_what_comes_after_and_nothing_before() -> None:
    """Candidates after the second of joining are a part of those pending; those before were out already."""
    changes = np.zeros((1, len(VALUES)))
    changes[:, VALUES.index("hazard.routine")] = -0.5
    team = a_team(24, changes=changes, band_edges_months=np.array([0]), short_end_share=0.0)
    population = population_of(8_000, 2, teams=[team])
    for month in range(3):
        events = population.begin_month(month)
    rows = events.candidates
    thinner = 0
    changes_now = zip(events.profile_changes.person, events.profile_changes.tick, strict=True)
    for index, (person, tick) in enumerate(changes_now):
        pending = (rows.person == person) & (rows.tick > tick)
        again = population.apply_profile(int(person), int(tick), index)
        assert set(again.key) <= set(rows.key[pending].tolist())
        thinner += int(pending.sum()) - len(again.key)
    assert thinner > 0


def test_a_hazard_above_the_axis_fails_the_run() -> None:
    """It is not clipped in silence."""
    tables, calendar = tables_of(2_000, 2)
    wild = replace(tables, needs=tables.needs._replace(steady=tables.needs.steady * 1e6))
    population = Population(wild, [], calendar, 1, 0)
    population.begin_month(0)
    assert population.failed


def test_booked_care_comes_in_practice_hours() -> None:
    """And the streams keep to their rhythms."""
    _, calendar = tables_of(20_000, 2)
    rows = population_of(20_000, 2).begin_month(0).candidates
    routine = rows.tick[rows.stream == ROUTINE_CARE]
    day = np.searchsorted(calendar.day_start, routine, side="right") - 1
    assert np.all(calendar.weekday[day] < 5)
    hour = (routine - calendar.day_start[day]) // 3600
    assert hour.min() == 8
    assert hour.max() == 18
    assert (LOWER, UPPER, ROUTINE) == (0, 1, 3)
