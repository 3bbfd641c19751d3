"""From the evidence to what entry rules and risk scores know of people."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from scenarios.deprivation import OLD, england_by_age
from scenarios.evidence import Evidence
from scenarios.named_conditions import AT_CARE_HOMES, named_conditions, prevalence
from simulation.enrolment import MOST_CONDITIONS, RecordTables
from simulation.projection import FIFTHS
from simulation.stationarity import FRAILTIES, Stationary, band_of_age_month
from simulation.stays import AGE_BANDS, BANDS

FRAILTY_NAMES = ("fit", "mild", "moderate", "severe")
OLD_BANDS = ("65-74", "75-84", "85+")

FloatArray = NDArray[np.float64]


def build_records(evidence: Evidence, stationary: Stationary, england: FloatArray) -> RecordTables:
    """Admission rates, long-term conditions and loneliness by band."""
    at_least = conditions(evidence, stationary, england)
    return RecordTables(
        admission_rate=evidence.values("emergency_admission.rate", BANDS) / 1000.0,
        at_least=at_least,
        lonely=_by_age_band(evidence, "loneliness_prevalence"),
        named={name: among_conditions(name, at_least, evidence, stationary, england)
               for name in named_conditions(evidence)},
    )


def conditions(evidence: Evidence, stationary: Stationary, england: FloatArray) -> FloatArray:
    """(age bands, fifths, frailties, MOST_CONDITIONS + 1) chance of so many conditions or more.

    The odds of two or more rise with frailty and deprivation, so that the published share of the band holds; counts
    are Poisson with that chance of two or more. Bands without a published share have none.
    """
    odds = np.outer(
        evidence.values("multimorbidity_odds_by_fifth", [f"fifth {n}" for n in range(1, FIFTHS + 1)]),
        evidence.values("multimorbidity_odds_by_frailty", FRAILTY_NAMES),
    )
    shares = _by_age_band(evidence, "recommended_multimorbidity_2plus") / 100.0
    bands = band_of_age_month()
    people = england[:, None] * (stationary.share[:, :FRAILTIES] + stationary.share[:, FRAILTIES:])
    at_least = np.zeros((len(AGE_BANDS), FIFTHS, FRAILTIES, MOST_CONDITIONS + 1))
    at_least[..., 0] = 1.0
    for band, share in enumerate(shares):
        if share > 0.0:
            mix = people[bands == band].sum(axis=0)
            two_or_more = _spread(share, odds, mix / mix.sum())
            means = np.vectorize(_mean_with)(two_or_more)
            for number in range(1, MOST_CONDITIONS + 1):
                at_least[band, ..., number] = special.pdtrc(number - 1, means)
    return at_least


def among_conditions(
    name: str, at_least: FloatArray, evidence: Evidence, stationary: Stationary, england: FloatArray
) -> FloatArray:
    """(own home or care home, age bands, MOST_CONDITIONS + 1) chance that a named condition is among so many.

    Each condition that somebody has is this one with the same chance as the others, so that it is among n with chance
    1 - (1 - chance)^n. Whoever has more conditions, as frailer and more deprived people have, has it more often. The
    chance is the one that gives the prevalence of the band in homes of their own, and that of all residents in care
    homes; where too few have any condition, all who do have it.
    """
    bands = band_of_age_month()
    homes = (england[:, None] * stationary.share[:, :FRAILTIES], england[:, None] * stationary.share[:, FRAILTIES:])
    own, care = (np.stack([people[bands == band].sum(axis=0) for band in range(len(AGE_BANDS))]) for people in homes)
    exactly = at_least - np.append(at_least[..., 1:], np.zeros((*at_least.shape[:-1], 1)), axis=-1)
    fifths = [england_by_age(OLD if stratum in OLD_BANDS else 0, evidence) for stratum in AGE_BANDS]
    among = np.zeros((2, len(AGE_BANDS), MOST_CONDITIONS + 1))
    for band, stratum in enumerate(AGE_BANDS):
        numbers = _numbers(exactly[band], fifths[band][:, None] * own[band])
        among[0, band] = _among(_chance_of_each(prevalence(name, stratum, evidence), numbers))
    residents = sum(_numbers(exactly[band], fifths[band][:, None] * care[band]) for band in range(len(AGE_BANDS)))
    among[1] = _among(_chance_of_each(prevalence(name, AT_CARE_HOMES, evidence), np.asarray(residents)))
    return among


def _numbers(exactly: FloatArray, people: FloatArray) -> FloatArray:
    """(MOST_CONDITIONS + 1,) people with so many conditions, of (fifths, frailties) people with these chances."""
    return np.asarray(np.tensordot(people, exactly, axes=2), np.float64)


def _among(chance: float) -> FloatArray:
    """(MOST_CONDITIONS + 1,) chance that a condition is among so many."""
    return np.asarray(1.0 - (1.0 - chance) ** np.arange(MOST_CONDITIONS + 1), np.float64)


def _chance_of_each(share: float, numbers: FloatArray) -> float:
    """Chance of each condition to be this one, so that a share of people with so many conditions has it; at most 1."""
    wanted = share * float(numbers.sum())
    if wanted <= 0.0 or wanted >= float(_among(1.0) @ numbers):
        return float(wanted > 0.0)
    return float(optimize.brentq(lambda chance: float(_among(chance) @ numbers) - wanted, 0.0, 1.0))


def _spread(share: float, odds: FloatArray, mix: FloatArray) -> FloatArray:
    """(fifths, frailties) chances with these odds ratios whose mean over the mix of frailties is `share`."""

    def chances(log_odds: float) -> FloatArray:
        return np.asarray(special.expit(log_odds + np.log(odds)), np.float64)

    solution = optimize.brentq(lambda level: float((chances(level) @ mix).mean()) - share, -20.0, 20.0)
    return chances(float(solution))


def _mean_with(two_or_more: float) -> float:
    """Mean of the Poisson law that has this chance of two or more."""
    return float(optimize.brentq(lambda mean: special.pdtrc(1, mean) - two_or_more, 1e-9, 60.0))


def _by_age_band(evidence: Evidence, parameter: str) -> FloatArray:
    """(age bands,) values; nought in bands without a row."""
    known = set(evidence.strata(parameter))
    return np.array([evidence.value(parameter, band) if band in known else 0.0 for band in AGE_BANDS])
