"""How many people an intervention may take and does take, and their part of the area's admissions, before any run.

These are estimates from the evidence tables for the place's own ages; what a run finds may differ.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import NormalDist

from scenarios.beside import has_score_on
from scenarios.deprivation import fifths_by_band
from scenarios.england_population import AGES, WIDE_BANDS
from scenarios.evidence import Evidence
from scenarios.kinds_of_homes import residential_share
from scenarios.named_conditions import AT_CARE_HOMES, prevalence
from scenarios.resolved import EffectSpec, Intervention, Place, PopulationCell, WhoSpec
from scenarios.who import FRAILTY
from simulation.projection import FIFTHS

CARE_HOME = "care home"
KINDS_OF_HOMES = (CARE_HOME, "residential home", "nursing home")
BEFORE_JOINING = "E102"
"""Published admissions of people chosen by risk and referral, in the year before they joined."""
MOST_ACCURATE = 0.999
NEAR_ENOUGH = 0.5
"""A service that cites the published rate has it while its scores alone give at least so much of that."""
OLD = 65
MANY_CONDITIONS = 20
DAYS_PER_YEAR, READMISSION_DAYS = 365.25, 30
BANDS = tuple(name for name, _, _ in WIDE_BANDS)


@dataclass(frozen=True)
class Reach:
    """What an intervention reaches in a place.

    Attributes:
        eligible: people who may join.
        people: people with a team at a time, when fully staffed; never more than may join.
        admissions_each: emergency admissions a year of each of them, without the team.
        admissions: emergency admissions a year of the whole place.
        basis: where `admissions_each` is from, in words.
    """

    eligible: float
    people: float
    admissions_each: float
    admissions: float
    basis: str

    @property
    def share(self) -> float:
        """Their share of the place's emergency admissions: the most that could be avoided."""
        return min(1.0, self.people * self.admissions_each / self.admissions)


def reach(intervention: Intervention, place: Place, evidence: Evidence) -> Reach:
    """What an intervention reaches in a place when its teams are all there and full."""
    who = intervention.who
    eligible, admissions_of_eligible = _eligible(who, place, evidence)
    people = min(intervention.most_people, eligible)
    each = admissions_of_eligible / eligible if eligible else 0.0
    basis = "as people like them at their ages"
    if intervention.joining != "month by month":
        after = _after_hospital(intervention.who, evidence)
        if after > each:
            each, basis = after, "as people just out of hospital"
    elif eligible and has_score_on(intervention, _when_full(intervention)) and who.residence not in KINDS_OF_HOMES:
        before = float(evidence.results()[BEFORE_JOINING].value)
        scored = each * concentration(intervention.selection.accuracy.best, people / eligible)
        nearly_published = BEFORE_JOINING in intervention.evidence and scored >= before * NEAR_ENOUGH
        if before > each and (nearly_published or scored >= before):
            each, basis = before, f"as in the year before joining, {BEFORE_JOINING}; fewer later with or without a team"
        elif scored > each:
            each, basis = scored, "as their scores say"
    return Reach(eligible, people, each, admissions_of(place, evidence), basis)


def _when_full(intervention: Intervention) -> date:
    """The day from which most teams are there."""
    return next(day for day, teams in intervention.teams if teams == intervention.most_teams)


def reach_of(effect: EffectSpec, intervention: Intervention, place: Place, evidence: Evidence) -> Reach:
    """The part of an intervention's reach that an effect is on: all, or the residents of one kind of care home."""
    whole = reach(intervention, place, evidence)
    if not effect.home or intervention.who.residence == effect.home:
        return whole
    share = _share_in_homes(effect.home, place, evidence)
    return replace(whole, people=whole.people * share, eligible=whole.eligible * share)


def concentration(accuracy: float, share: float) -> float:
    """How many times as many admissions people with the highest scores have as everybody who is scored.

    With scores whose logarithms are normal, a c-statistic C means a standard deviation of sqrt 2 times the normal
    quantile of C, as in `simulation.enrolment`.

    Args:
        accuracy: c-statistic of the score.
        share: of the people scored that is chosen, the highest scores first.
    """
    if not 0.0 < share < 1.0:
        return 1.0
    normal = NormalDist()
    spread = math.sqrt(2.0) * normal.inv_cdf(min(accuracy, MOST_ACCURATE))
    return normal.cdf(spread - normal.inv_cdf(1.0 - share)) / share


