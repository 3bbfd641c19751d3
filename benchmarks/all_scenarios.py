"""Every shipped scenario beside doing nothing: admissions, beds, cost a head, days at home, and the ceiling of each.

Writes scenarios.csv, services.csv and results.md. All runs share people, chance and assumptions; years before the
change are simulated once for all scenarios that bring no places. Runs are kept: the same command after an interruption
goes on where it stopped. Comparing is done for one scenario at a time, so that memory does not grow with them.

Run: python -m benchmarks.all_scenarios [SCENARIO...] [--place NAME] [--replications N] [--seed N] [--jobs N]
                                        [--out FOLDER] [--page FILE]
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import resource
import time
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import pandas as pd

import caresim
from benchmarks.published_effects import Published, claimed, controlled, told
from calibration.target_files import fitted_targets
from calibration.targets import SETS
from caresim.estimate import runs_in_words
from caresim.options import DEFAULT_ENSEMBLE
from caresim.preparation import make_ready
from caresim.results import runs_folder
from caresim.study import DO_NOTHING, prepare, used
from outputs import words
from outputs.comparison import Comparison
from outputs.ranges import TOO_FEW_RUNS, Spread
from outputs.reached import joins_in_hospital
from scenarios.catalogue import shipped
from scenarios.evidence import load
from scenarios.resolve import resolve
from scenarios.resolved import Intervention
from simulation.studies import Progress, Store, replicate
from simulation.studies.executor import cores

AREA_RESULTS = Path(__file__).with_name("all_scenarios.csv")
SHOWN = (
    ("emergency_admissions", "emergency admissions a year", 0),
    ("emergency_beds_occupied", "emergency beds in use", 1),
    ("cost_per_head_gbp", "cost of care a head, £ a year, teams included", 2),
    ("days_at_home_per_person", "days at home a person and year", 2),
)
"""Measures, their titles, and decimals."""
NOT_KNOWN = "-"
INSIDE, OUTSIDE = "inside", "outside"
NO_EVIDENCE, ASSUMED_ONLY = "NONE", "assumption only"
FITTED = "the assumptions were fitted to it, so this is no test"
MINUTE = 60.0
SAY_EVERY_SECONDS = 30.0


@dataclass(frozen=True)
class Changed:
    """A scenario's row: each measure's difference from doing nothing with its 8-in-10 range and verdict."""

    scenario: str
    measure: str
    nothing: float
    mean: float
    low: float
    high: float
    simulation_error: float
    verdict: str
    area_evidence: str
    inside: str


@dataclass(frozen=True)
class Service:
    """A service of a scenario among those whom it reached. Relative changes; the ceiling is of the whole area."""

    scenario: str
    service: str
    grade: str
    people_at_a_time: float
    true_effect: float
    true_effect_low: float
    true_effect_high: float
    first_year: float
    first_year_low: float
    first_year_high: float
    before_and_after: float
    ceiling: float
    controlled_studies: str
    local_claims: str
    other_comparisons: str
    inside: str


def main() -> None:
    """Run what is missing, compare, write, print."""
    asked = _arguments()
    names = asked.scenarios or [name for name in shipped("scenario") if name != DO_NOTHING and _runs_as_usual(name)]
    store = runs_folder(None) if asked.store is None else asked.store
    began, processors = time.perf_counter(), _processor_seconds()
    _simulate([DO_NOTHING, *names], asked, store)
    spent = _processor_seconds() - processors
    changed: list[Changed] = []
    services: list[Service] = []
    found: Comparison | None = None
    for name in names:
        found = caresim.compare(
            [DO_NOTHING, name], place=asked.place, replications=asked.replications, seed=asked.seed, jobs=1,
            store=store, ensemble=asked.ensemble,
        ).comparison
        changed += _changes(found, name, asked.ensemble)
        services += _services(found, name)
    assert found is not None
    page = "\n".join(_page(found, changed, services, asked))
    asked.out.mkdir(parents=True, exist_ok=True)
    _write_table(asked.out / "scenarios.csv", changed, Changed)
    _write_table(asked.out / "services.csv", services, Service)
    for path in (asked.out / "results.md", *([asked.page] if asked.page else [])):
        _write_whole(path, page + "\n")
    print(page)
    minutes = [seconds / MINUTE for seconds in
               (time.perf_counter() - began, spent, _processor_seconds() - processors)]
    print(f"\n{minutes[0]:.1f} minutes by the clock, {minutes[1]:.1f} CPU-minutes for the runs, {minutes[2]:.1f} in "
          f"all. Files are in {asked.out}.")


def _runs_as_usual(scenario: str) -> bool:
    """Whether a scenario has the dates of doing nothing; one with its own is run by its name, beside no others."""
    return resolve(scenario).window.end == resolve(DO_NOTHING).window.end


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Every shipped scenario beside doing nothing.")
    parser.add_argument("scenarios", nargs="*", help="only these; all of the usual dates when none is named")
    parser.add_argument("--place", default="england-average")
    parser.add_argument("--replications", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ensemble", default=DEFAULT_ENSEMBLE, help='fitted assumptions, or "none"')
    parser.add_argument("--jobs", type=int, default=cores())
    parser.add_argument("--out", type=Path, default=Path("results/all-scenarios"))
    parser.add_argument("--store", type=Path, help="folder of finished runs; by default the one that caresim uses")
    parser.add_argument("--page", type=Path, help="also write the page here, for example docs/all-systems.md")
    return parser.parse_args()


def _simulate(names: Sequence[str], asked: argparse.Namespace, store: Path) -> None:
    """Have every run in the store; what is there already is not simulated again."""
    study = prepare(
        names, compared=True, place=asked.place, replications=asked.replications, seed=asked.seed,
        ensemble=asked.ensemble)
    make_ready(study.engine, quiet=False)
    said = [0.0]

    def say(progress: Progress) -> None:
        if time.perf_counter() - said[0] > SAY_EVERY_SECONDS:
            said[0] = time.perf_counter()
            print(f"{progress.done} of {progress.total} runs", flush=True)

    replicate(study.plan, Store(store), jobs=asked.jobs, on_progress=say)


def _processor_seconds() -> float:
    """Processor time of this process and of workers that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def _changes(found: Comparison, name: str, ensemble: str) -> Iterator[Changed]:
    """What a scenario changes in the whole area, measure by measure."""
    published, note = _area_result(name)
    if published and fitted_to(ensemble).intersection(published.ids):
        note = f"{note}; {FITTED}"
    for measure, _, _ in SHOWN:
        nothing, change = found.level(DO_NOTHING, measure), found.difference(name, measure)
        if nothing is None or change is None:
            continue
        here = published if measure == "emergency_admissions" else None
        yield Changed(
            name, measure, nothing.mean, change.mean, change.low, change.high, change.simulation_error,
            found.verdict(name, measure), f"{_in_words(here)} ({note})" if here else "",
            _inside(here, change.low / nothing.mean, change.high / nothing.mean) if here else "",
        )


