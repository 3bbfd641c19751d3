"""From the evidence to what entry rules and risk scores know of people."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from scenarios.evidence import Evidence
from simulation.enrolment import MOST_CONDITIONS, RecordTables
from simulation.projection import FIFTHS
from simulation.stationarity import FRAILTIES, Stationary, band_of_age_month
from simulation.stays import AGE_BANDS, BANDS

FRAILTY_NAMES = ("fit", "mild", "moderate", "severe")

FloatArray = NDArray[np.float64]


def build_records(evidence: Evidence, stationary: Stationary, england: FloatArray) -> RecordTables:
    """Admission rates, long-term conditions and loneliness by band."""
    return RecordTables(
        admission_rate=evidence.values("emergency_admission.rate", BANDS) / 1000.0,
        at_least=conditions(evidence, stationary, england),
        lonely=_by_age_band(evidence, "loneliness_prevalence"),
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