def admissions_of(place: Place, evidence: Evidence) -> float:
    """Emergency admissions a year of a place at the evidence's rates for its ages."""
    return _eligible(WhoSpec(), place, evidence)[1]


def people_by_band(cells: Sequence[PopulationCell]) -> dict[str, float]:
    """People by published age band, those in care homes included."""
    by_age = _people_by_age(cells)
    return {name: sum(by_age[first : last + 1]) for name, first, last in WIDE_BANDS}


def _eligible(who: WhoSpec, place: Place, evidence: Evidence) -> tuple[float, float]:
    """People whom `who` means, and their emergency admissions a year."""
    by_age = _people_by_age(place.population)
    fifths = fifths_by_band(place.population, evidence) if who.fifths < FIFTHS else {}
    last_age = AGES - 1 if who.age_to is None else min(who.age_to, AGES - 1)
    people = admissions = 0.0
    for band, first, last in WIDE_BANDS:
        in_band = sum(by_age[max(first, who.age_from) : min(last, last_age) + 1])
        if in_band <= 0.0:
            continue
        share, relative = _share_meeting(who, band, evidence)
        share *= _lonely_share(band, evidence) if who.lonely else 1.0
        share *= float(fifths[band][: who.fifths].sum()) if who.fifths < FIFTHS else 1.0
        homes = in_band * _care_home_share(band, evidence)
        if who.residence != "own home":
            of_homes = share * _share_in_homes(who.residence, place, evidence)
            if who.named_conditions:
                of_homes *= _more_common_in_care_homes(who, band, evidence)
            people += homes * of_homes
            admissions += homes * of_homes * evidence.value("emergency_admission.rate", CARE_HOME) / 1000.0
        if who.residence not in KINDS_OF_HOMES:
            people += (in_band - homes) * share
            rate = evidence.value("emergency_admission.rate", band) / 1000.0
            admissions += (in_band - homes) * share * rate * relative
    return people, admissions


def _share_in_homes(residence: str, place: Place, evidence: Evidence) -> float:
    """Share of residents who live in the kind of care home that is meant."""
    residential = residential_share(place, evidence)
    return {"residential home": residential, "nursing home": 1.0 - residential}.get(residence, 1.0)


def _more_common_in_care_homes(who: WhoSpec, band: str, evidence: Evidence) -> float:
    """How many times as common the named conditions are among residents of care homes as in homes of their own."""
    own = math.prod(prevalence(name, band, evidence) for name in who.named_conditions)
    return math.prod(prevalence(name, AT_CARE_HOMES, evidence) for name in who.named_conditions) / own if own else 0.0


def _after_hospital(who: WhoSpec, evidence: Evidence) -> float:
    """Emergency admissions a year at the rate of the month after a stay."""
    band = "75-84" if who.age_from >= OLD else "40-64"
    share = evidence.value("recommended_30_day_readmission_after_emergency_stay", band) / 100.0
    return share * DAYS_PER_YEAR / READMISSION_DAYS


def _lonely_share(band: str, evidence: Evidence) -> float:
    """Share of a band that is often lonely; nobody knows it of children."""
    known = band in evidence.strata("loneliness_prevalence")
    return evidence.value("loneliness_prevalence", band) if known else 0.0


def _share_meeting(who: WhoSpec, band: str, evidence: Evidence) -> tuple[float, float]:
    """Share of a band frail enough and with conditions enough, and their admission rate relative to the band's."""
    mix = _frailty_mix(band, evidence)
    weights = [evidence.value("frailty_weight_on_acute_baseline", grade) for grade in FRAILTY]
    chances = _chances_of_conditions(who, band, mix, evidence)
    meeting = [
        share * chance if index >= who.frailty_at_least else 0.0
        for index, (share, chance) in enumerate(zip(mix, chances, strict=True))
    ]
    total = sum(meeting)
    mean = sum(share * weight for share, weight in zip(mix, weights, strict=True))
    relative = sum(part * weight for part, weight in zip(meeting, weights, strict=True)) / mean
    return total, relative / total if total else 0.0


