"""Published models E1, E2, E4, E7, E10 and findings of E13, run from the network files that come with caresim."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from calibration.verification import formulas
from calibration.verification.cases import Case, Check, Estimate, Trials, measured, measured_places
from outputs.network_counts import full_for_arrivals
from outputs.network_measures import NETWORK, OF_NETWORK, OF_PLACES, Key
from scenarios.build_network import LIBRARY
from simulation.calendar import DAYS_PER_YEAR

PUBLISHED = Path(__file__).parent / "published.csv"
ERLANG_B = "Erlang B: numbers are Poisson, since every bed is free for whoever comes"
SOURCES = {
    "E1 stroke unit": "Monks and others 2016",
    "E2 treatment centre": "Nelson 2013, treat-sim",
    "E4 call centre": "stars-ciw-example",
    "E7 nurse clinic": "pydesrap_mms",
}
OWN_CHECK = "independent re-coding of the same model"
BEDS_FOR = {
    5: (9, 10, 11), 8: (13, 14, 15), 10: (15, 17, 18), 20: (26, 28, 30), 30: (36, 39, 42), 50: (56, 61, 64),
    100: (105, 113, 117), 300: (298, 315, 324),
}  # fmt: skip
COMMON = 0.05
"""Chances below this are rare events, with larger errors."""
REFUSED = (0.05, 0.02, 0.01)
REFUSED_AT_85 = {10: 0.327, 20: 0.173, 30: 0.108, 40: 0.074, 60: 0.040, 100: 0.0152, 200: 0.0025}


def published_cases() -> Iterator[Case]:
    """E1, E2, E4, E7, E10 and E13."""
    yield _stroke_unit()
    yield _treatment_centre()
    yield from _call_centre()
    yield _nurse_clinic()
    yield from _wards_that_refuse()
    yield from _findings()


def changed(name: str, *changes: tuple[str, str]) -> str:
    """The text of a shipped network with some of its lines changed.

    Raises:
        ValueError: when a line to be changed is not there.
    """
    text = (LIBRARY / f"{name}.yaml").read_text(encoding="utf-8")
    for before, after in changes:
        if before not in text:
            raise ValueError(f"{name}.yaml does not hold {before!r}")
        text = text.replace(before, after)
    return text


def _rows(case: str) -> Iterator[Check]:
    """What was published about a case."""
    with PUBLISHED.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["case"] == case:
                yield _check_of(row)


def _check_of(row: Mapping[str, str]) -> Check:
    network, where, measure = row["network"], row["where"], row["measure"]
    estimates: dict[str, Estimate] = {
        "setting": measured(where, measure, network=network),
        "places": measured_places(where, measure, network=network),
    }
    if row["kind"] == "full":
        what, estimate = f"full for arrivals with {measure} beds", _full(where, int(measure), network)
    else:
        what, estimate = measure.replace("wait_mean", "mean wait"), estimates[row["kind"]]
    return Check(
        what=f"{network}: {where}, {what}".replace("_", " "),
        source=OWN_CHECK if row["rule"] == "own check" else SOURCES[row["case"]],
        value=float(row["value"]),
        estimate=estimate,
        rule="published",
        error=float(row["error"]),
        half_digit=float(row["half_digit"]),
        wrong=row["wrong"],
    )


def _full(pool: str, beds: int, network: str) -> Estimate:
    return lambda trials: full_for_arrivals(trials[network].measures.shares[OF_PLACES, pool], beds)


def stroke_loads(demand: float = 1.0, neurological: bool = True) -> tuple[float, float]:
    """Mean numbers in the acute stroke unit and in rehabilitation, from the published rates and stays."""
    neuro = 1.0 if neurological else 0.0
    stroke, tia, other = 1.0 / 1.2, 1.0 / 9.3, 1.0 / 3.2
    acute = stroke * (0.13 * 4.6 + 0.87 * 7.4) + tia * 1.8 + neuro / 3.6 * 4.0 + other * 3.8
    from_stroke, from_neuro = 0.24 * stroke + 1.0 / 21.8, neuro * (0.11 / 3.6 + 1.0 / 31.7)
    rehabilitation = from_stroke * (0.4 * 30.3 + 0.6 * 28.4) + 0.01 * tia * 18.7 + from_neuro * 27.6
    rehabilitation += (0.05 * other + 1.0 / 28.6) * 16.1
    return demand * acute, demand * rehabilitation


def _stroke_unit() -> Case:
    gaps = (1.2, 9.3, 3.6, 3.2, 21.8, 31.7, 28.6)
    faster = [(f"every: {days} days", f"every: {days / 1.05!r} days") for days in gaps]
    without = [("every: 3.6 days", "every: 1000000 days"), ("every: 31.7 days", "every: 1000000 days")]
    networks = {
        "base": changed("stroke-unit"),
        "plus 5 %": changed("stroke-unit", *faster),
        "no neurological patients": changed("stroke-unit", *without),
    }
    acute, rehabilitation = stroke_loads()
    loads = {
        ("base", "acute_stroke_beds"): (acute, (9, 10, 11, 12, 13, 14)),
        ("base", "rehabilitation_beds"): (rehabilitation, (10, 12, 13, 14, 15, 16)),
        ("base", "all_beds"): (acute + rehabilitation, (22, 26)),
        ("plus 5 %", "acute_stroke_beds"): (stroke_loads(1.05)[0], (10, 11, 12, 13, 14)),
        ("no neurological patients", "acute_stroke_beds"): (stroke_loads(1.0, False)[0], (10, 11, 12, 13, 14, 15)),
    }
    checks = [
        Check(f"{network}: {pool.replace('_', ' ')}, full for arrivals with {count} beds", ERLANG_B,
              formulas.erlang_b(count, load), _full(pool, count, network),
              precision=0.03 if formulas.erlang_b(count, load) >= COMMON else 0.08)
        for (network, pool), (load, beds) in loads.items()
        for count in beds
    ]  # fmt: skip
    title = "Stroke unit and rehabilitation (Monks and others, 2016)"
    return Case("E1 stroke unit", title, (*checks, *_rows("E1 stroke unit")), networks, runs=100, quick_runs=12)


def _treatment_centre() -> Case:
    def more(*places: tuple[str, int]) -> str:
        changes = [(f"{pool}: {{places: {count}}}", f"{pool}: {{places: {count + 1}}}") for pool, count in places]
        return changed("treatment-centre", *changes)

    triage, examination = ("triage_bays", 1), ("examination_rooms", 3)
    networks = {
        "base": more(),
        "triage + 1": more(triage),
        "examination + 1": more(examination),
        "non-trauma cubicle + 1": more(("non_trauma_cubicles", 1)),
        "triage and examination + 1": more(triage, examination),
    }
    unchanged = ("examination + 1", "non-trauma cubicle + 1")
    same_draws = Check(
        "triage waits the same, to the second, when another place is added elsewhere",
        "the same patients and draws in every scenario; published 28.86, 36.46, 39.36",
        0.0,
        lambda trials: max(
            abs(trials[name].of("triage", "wait_mean") - trials["base"].of("triage", "wait_mean")) for name in unchanged
        ),
    )
    arrivals = Check("base: patients in 19 hours", "sum of the published hourly rates", 229.5,
                     lambda trials: trials["base"].of("triage", "arrivals") * 1140 / 1440, printed=229.5)  # fmt: skip
    title = "Urgent treatment centre (Nelson 2013, treat-sim)"
    checks = (arrivals, same_draws, *_rows("E2 treatment centre"))
    return Case("E2 treatment centre", title, checks, networks, runs=180, quick_runs=40)


def _call_centre() -> Iterator[Case]:
    more_staff = [
        ("operators: {places: 13}", "operators: {places: 14}"),
        ("nurses: {places: 9}", "nurses: {places: 10}"),
        ("nurse: 0.4", "nurse: 0.45"),
    ]
    networks = {"base": changed("urgent-care-call-centre"),
                "14, 10, 45 %": changed("urgent-care-call-centre", *more_staff)}  # fmt: skip
    title = "Urgent-care call centre (stars-ciw-example; calls last up to 10 minutes, as in its code)"
    yield Case("E4 call centre", title, tuple(_rows("E4 call centre")), networks, runs=240, quick_runs=40)
    long_run = changed(
        "urgent-care-call-centre", ("nurses: {places: 9}", "nurses: {places: 30}"),
        ("length: 1000 minutes, runs: 50", "warm_up: 2 days, length: 20 days"),
    )  # fmt: skip
    check = Check("operators in use", "lambda E[S]/c", (5.0 + 7.0 + 10.0) / 3.0 / 0.6 / 13.0,
                  measured_places("operators", "utilisation"), precision=0.005)  # fmt: skip
    yield Case("E4 call centre, long run", title, (check,), {"": long_run}, runs=20, quick_runs=6)


def _nurse_clinic() -> Case:
    def with_nurses(count: int, minutes: int) -> str:
        changes = [
            ("nurses: {places: 4}", f"nurses: {{places: {count}}}"),
            ("every: 4 minutes", f"every: {minutes} minutes"),
            ("length: 30 days", "length: 90 days"),
        ]
        return changed("nurse-clinic", *changes)

    cases = {"4 nurses": (4, 4, 2.1324), "5 nurses": (5, 4, 0.5215), "6 nurses": (6, 4, 0.1356),
             "6 nurses, busier": (6, 3, 0.5558), "7 nurses, busier": (7, 3, 0.1671)}  # fmt: skip
    networks = {name: with_nurses(count, minutes) for name, (count, minutes, _) in cases.items()}
    checks = [
        Check(f"{name}: mean wait", "Erlang C", formulas.wait_of_queue(1.0 / minutes, 0.1, count),
              measured("consultation", "wait_mean", network=name), printed=wait, precision=0.025)
        for name, (count, minutes, wait) in cases.items()
    ]  # fmt: skip
    title = "Nurse clinic (pydesrap_mms)"
    return Case("E7 nurse clinic", title, (*checks, *_rows("E7 nurse clinic")), networks)


def _wards_that_refuse() -> Iterator[Case]:
    sizes = tuple(
        Check(f"beds for a load of {load} to refuse at most {refused:.0%}", "Erlang B", float(beds),
              _constant(formulas.beds_for(load, refused)), printed=float(beds))
        for load, counts in BEDS_FOR.items()
        for refused, beds in zip(REFUSED, counts, strict=True)
    )  # fmt: skip
    yield Case("E10 beds for a load", "Wards sized by refusals (de Bruin 2010)", sizes, runs=2, quick_runs=2)
    networks, checks = {}, []
    for beds, refused in REFUSED_AT_85.items():
        load = formulas.load_for_use(beds, 0.85)
        days = max(400, 150000 // beds)
        networks[f"{beds} beds"] = changed(
            "ward-that-refuses", ("beds: {places: 17}", f"beds: {{places: {beds}}}"),
            ("per_day: 2", f"per_day: {load / 5.0!r}"), ("length: 3 years", f"length: {days} days"),
        )  # fmt: skip
        checks.append(
            Check(f"share refused by {beds} beds that are 85 % full", "Erlang B", formulas.erlang_b(beds, load),
                  measured("ward", "share_turned_away", network=f"{beds} beds"), printed=refused,
                  precision=0.01 if beds <= 30 else 0.04 if beds <= 60 else 0.2)
        )  # fmt: skip
        used = measured_places("beds", "utilisation", f"{beds} beds")
        checks.append(Check(f"use of {beds} beds", "by construction", 0.85, used))
    title = "85 % full means other things in small wards (de Bruin 2010)"
    yield Case("E10 wards 85 % full", title, tuple(checks), networks, runs=20, quick_runs=6)


def _constant(value: float) -> Estimate:
    return lambda _: float(value)


def _findings() -> Iterator[Case]:
    """Findings without parameters: sign and size."""
    networks = {
        f"{percent} % a year": changed("older-peoples-ward", ("growth: 0", f"growth: -0.0{percent}"))
        for percent in (3, 6)
    }
    slopes = tuple(
        Check(f"occupancy, points a year, when {name} of older people's admissions are prevented",
              "Lattimer and others 2004: about -1 for 3 to 6 %", -1.0, _slope(name, 600.0), rule="published",
              half_digit=0.6)
        for name in networks
    )  # fmt: skip
    yield Case("E13 fewer older people", "Findings: prevention and occupancy", slopes, networks, runs=8, quick_runs=4)
    yield Case(
        "E13 stroke flex", "Findings: room for bad days",
        (Check("beds above the mean number that suffice 99 % of the time, as a share",
               "Wood and others 2022: +36 to +45 %", 0.41, _flex, rule="published", half_digit=0.09),),
        {"": changed("ward-that-refuses", ("beds: {places: 17}", "beds: {places: unlimited}"),
                     ("    queue_limit: 0\n", ""), ("per_day: 2", "per_day: 6"))}, runs=8, quick_runs=4,
    )  # fmt: skip
    beds = (56, 58, 60, 63, 66, 70, 76)
    costs = {
        str(count): changed("intermediate-care", ("intermediate_care_beds: {places: 60",
                                                  f"intermediate_care_beds: {{places: {count}"))
        for count in beds
    }  # fmt: skip
    yield Case(
        "E13 no delay is a false economy", "Findings: what delays and beds cost together",
        (
            Check("pounds a day that fewest beds cost more than the best number", "Wood and others 2023: above 0", 0.0,
                  _dearer(beds, 0), rule="above"),
            Check("pounds a day that most beds cost more than the best number", "Wood and others 2023: above 0", 0.0,
                  _dearer(beds, len(beds) - 1), rule="above"),
        ), costs, runs=16, quick_runs=6,
    )  # fmt: skip


def _slope(network: str, beds: float) -> Estimate:
    """Points of occupancy a year, by least squares over days."""

    def estimate(trials: Trials) -> float:
        there = trials[network].measures.by_day[:, 0, 1] / beds * 100.0
        return float(np.polyfit(np.arange(len(there)) / DAYS_PER_YEAR, there, 1)[0])

    return estimate


def _flex(trials: Trials) -> float:
    return trials[""].of_places("beds", "present_99%") / trials[""].of_places("beds", "present") - 1.0


def _dearer(beds: tuple[int, ...], position: int) -> Estimate:
    """What one number of beds costs more a day than a middle one: means of both over runs are compared."""

    def estimate(trials: Trials) -> float:
        cost = Key(OF_NETWORK, NETWORK, "all", "cost")
        middle = str(beds[len(beds) // 2])
        return trials[str(beds[position])].measures.values[cost] - trials[middle].measures.values[cost]

    return estimate
