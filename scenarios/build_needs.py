"""From the evidence to rates of needs by band, and where on the scale of severity each source of needs lies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scenarios.evidence import Evidence
from simulation.calendar import DAYS_PER_YEAR, SECONDS_PER_DAY
from simulation.candidates import (
    END_OF_LIFE,
    FIRST_UPPER,
    KINDS,
    READMISSION,
    REATTENDANCE,
    ROUTINE_CARE,
    STREAM_COUNT,
)
from simulation.columns import NeedTables
from simulation.projection import FIFTHS
from simulation.stationarity import FRAILTIES, Stationary, band_of_age_month
from simulation.stays import AGE_BANDS, BANDS, CARE_HOME_BAND

FRAILTY_NAMES = ("fit", "mild", "moderate", "severe")
FIRST_OLD_BAND = AGE_BANDS.index("65-74")
DEPRIVATION_AGES = (("0-19",), ("0-19",), ("20-37",), ("38-52", "53-66"), ("67-110",), ("67-110",), ("67-110",))
"""Published ages whose gradient each age band takes; the mean when there are two."""
ONSET_AGES = ("0-17", "0-17", "18-64", "18-64", "65+", "65+", "65+")

FloatArray = NDArray[np.float64]


def build_needs(evidence: Evidence, stationary: Stationary, england: FloatArray) -> NeedTables:
    """Rates a person-year and severities.

    Args:
        evidence: the tables of evidence.
        stationary: frailty and need for a care home by age.
        england: (ages,) people by month of age, over whom relative rates by frailty have mean 1 in each band.
    """
    mix = frailty_by_band(stationary, england)
    acute_weight = relative_rates(evidence.values("frailty_weight_on_acute_baseline", FRAILTY_NAMES), mix)
    irr = evidence.values("gp_consultations_irr", [f"65-95, {f} vs non-frail" for f in FRAILTY_NAMES[1:]])
    severity_from, severity_to, seek_ae = severities(evidence)
    onset = evidence.values("deterioration_onset_rate", ONSET_AGES)
    short, short_life = _dying_term(evidence, "short")
    long, long_life = _dying_term(evidence, "long")
    reach = evidence.value("dying_needs_reach") * SECONDS_PER_DAY
    dying_by_band = np.ones(len(BANDS))
    dying_by_band[CARE_HOME_BAND] = evidence.value("dying_needs_factor", "care-home residents")
    return NeedTables(
        steady=steady_rates(evidence),
        acute_weight=acute_weight,
        routine_weight=relative_rates(np.append(1.0, irr), mix),
        upper_by_fifth=upper_by_fifth(evidence),
        lower_by_fifth=lower_by_fifth(evidence),
        severity_from=severity_from,
        severity_to=severity_to,
        seek_ae=seek_ae,
        milder_ratio=evidence.values("level.managed", BANDS),
        dying_by_band=dying_by_band,
        onset=np.vstack([onset[:, None] * acute_weight[: len(AGE_BANDS)], np.zeros((1, FRAILTIES))]),
        spell_seconds=evidence.value("deterioration_mean_duration") * SECONDS_PER_DAY,
        spell_upper=evidence.value("deterioration_multiplier", "acute needs"),
        spell_lower=evidence.value("deterioration_multiplier", "minor needs"),
        dying_reach=reach,
        dying_short_rate=short,
        dying_short_life=short_life,
        # The long term is cut at the reach; what it loses there is given back before.
        dying_long_rate=long / (1.0 - np.exp(-reach / long_life)),
        dying_long_life=long_life,
        discharge_life=evidence.value("discharge_trigger_decay") * SECONDS_PER_DAY,
        attendance_life=evidence.value("ae_trigger_decay") * SECONDS_PER_DAY,
        attendance_upper_share=evidence.value(
            "share_of_ae_triggered_needs_that_are_acute", "after a discharged attendance"),
    )


def steady_rates(evidence: Evidence) -> FloatArray:
    """(bands, streams to booked care) needs a person-year: below admission, above it, and booked care."""
    totals = np.array([evidence.values("needs.rate", [f"{band}; {kind}" for kind in KINDS]) for band in BANDS])
    admitted = thresholds(evidence, "admitted")
    lower = totals * admitted * evidence.values("level.lower", BANDS)[:, None]
    upper = totals * (1.0 - admitted) * evidence.values("level.upper", BANDS)[:, None]
    routine = evidence.values("needs.rate", [f"{band}; routine" for band in BANDS])
    return np.hstack([lower, upper, (routine * evidence.values("level.routine", BANDS))[:, None]])


def thresholds(evidence: Evidence, which: str) -> FloatArray:
    """(bands, kinds) base-year severity threshold, by the last words of its parameter: "admitted", "seek_ae"."""
    return np.array([
        evidence.values(f"severity.threshold_{which}", [f"{band}; {kind}" for kind in KINDS]) for band in BANDS
    ])


def severities(evidence: Evidence) -> tuple[FloatArray, FloatArray, FloatArray]:
    """(bands, streams) least and greatest severity of each stream, and severity from which people seek A&E.

    Needs set off by a discharge, an attendance or, in bands without a row of their own, nearness to death take the
    thresholds of the kind "acute".
    """
    admitted, seek = thresholds(evidence, "admitted"), thresholds(evidence, "seek_ae")
    acute = KINDS.index("acute")
    least = np.zeros((len(BANDS), STREAM_COUNT))
    greatest = np.ones((len(BANDS), STREAM_COUNT))
    seek_ae = np.zeros((len(BANDS), STREAM_COUNT))
    greatest[:, :FIRST_UPPER] = admitted
    seek_ae[:, :FIRST_UPPER] = seek
    least[:, FIRST_UPPER:ROUTINE_CARE] = admitted
    least[:, READMISSION] = admitted[:, acute]
    least[:, REATTENDANCE] = seek[:, acute]
    greatest[:, REATTENDANCE] = admitted[:, acute]
    known = set(evidence.strata("severity.threshold_admitted"))
    for band, name in enumerate(BANDS):
        own = f"{name}; end_of_life"
        least[band, END_OF_LIFE] = (
            evidence.value("severity.threshold_admitted", own) if own in known else admitted[band, acute])
    return least, greatest, seek_ae


def upper_by_fifth(evidence: Evidence) -> FloatArray:
    """(bands, fifths) relative rate of needs above admission; mean 1 over England's people of a band.

    The published gradient is of all admissions. Needs near death do not follow it, so the others follow it the more.
    """
    graded = np.ones((len(BANDS), FIFTHS))
    near_death = evidence.values("needs_near_death_share", AGE_BANDS)
    for band, ages in enumerate(DEPRIVATION_AGES):
        strata = [[f"{age}, IMD quintile {n} (1=most deprived)" for n in range(1, FIFTHS + 1)] for age in ages]
        published = np.mean(
            [evidence.values("emergency_admissions_in_following_12_months", names) for names in strata], axis=0)
        published /= _fifths_of_band(evidence, band) @ published
        graded[band] = (published - near_death[band]) / (1.0 - near_death[band])
    return graded


def lower_by_fifth(evidence: Evidence) -> FloatArray:
    """(bands, fifths) relative rate of needs below admission: geometric; mean 1 over England's people of a band."""
    log_ratio = evidence.value("deprivation.lower_log_ratio", "most to least deprived")
    rising = np.exp(log_ratio * np.linspace(0.5, -0.5, FIFTHS))
    graded = np.ones((len(BANDS), FIFTHS))
    for band in range(len(AGE_BANDS)):
        graded[band] = rising / (_fifths_of_band(evidence, band) @ rising)
    return graded


