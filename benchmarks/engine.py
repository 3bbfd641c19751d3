"""How fast the engines are, and how much memory they take: the whole table in one run.

Figures are processor time on one core, medians over processes of their own, in turns, because other programs slow each
other down and move clock time more. Building the model is left out, and so are making the people and the first month
unless a line says otherwise. `quick` measures each once and leaves out the large place. `all` goes on with
`benchmarks.compare` and `benchmarks.england`, which keep all cores busy for minutes.
Run: python -m benchmarks.engine [quick | all]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from benchmarks import compare, england, event_log, other_engines, plain_simpy, yardstick
from benchmarks.figures import Figure, judged
from benchmarks.measuring import MEGABYTE, alone, alternated, average_place, median, most_memory, spent
from outputs.measures import reduce
from scenarios.build_model import build
from scenarios.resolved import Resolved
from simulation.calendar import SECONDS_PER_YEAR
from simulation.compiled import CompiledEngine
from simulation.compiled.records import KEPT_ROW
from simulation.enrolment import Homes, no_homes
from simulation.nobody import run_network
from simulation.run import Run

START, END = date(2016, 4, 1), date(2017, 5, 1)
YEAR_END = date(2017, 4, 1)
SETTLING_MONTHS = 1
"""Months at the start that are not timed where a line is about a running place: wards are still empty."""
SMALL, USUAL, LARGE = 25_000, 250_000, 2_500_000
SIMPY_PEOPLE, PLAIN_PEOPLE = 25_000, 100_000
WARM_UP_PEOPLE = 1000
ROUNDS = 3
DAYS = 365.0
MICROSECONDS = 1e6
OF_THE_FLOW = ("persons", "pending_needs", "again", "gone", "admitted")
"""Tables of `simulation.compiled.memory.PeopleInFlow` that are not the people's own."""
FIRST_USE = "from benchmarks.engine import first_use; print(first_use())"


@dataclass(frozen=True)
class Measured:
    """One run of one place. Seconds are of processor time."""

    person_years: float
    people: int
    making: float
    """Building the people and their first months."""
    first_month: float
    month: float
    """What the people do of themselves, after the settling months."""
    flow: float
    """The rest of the months after the settling ones."""
    result: float
    reducing: float
    memory: int
    """Bytes beyond what the process had after a small run, before the result."""
    rows: int
    """Bytes of them that hold stays, which a run keeps until its result."""
    columns: int
    """Bytes of the columns of people."""
    needs: int
    """Bytes of a month's needs."""
    flow_tables: int
    """Bytes of the flow's own tables: events, episodes, visits, queues, its record of each person, room for rows."""
    events: int

    @property
    def running(self) -> float:
        """Seconds a person-year of months and flow."""
        return (self.month + self.flow) / self.person_years

    @property
    def in_all(self) -> float:
        """The same with the result and its measures, which are of all months."""
        return self.running + (self.result + self.reducing) / self.whole_years

    @property
    def whole_years(self) -> float:
        """Person-years with the settling months."""
        return self.person_years * 13.0 / 12.0


def started(engine: str, people: int, replication: int, end: date = END) -> tuple[Run, Resolved]:
    """A run of an average place after its settling months."""
    resolved = average_place(people, START, end)
    model = build(resolved, seed=1, replication=replication)
    run = Run(model, model.teams, 1, replication, engine)
    run.run_until(SETTLING_MONTHS)
    return run, resolved