def _area_result(scenario: str) -> tuple[Published | None, str]:
    """What was measured for whole areas that did what a scenario does."""
    with AREA_RESULTS.open(encoding="utf-8", newline="") as file:
        row = next((row for row in csv.DictReader(file) if row["scenario"] == scenario), None)
    return (controlled([load().results()[row["result"]]]), row["note"]) if row else (None, "")


def fitted_to(ensemble: str) -> set[str]:
    """Numbers of the published results to which an ensemble was fitted."""
    rows = fitted_targets(ensemble) if ensemble in SETS else ()
    return {number for row in rows for number in re.findall(r"E\d+", row.source)}


def _services(found: Comparison, name: str) -> Iterator[Service]:
    """What each service of a scenario did to the people whom it reached."""
    plans = {plan.id: plan for plan in found.scenario(name).interventions}
    for row in found.reached[found.reached["scenario"] == name].to_dict("records"):
        plan = plans[row["team"]]
        results = [load().results()[number] for number in plan.evidence]
        studies, claims, others = controlled(results), claimed(results), told(results)
        yield Service(
            name, plan.id, plan.grade, row["people_at_a_time"],
            row["true_effect"], row["true_effect_low"], row["true_effect_high"],
            row["true_effect_first_year"], row["true_effect_first_year_low"], row["true_effect_first_year_high"],
            row["before_and_after"], row["ceiling"], _in_words(studies), _in_words(claims), "; ".join(others),
            _service_inside(plan, studies, claims, others, row),
        )


def _service_inside(
    plan: Intervention, studies: Published | None, claims: Published | None, others: Sequence[str],
    row: Mapping[Hashable, float],
) -> str:
    """Whether what a service did, in the first year or all the time, is what studies with a comparison allow."""
    if not plan.caseload_per_team:
        return "reaches places, not people"
    if joins_in_hospital(plan):
        return "joined in hospital: see the whole area"
    if studies is None:
        return "no number to compare" if others else "no controlled result"
    ranges = [(row[f"{effect}_low"], row[f"{effect}_high"]) for effect in ("true_effect", "true_effect_first_year")]
    if any(studies.meets(low, high) for low, high in ranges):
        return INSIDE
    both = studies.with_(claims)
    return "between study and claim" if any(both.meets(low, high) for low, high in ranges) else OUTSIDE


def _inside(published: Published, low: float, high: float) -> str:
    return INSIDE if published.meets(low, high) else OUTSIDE


def _in_words(published: Published | None) -> str:
    if published is None:
        return ""
    ends = sorted({round(published.low * 100.0, 1), round(published.high * 100.0, 1)})
    return " to ".join(f"{end:+g} %" for end in ends) + f" ({', '.join(published.ids)})"