def frailty_by_band(stationary: Stationary, england: FloatArray) -> FloatArray:
    """(bands, frailties) shares of frailty among people at home in each age band, and among those in care homes."""
    bands = band_of_age_month()
    people = england[:, None] * stationary.share
    mix = np.zeros((len(BANDS), FRAILTIES))
    for frailty in range(FRAILTIES):
        mix[: len(AGE_BANDS), frailty] = np.bincount(bands, people[:, frailty])
        mix[CARE_HOME_BAND, frailty] = people[:, FRAILTIES + frailty].sum()
    return np.asarray(mix / mix.sum(axis=1, keepdims=True), np.float64)


def relative_rates(weights: FloatArray, mix: FloatArray) -> FloatArray:
    """(bands, frailties) weights scaled to mean 1 in each band."""
    return np.asarray(weights / (mix @ weights)[:, None], np.float64)


def band_people(evidence: Evidence) -> FloatArray:
    """(age bands,) people in England."""
    return evidence.values("population", AGE_BANDS)


def _fifths_of_band(evidence: Evidence, band: int) -> FloatArray:
    age = "65+" if band >= FIRST_OLD_BAND else "under 65"
    shares = evidence.values("population_deprivation_share", [f"{age}; fifth {n}" for n in range(1, FIFTHS + 1)])
    return np.asarray(shares / shares.sum(), np.float64)


def _dying_term(evidence: Evidence, term: str) -> tuple[float, float]:
    """Rate a year at death, and seconds before death at which it has fallen to 1/e."""
    life_days = evidence.value(f"dying_needs_{term}_decay")
    expected = evidence.value(f"dying_needs_{term}_term", "per death, all ages")
    return expected / (life_days / DAYS_PER_YEAR), life_days * SECONDS_PER_DAY
