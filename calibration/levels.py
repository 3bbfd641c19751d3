"""Solves the levels of the baseline: factors by band that make published totals come out of the whole model.

    python -m calibration.levels --place england-average --runs 2 --rounds 5

The tables of needs close on published totals before repeat attendances, readmissions, nearness to death and
deterioration add theirs, so each rate is scaled until the whole is right again. This must be done anew whenever another
value moves. The result is written to the evidence table `levels.csv`, which says that it was solved.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray

from calibration.ensemble import write_whole
from outputs.measures.view import View, begins_in, build_view, nights_within
from outputs.prices import load_prices
from scenarios.build_model import build
from scenarios.evidence import EVIDENCE, Evidence, load
from scenarios.resolve import resolve
from simulation.run import simulate
from simulation.stays import AGE_BANDS, BANDS, CARE_HOME_BAND, RunResult

Bands = NDArray[np.float64]
LEVELS = EVIDENCE / "levels.csv"
SOLVED = ("level.upper", "level.lower", "level.managed", "level.routine", "level.nights", "level.zero_day")
NO_ILLNESS = "illness.weekly_log_sd=0 anyway"
LEAST, MOST = 0.02, 5.0
TEMPER = 0.45
"""Part of each correction that is taken. Needs in general act on A&E twice over: they come, and they take the same-day
appointments of others, who come too."""


@dataclass(frozen=True)
class Totals:
    """What a run shows in the base year, each (bands of BANDS,) a person a year."""

    admissions: Bands
    admissions_from_upper: Bands
    """Share of admissions that stem from steady needs above admission or from what those set off."""
    attendances_not_admitted: Bands
    same_day_requests: Bands
    consultations: Bands
    routine: Bands
    bed_days: Bands
    zero_day_share: Bands
    """Share of admissions without a night."""


def totals(view: View) -> Totals:
    """Totals of the base year of one run."""
    period, result = view.base, view.result
    years = np.array([view.person_years(period, band) for band in range(len(BANDS))])
    admissions, attendances = view.admissions, view.attendances
    group = np.where(admissions.care_home, CARE_HOME_BAND, admissions.age_band)
    admitted = begins_in(admissions.begin, period)
    kinds = {kind: _admissions_of_kind(result, view, kind) for kind in ("end_of_life",)}
    per_band = np.bincount(group[admitted], minlength=len(BANDS)) / years
    dying = kinds["end_of_life"] / years
    came = attendances.resident & ~attendances.admitted & begins_in(attendances.arrival, period)
    where = np.where(attendances.care_home, CARE_HOME_BAND, attendances.age_band)
    nights = nights_within(admissions.begin_day, admissions.end_day, period)
    return Totals(
        admissions=per_band,
        admissions_from_upper=1.0 - dying / np.maximum(per_band, 1e-12),
        attendances_not_admitted=np.bincount(where[came], minlength=len(BANDS)) / years,
        same_day_requests=_contacts(view, "gp_request") / years,
        consultations=_contacts(view, "gp_consultation") / years,
        routine=_contacts(view, "gp_booked") / years,
        bed_days=np.bincount(group, weights=nights, minlength=len(BANDS)) / years,
        zero_day_share=np.bincount(group[admitted & view.zero_day], minlength=len(BANDS)) / years / per_band,
    )


def targets(evidence: Evidence) -> Totals:
    """The same totals as published or derived; residents of care homes stay a night as often as the oldest."""
    residents = evidence.values("population.residents", BANDS)
    admissions = evidence.values("emergency_admission.rate", BANDS) / 1000.0
    attendances = evidence.values("ae.attendances", BANDS) / 1000.0
    admitted_share = evidence.values("ae.admitted_share", BANDS)
    oldest = evidence.value("stay.zero_day_share", AGE_BANDS[-1])
    return Totals(
        admissions=admissions,
        admissions_from_upper=np.ones(len(BANDS)),
        attendances_not_admitted=attendances * (1.0 - admitted_share),
        same_day_requests=evidence.values("general_practice.same_day_requests", BANDS),
        consultations=evidence.values("general_practice.consultations", BANDS),
        routine=np.zeros(len(BANDS)),
        bed_days=evidence.values("emergency_admission.bed_days", BANDS) / residents,
        zero_day_share=np.append(evidence.values("stay.zero_day_share", AGE_BANDS), oldest),
    )


def corrected(levels: Mapping[str, Bands], found: Totals, wanted: Totals) -> dict[str, Bands]:
    """Levels after one round of correction."""
    upper = 1.0 + (wanted.admissions / found.admissions - 1.0) / np.maximum(found.admissions_from_upper, 0.2)
    factors = {
        "level.upper": upper,
        "level.lower": wanted.attendances_not_admitted / found.attendances_not_admitted,
        "level.managed": wanted.same_day_requests / found.same_day_requests,
        "level.routine": 1.0 + (wanted.consultations - found.consultations) / found.routine,
        "level.zero_day": wanted.zero_day_share / found.zero_day_share,
        "level.nights": wanted.bed_days * found.admissions / (found.bed_days * wanted.admissions),
    }
    factors["level.managed"] /= factors["level.lower"]
    return {
        name: np.clip(levels[name] * np.clip(factors[name], 0.3, 3.0) ** TEMPER, LEAST, MOST) for name in SOLVED
    }


def one_run(what: tuple[str, int, int, dict[str, float]]) -> Totals:
    """Totals of one run with changed levels and without the shared illness, which averages out."""
    place, seed, replication, settings = what
    overrides = [*(f"{name}={value}" for name, value in settings.items()), NO_ILLNESS]
    resolved = resolve("do-nothing", place=place, overrides=overrides, start=date(2016, 4, 1), end=date(2018, 4, 1))
    result = simulate(build(resolved, seed=seed, replication=replication), seed, replication)
    return totals(build_view(result, resolved, load_prices(resolved)))


def averaged(runs: Sequence[Totals]) -> Totals:
    """Mean over runs."""
    names = Totals.__dataclass_fields__
    return Totals(**{name: np.mean([getattr(run, name) for run in runs], axis=0) for name in names})


def write_levels(solved: Mapping[tuple[str, str], float]) -> None:
    """Put solved values into the evidence table, each by its parameter and stratum; other rows stay."""
    with LEVELS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        value = solved.get((row["parameter"], row["stratum"]))
        row["value"] = row["value"] if value is None else f"{value:.5g}"
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(LEVELS, buffer.getvalue())


def _contacts(view: View, tag: str) -> Bands:
    """(bands,) contacts of the base year with settings that carry a tag."""
    settings = list(view.result.settings.tags[tag])
    months = view.result.contacts[view.base.from_month : view.base.to_month]
    counts: Bands = months[:, settings].sum(axis=(0, 1)).astype(np.float64)
    return counts


def _admissions_of_kind(result: RunResult, view: View, kind: str) -> Bands:
    """(bands,) admissions of the base year whose episodes began with a kind of need."""
    stays, settings = result.stays, result.settings
    ward = np.isin(stays.setting, settings.tags["ward"]) & (stays.kind == settings.kinds.index(kind))
    ward &= begins_in(stays.started, view.base)
    _, first = np.unique(np.stack([stays.person[ward], stays.candidate[ward]]), axis=1, return_index=True)
    group = np.where(stays.care_home[ward], CARE_HOME_BAND, stays.age_band[ward])[first]
    return np.bincount(group, minlength=len(BANDS)).astype(np.float64)


def _printed(levels: Mapping[str, Bands], found: Totals, wanted: Totals) -> str:
    rows = [f"{'':26}" + "".join(f"{band:>11}" for band in BANDS)]
    for name in ("admissions", "attendances_not_admitted", "same_day_requests", "consultations", "bed_days",
                 "zero_day_share"):
        shares = getattr(found, name) / getattr(wanted, name) - 1.0
        rows.append(f"{name:26}" + "".join(f"{share:+11.1%}" for share in shares))
    rows += [f"{name:26}" + "".join(f"{level:11.3f}" for level in levels[name]) for name in SOLVED]
    return "\n".join(rows)


def main() -> None:
    """Solve the levels and write them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--place", default="england-average")
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=71)
    options = parser.parse_args()
    evidence = load()
    wanted = targets(evidence)
    levels = {name: evidence.values(name, BANDS) for name in SOLVED}
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn")) as pool:
        for number in range(options.rounds):
            settings = {f"{name}[{band}]": float(levels[name][i]) for name in SOLVED for i, band in enumerate(BANDS)}
            tasks = [(options.place, options.seed + number, run, settings) for run in range(options.runs)]
            found = averaged(list(pool.map(one_run, tasks)))
            sys.stdout.write(f"round {number + 1}\n{_printed(levels, found, wanted)}\n")
            sys.stdout.flush()
            levels = corrected(levels, found, wanted)
            write_levels({(name, band): float(levels[name][i]) for name in SOLVED for i, band in enumerate(BANDS)})


if __name__ == "__main__":
    main()