def measure(engine: str, people: int, replication: int) -> Measured:
    """Time a run of a year after its settling months in this process."""
    small, resolved = started(engine, WARM_UP_PEOPLE, 0)
    small.run_until(2)
    reduce(small.result(), resolved)
    before = most_memory()
    resolved = average_place(people, START, END)
    model = build(resolved, seed=1, replication=replication)
    began = time.process_time()
    run = Run(model, model.teams, 1, replication, engine)
    making = time.process_time() - began
    first_month = spent(lambda: run.run_until(SETTLING_MONTHS))
    timed = _timed_months(run)
    events = run.engine.timed_events
    running = spent(lambda: run.run_until(model.calendar.months))
    events = run.engine.timed_events - events
    memory, held = most_memory() - before, bytes_held(run)
    began = time.process_time()
    result = run.result()
    writing = time.process_time() - began
    reducing = spent(lambda: reduce(result, resolved))
    years = float(result.person_seconds[SETTLING_MONTHS:].sum()) / SECONDS_PER_YEAR
    return Measured(
        years, run.population.size, making, first_month, timed[0], running - timed[0], writing, reducing, memory,
        len(result.stays) * KEPT_ROW.itemsize, *held, events,
    )  # fmt: skip


def bytes_held(run: Run) -> tuple[int, int, int]:
    """Bytes in columns of people, in the needs of the month and in the tables of the flow; nothing without it."""
    if not isinstance(run.engine, CompiledEngine):
        return 0, 0, 0
    people = run.engine._people._asdict()
    columns = {id(array): array.nbytes for array in run.population._columns}
    needs = sum(array.nbytes for name, array in people.items() if name.startswith("candidate_"))
    own = sum(people[name].nbytes for name in OF_THE_FLOW)
    return sum(columns.values()), needs, own + sum(array.nbytes for array in run.engine._flow)


def _timed_months(run: Run) -> list[float]:
    """A number that grows by what each further month of the people takes."""
    total = [0.0]
    begin_month = run.population.begin_month

    def timed(month: int, homes: Homes = no_homes) -> object:
        began = time.process_time()
        events = begin_month(month, homes)
        total[0] += time.process_time() - began
        return events

    run.population.begin_month = timed  # type: ignore[method-assign, assignment]
    return total


def year_of(people: int) -> tuple[float, float, int, int]:
    """Seconds of a year, people made and model built; the same with the result; most memory before it and after."""
    started("compiled", WARM_UP_PEOPLE, 0)
    resolved = average_place(people, START, YEAR_END)
    began = time.process_time()
    model = build(resolved, seed=1, replication=0)
    run = Run(model, model.teams, 1, 0)
    run.run_until(model.calendar.months)
    ran, memory = time.process_time() - began, most_memory()
    run.result()
    return ran, time.process_time() - began, memory, most_memory()


def plain(replication: int) -> tuple[float, int]:
    """Seconds of a SimPy process for each person, and events."""
    place = plain_simpy.PlainPlace(PLAIN_PEOPLE, replication)
    return spent(lambda: place.run(DAYS)), place.counted.events


def as_network(replication: int) -> tuple[float, int]:
    """Seconds of the same place as a network, rows in order included, and events."""
    small = plain_simpy.network_of(WARM_UP_PEOPLE)
    run_network(small.network, small.calendar, 1, 0)
    file = plain_simpy.network_of(PLAIN_PEOPLE)
    began = time.process_time()
    _, tables = run_network(file.network, file.calendar, 1, replication)
    return time.process_time() - began, tables.timed_events


def least(people: int, replication: int) -> tuple[float, int]:
    """Seconds of the same place in a kernel that can do nothing else, and events."""
    yardstick.run(WARM_UP_PEOPLE, DAYS, 0)
    wheel = yardstick.set_up(people, DAYS, replication)
    return spent(lambda: yardstick.turn(wheel, yardstick.residents(people))), yardstick.counted(wheel).events


def least_of_plain(replication: int) -> tuple[float, int]:
    """The same of as many people as the plain model has."""
    return least(PLAIN_PEOPLE, replication)


def first_use() -> float:
    """Seconds that a small place and its first month take the first time in this process, imports left out."""
    model = build(average_place(WARM_UP_PEOPLE, START, YEAR_END), seed=1, replication=0)
    return spent(lambda: Run(model, model.teams, 1, 0).run_until(SETTLING_MONTHS))