def _frailty_mix(band: str, evidence: Evidence) -> list[float]:
    """Shares of a band that are fit, mild, moderate and severe; children are fit."""
    strata = [f"{band}, {grade}" for grade in FRAILTY]
    if strata[0] not in evidence.strata("recommended_frailty_mix"):
        return [1.0, 0.0, 0.0, 0.0]
    shares = [evidence.value("recommended_frailty_mix", stratum) for stratum in strata]
    return [share / sum(shares) for share in shares]


def _chances_of_conditions(who: WhoSpec, band: str, mix: list[float], evidence: Evidence) -> list[float]:
    """Chance of conditions enough and of every named one, by frailty; odds of two or more rise with frailty."""
    if who.conditions_at_least == 0 and not who.named_conditions:
        return [1.0] * len(mix)
    if band not in evidence.strata("recommended_multimorbidity_2plus"):
        return [0.0] * len(mix)
    share = evidence.value("recommended_multimorbidity_2plus", band) / 100.0
    odds = [evidence.value("multimorbidity_odds_by_frailty", grade) for grade in FRAILTY]

    def two_or_more(log_odds: float) -> list[float]:
        return [1.0 / (1.0 + math.exp(-log_odds) / ratio) for ratio in odds]

    level = _solve(lambda x: sum(p * c for p, c in zip(mix, two_or_more(x), strict=True)) - share, -20.0, 20.0)
    exactly = [_poisson(_mean_with_two_or_more(chance)) for chance in two_or_more(level)]
    among = [_among(name, band, mix, exactly, evidence) for name in who.named_conditions]
    return [
        sum(p * math.prod(each[n] for each in among) for n, p in enumerate(law) if n >= who.conditions_at_least)
        for law in exactly
    ]


def _among(name: str, band: str, mix: list[float], exactly: list[list[float]], evidence: Evidence) -> list[float]:
    """Chance that a named condition is among so many, as `scenarios.build_records` has it but for deprivation."""
    wanted = prevalence(name, band, evidence)
    numbers = [sum(part * law[n] for part, law in zip(mix, exactly, strict=True)) for n in range(MANY_CONDITIONS)]

    def with_it(chance: float) -> float:
        return sum(p * (1.0 - (1.0 - chance) ** n) for n, p in enumerate(numbers))

    chance = _solve(lambda x: with_it(x) - wanted, 0.0, 1.0)
    return [1.0 - (1.0 - chance) ** n for n in range(MANY_CONDITIONS)]


def _mean_with_two_or_more(chance: float) -> float:
    return _solve(lambda mean: sum(_poisson(mean)[2:]) - chance, 0.0, 60.0)


def _poisson(mean: float) -> list[float]:
    """(MANY_CONDITIONS,) chances of none, one, two and so on; the last is that of so many or more."""
    chances = [math.exp(-mean)]
    for number in range(1, MANY_CONDITIONS - 1):
        chances.append(chances[-1] * mean / number)
    return [*chances, max(0.0, 1.0 - sum(chances))]


def _solve(rises: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising function is nought, by halving."""
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (low, middle) if rises(middle) > 0.0 else (middle, high)
    return (low + high) / 2.0


def _care_home_share(band: str, evidence: Evidence) -> float:
    """Share of a band that lives in a care home for good."""
    if band not in evidence.strata("care_home_need_share"):
        return 0.0
    return evidence.value("care_home_need_share", band) / 100.0


def _people_by_age(cells: Sequence[PopulationCell]) -> list[float]:
    """(AGES,) people of each single age; a cell's people are spread evenly over its years."""
    by_age = [0.0] * AGES
    for cell in cells:
        last = AGES - 1 if cell.age_to is None else min(cell.age_to, AGES - 1)
        first = min(cell.age_from, last)
        for age in range(first, last + 1):
            by_age[age] += cell.people / (last - first + 1)
    return by_age