def _page(
    found: Comparison, changed: Sequence[Changed], services: Sequence[Service], asked: argparse.Namespace
) -> Iterator[str]:
    """The findings as a page."""
    yield "# What every shipped scenario does"
    yield ""
    about, runs = words.about_the_place(found.scenarios[0]), runs_in_words(found.runs)
    yield (f"Made by `python -m benchmarks.all_scenarios --place {asked.place} --replications {asked.replications} "
           f"--seed {asked.seed}`. {about} {found.period.name}, the last year of the programme, against the same "
           f"people and the same chance with nothing done; {runs} of each.")
    yield ""
    yield ("Ranges, in brackets, hold 8 of 10 runs: each run draws its assumptions. Simulation error is in "
           "scenarios.csv. A verdict is about the direction; \"too few runs to say\" is not \"no clear difference\".")
    if (ensemble := found.scenarios[0].ensemble) is not None:
        yield f"\n{used(ensemble)}"
    yield from _areas(found, changed)
    yield from _reached(services)


def _areas(found: Comparison, changed: Sequence[Changed]) -> Iterator[str]:
    yield "\n## Whole area, difference from doing nothing\n"
    levels = [f"{title}: {_number(found.level(DO_NOTHING, measure), decimals)}" for measure, title, decimals in SHOWN]
    yield f"Doing nothing: {'; '.join(levels)}.\n"
    yield _row(["scenario", *(title for _, title, _ in SHOWN), "areas that did it: admissions"])
    yield _row(["---"] * (len(SHOWN) + 2))
    for name in dict.fromkeys(row.scenario for row in changed):
        own = {row.measure: row for row in changed if row.scenario == name}
        cells = [_change(own[measure], decimals) if measure in own else NOT_KNOWN for measure, _, decimals in SHOWN]
        first = own[SHOWN[0][0]]
        evidence = f"{first.area_evidence}: {first.inside}" if first.area_evidence else NOT_KNOWN
        yield _row([_marked(name), *cells, evidence])


def _reached(services: Sequence[Service]) -> Iterator[str]:
    yield "\n## Among those reached, emergency admissions\n"
    yield ("Inside means that the range of the true effect, or of the first year's, meets what studies with a "
           "comparison found of emergency admissions; where it does not, it may lie between that and a claim from "
           "people's own past. Wide ranges meet nearly anything: inside is no proof. Other comparisons are about "
           "something narrower, or gave no number. A matched study of such services may find more than the truth: "
           "the sickest are chosen. "
           "Most it could do: if all admissions of those reached were avoided. Of people who join while in hospital no "
           "true effect can be told.\n")
    heads = ("scenario", "service", "evidence", "people at a time", "true effect", "first year",
             "before-and-after would claim", "most it could do, whole area", "controlled studies", "local claims",
             "other comparisons", "inside")
    yield _row(heads)
    yield _row(["---"] * len(heads))
    for one in services:
        yield _row([
            one.scenario, one.service, _graded(one), f"{one.people_at_a_time:,.0f}",
            _percents(one.true_effect, one.true_effect_low, one.true_effect_high),
            _percents(one.first_year, one.first_year_low, one.first_year_high), _percent(one.before_and_after),
            _percent(one.ceiling), one.controlled_studies or NOT_KNOWN, one.local_claims or NOT_KNOWN,
            one.other_comparisons or NOT_KNOWN, one.inside,
        ])


def _marked(scenario: str) -> str:
    """A scenario's name, and that what it does is an assumption only where no effect of it has any evidence."""
    plans = [plan for plan in resolve(scenario).interventions if plan.effects]
    return f"{scenario} ({ASSUMED_ONLY})" if plans and all(plan.grade == NO_EVIDENCE for plan in plans) else scenario


def _graded(service: Service) -> str:
    """The grade of its evidence, and that effects on people are an assumption only where there is none."""
    is_assumed = service.grade == NO_EVIDENCE and service.people_at_a_time > 0.0
    return f"{service.grade}: {ASSUMED_ONLY}" if is_assumed else service.grade


def _change(row: Changed, decimals: int) -> str:
    few = "" if row.verdict == TOO_FEW_RUNS else f" [{row.low:+,.{decimals}f} to {row.high:+,.{decimals}f}]"
    return f"{row.mean:+,.{decimals}f}{few} {row.verdict}"


def _number(spread: Spread | None, decimals: int) -> str:
    return NOT_KNOWN if spread is None else f"{spread.mean:,.{decimals}f}"


def _percent(value: float) -> str:
    return NOT_KNOWN if value != value else f"{value * 100.0:+.1f} %"


def _percents(value: float, low: float, high: float) -> str:
    return _percent(value) if value != value else f"{_percent(value)} [{low * 100.0:+.1f}, {high * 100.0:+.1f}]"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _write_table(path: Path, rows: Sequence[Changed | Service], kind: type[Changed | Service]) -> None:
    columns = [field.name for field in fields(kind)]
    _write_whole(path, pd.DataFrame([asdict(row) for row in rows], columns=columns).to_csv(index=False))


def _write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all."""
    beside = path.with_name(f".{path.name}.part-{os.getpid()}")
    beside.write_text(text, encoding="utf-8", newline="\n")
    beside.replace(path)


if __name__ == "__main__":
    main()