def first_uses() -> tuple[float, float]:
    """The same in new processes: with nothing kept from before, and with the compiled code of the first."""
    with tempfile.TemporaryDirectory() as folder:
        surroundings = {**os.environ, "NUMBA_CACHE_DIR": folder}
        return _first_use(surroundings), _first_use(surroundings)


def _first_use(surroundings: dict[str, str]) -> float:
    done = subprocess.run(
        [sys.executable, "-c", FIRST_USE], env=surroundings, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def speed_figures(runs: list[Measured], simpy: list[Measured], least_of_all: list[tuple[float, int]]) -> list[Figure]:
    """Speed at the usual size, beside our SimPy engine's and beside the least that this machine needs."""
    speed, whole = 1.0 / median([run.running for run in runs]), 1.0 / median([run.in_all for run in runs])
    reference = 1.0 / median([run.running for run in simpy])
    events = median([run.events / run.person_years for run in runs])
    most = median([count / seconds for seconds, count in least_of_all])
    return [
        Figure(f"Person-years a CPU-second, full care model, {USUAL:,} people", speed, at_least=300_000,
               note=f"goal 400,000; with rows in order and all measures {whole:,.0f}"),
        Figure("Times our SimPy engine", speed / reference,
               note=f"which runs {reference:,.0f} person-years a CPU-second at {SIMPY_PEOPLE:,} people"),
        Figure("Share of the limit, full care model, by events", speed * events / most * 100.0, "%",
               note=f"{speed * events:,.0f} timed events a CPU-second, {events:.1f} a person-year, month included; "
               f"a kernel that can do one small place and no other {most:,.0f} ({USUAL:,} people)"),
    ]  # fmt: skip


def profile(runs: list[Measured]) -> list[str]:
    """Where the time goes, a line for each stage."""
    stages = {
        "month: people age, and get their needs": [run.month / run.person_years for run in runs],
        "flow: needs, queues, stays, what follows": [run.flow / run.person_years for run in runs],
        "rows in order and the rest of the result": [run.result / run.whole_years for run in runs],
        "measures": [run.reducing / run.whole_years for run in runs],
    }
    seconds = {stage: median(values) for stage, values in stages.items()}
    whole = sum(seconds.values())
    shares = [f"    {stage:42}{value * MICROSECONDS:6.2f} us a person-year{value / whole:7.0%}"
              for stage, value in seconds.items()]  # fmt: skip
    making = median([run.making / run.people for run in runs]) * MICROSECONDS
    return ["  Where the time goes:", *shares, f"    making a person, once {making:26.2f} us"]


def memory_figure(runs: list[Measured]) -> Figure:
    """Memory a person, with what counts in it."""

    def each(values: Sequence[float]) -> float:
        return median([value / run.people for value, run in zip(values, runs, strict=True)])

    parts = {
        "columns of people": each([run.columns for run in runs]),
        "needs of a month": each([run.needs for run in runs]),
        "tables of the flow": each([run.flow_tables for run in runs]),
    }
    found = each([run.memory - run.rows for run in runs])
    said = ", ".join(f"{part} {size:.0f}" for part, size in parts.items())
    return Figure(
        "Memory a person", found, "bytes", at_most=120,
        note=f"{said}, passing {found - sum(parts.values()):.0f}; not in it: stays of 13 months, "
        f"{each([run.rows for run in runs]):.0f} bytes, kept until the result",
    )  # fmt: skip


def plain_figures(
    by_plain: list[tuple[float, int]], by_network: list[tuple[float, int]], least_of_all: list[tuple[float, int]]
) -> list[Figure]:
    """Against a plain SimPy model on its own workload, and against the least that it takes; and the machine."""
    theirs, ours, limit = (median([seconds for seconds, _ in runs]) for runs in (by_plain, by_network, least_of_all))
    most = PLAIN_PEOPLE / limit
    return [
        Figure(f"Times a plain SimPy process a person, {PLAIN_PEOPLE:,} people, its own workload", theirs / ours,
               at_least=100, note=f"{theirs:.2f} and {ours:.3f} CPU-seconds for a year; ours a network with streams, "
               f"rows in order included; {by_plain[0][1]:,} and {by_network[0][1]:,} events"),
        Figure("Share of the limit, that workload", limit / ours * 100.0, "%",
               note=f"{PLAIN_PEOPLE / ours:,.0f} person-years a CPU-second; a kernel that can do nothing else "
               f"{most:,.0f}, {theirs / limit:.0f} times the plain model"),
        Figure("This machine: such a kernel, beside where the targets were set", most / yardstick.ELSEWHERE, "times",
               decimals=2, note=f"{yardstick.ELSEWHERE:,} there (quoted; not the same text, so within a third or so)"),
    ]  # fmt: skip


def first_use_figures() -> list[Figure]:
    """The first run on a machine, and the first in a process."""
    cold, warm = first_uses()
    return [
        Figure("First use on a machine: compiling", cold, "CPU-s", at_most=20, decimals=1),
        Figure("First use in a process: compiled code kept from before", warm, "CPU-s", at_most=1, decimals=2),
    ]  # fmt: skip


def large_figures(small: list[Measured]) -> list[Figure]:
    """The large place, and how cost grows with size."""
    ran, whole, memory, most = alone(year_of, LARGE)
    growth = alone(measure, "compiled", LARGE, 0).running / median([run.running for run in small])
    return [
        Figure(f"{LARGE:,} people, a year, people and model made", ran, "CPU-s", at_most=15, decimals=1,
               note=f"with the result in order {whole:.1f}"),
        Figure(f"{LARGE:,} people, a year, most memory", memory / MEGABYTE, "MB", at_most=700,
               note=f"Python and its libraries included; with the result in order {most / MEGABYTE:,.0f}"),
        Figure(f"Cost of a person-year, {LARGE:,} people over {SMALL:,}", growth, "times", at_most=2.5, decimals=1),
    ]  # fmt: skip


def england_figures() -> list[Figure]:
    """England, finished places of an earlier sitting included; prints the sums."""
    places = round(england.ENGLAND / england.PEOPLE)
    england.run_missing(england.kept_folder(), places)
    runs = list(england.kept(england.kept_folder(), places).values())
    print("\n".join(england.sums(runs)), flush=True)
    return england.figures(runs, places)


def main() -> None:
    """Print the table, row by row as it is measured."""
    asked = sys.argv[1:]
    if asked not in ([], ["quick"], ["all"]):
        raise SystemExit("python -m benchmarks.engine [quick | all]")
    quick, rounds = asked == ["quick"], 1 if asked == ["quick"] else ROUNDS
    table: list[Figure] = []

    def show(*figures: Figure) -> None:
        table.extend(figures)
        print("\n".join(map(str, figures)), flush=True)

    alone(measure, "compiled", WARM_UP_PEOPLE, 0)
    usual, small, simpy = alternated(
        [partial(measure, "compiled", USUAL), partial(measure, "compiled", SMALL),
         partial(measure, "simpy", SIMPY_PEOPLE)], rounds
    )  # fmt: skip
    least_at_usual = [alone(least, USUAL, each) for each in range(rounds)]
    show(*speed_figures(usual, simpy, least_at_usual))
    print("\n".join(profile(usual)), flush=True)
    show(memory_figure(usual))
    show(*plain_figures(*alternated([plain, as_network, least_of_plain], rounds)))
    show(*first_use_figures())
    show(event_log.figure(event_log.PEOPLE, *event_log.measured(event_log.PEOPLE, rounds)))
    if not quick:
        show(*large_figures(small))
    print("\n".join(other_engines.lines(rounds)), flush=True)
    if asked == ["all"]:
        show(compare.figure(compare.compared(compare.RUNS)))
        show(*england_figures())
    else:
        print("Not run here, since they keep all cores busy for minutes: python -m benchmarks.compare; "
              "python -m benchmarks.england")  # fmt: skip
    print(judged(table))


if __name__ == "__main__":
    main()
