"""The event log of one run of a scenario, as a file for other programs, or as a film."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from caresim.options import DEFAULT_ENGINE, DEFAULT_ENSEMBLE, DEFAULT_SEED
from caresim.preparation import make_ready
from caresim.study import findings_about, prepare
from outputs import words
from outputs.exports import EventLog, Sample, sorted_by_person, stream
from outputs.exports.event_log import LONDON, tables_by_person
from outputs.exports.film import SUFFIXES as FILMS
from outputs.exports.film import DailyCounts, Reel, write_film
from outputs.exports.forms import to_bupar, to_pm4py, to_vidigi
from scenarios.build_model import build
from scenarios.messages import BadInput, Message, listed, nearest
from scenarios.resolved import Resolved
from simulation.calendar import Calendar, unix_seconds
from simulation.model import Model
from simulation.run import settings_of
from simulation.stays import NEVER, Stays
from simulation.studies.whole_files import move_into_place

LOG, VIDIGI, PM4PY, BUPAR, FILM = "log", "vidigi", "pm4py", "bupar", "film"
FORMS = {
    LOG: "one row a stay (Parquet or CSV)",
    VIDIGI: "events for animating patient flow with vidigi (CSV)",
    PM4PY: "an interval log for process mining with pm4py (Parquet or CSV)",
    BUPAR: "start and complete rows for process mining in R with bupaR (CSV)",
    FILM: "a film of how many people are where, day by day (GIF, HTML or MP4)",
}
SUFFIXES = {LOG: (".parquet", ".csv"), VIDIGI: (".csv",), PM4PY: (".parquet", ".csv"), BUPAR: (".csv",), FILM: FILMS}
MOST_IN_AN_ANIMATION = 200_000
"""Stays: with more, vidigi needs hours, and nobody can follow it."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Wanted:
    """What of a run is wanted.

    Attributes:
        form: one of `FORMS`.
        people: as typed: "1000" people, "5%" of them, or empty for all.
        persons: ids of people, when only they are wanted.
        first: first day, or None for the beginning of the run's own years.
        end: day after the last, or None.
        by_person: whether a log is put in order of person, not of time.
        beside: another scenario for a film to show beside this one.
    """

    form: str = LOG
    people: str = ""
    persons: tuple[int, ...] = ()
    first: date | None = None
    end: date | None = None
    by_person: bool = False
    beside: str | None = None


def export(
    scenario: str,
    to: str | Path,
    *,
    form: str = LOG,
    people: str = "",
    persons: Sequence[int] = (),
    first: date | None = None,
    end: date | None = None,
    by_person: bool = False,
    beside: str | None = None,
    place: str | None = None,
    run: int = 1,
    seed: int = DEFAULT_SEED,
    engine: str = DEFAULT_ENGINE,
    settings: Sequence[str] = (),
    ensemble: str = DEFAULT_ENSEMBLE,
    progress: Progress | None = None,
) -> int:
    """Simulate one run of a scenario and write its event log; returns how many stays it has.

    The run is the same, stay for stay, as run number `run` of a study of the same seed.

    Args:
        scenario: a shipped name, a file, or `a+b`.
        to: file to write: .parquet or .csv; .gif, .html or .mp4 for a film.
        form: "log", "vidigi", "pm4py", "bupar" or "film".
        people: a sample: "1000" people or "5%" of them, the same in every scenario; empty: everybody.
        persons: only these people, by id.
        first: first day that is wanted; None: the first of the run.
        end: day after the last; None: the end of the run.
        by_person: whether a log is in order of person and visit rather than of time.
        beside: another scenario for a film to show beside this one.
        place: a shipped place or a folder, instead of the scenario's own.
        run: number of the run, from 1.
        seed: from which all draws follow.
        engine: "compiled", or "simpy", which is slow and gives the same stays.
        settings: changes of single values, each "name=value".
        ensemble: fitted assumptions, as for `caresim.run`.
        progress: called with months done and months in all.

    Raises:
        scenarios.messages.BadInput: when something asked for cannot be used.
    """
    path, wanted = Path(to), Wanted(form, people, tuple(persons), first, end, by_person, beside)
    _check(path, wanted)
    names = [scenario] if beside is None else [beside, scenario]
    study = prepare(names, compared=beside is not None, place=place, replications=run, seed=seed, engine=engine,
                    settings=settings, ensemble=ensemble)  # fmt: skip
    findings_about(study.scenarios)
    settled = study.scenarios[-1]
    sample = _sample(wanted, settled)
    model = build(settled, seed=seed, replication=run)
    window = _window(wanted, model.calendar)
    make_ready(engine, quiet=progress is None)
    what = _Run(model, seed, run, engine, progress)
    about: dict[str, str | int] = {"scenario": settled.id, "place": settled.place.id, "seed": seed, "run": run}
    if form == FILM:
        return _film(path, study.scenarios, what, window)
    if form == LOG and not by_person:
        return _log(path, what, sample, window, about)
    with tempfile.TemporaryDirectory(dir=path.parent if path.parent.is_dir() else None) as folder:
        log = Path(folder) / "log.parquet"
        rows = _log(log, what, sample, window, about)
        if form == LOG and path.suffix == ".parquet":
            sorted_by_person(log, path)
        elif form == VIDIGI:
            _refuse_long(rows)
            named = settings_of(model.network)
            homes = [named.names[index] for index in named.tags.get("residence", ())]
            since = pd.Timestamp(unix_seconds(model.calendar) + window[0], unit="s", tz=LONDON)
            _whole(path, lambda part: to_vidigi(_in_one(log), run, since, homes).to_csv(part, index=False))
        else:
            _whole(path, lambda part: _by_parts(log, part, form))
    return rows


@dataclass(frozen=True)
class _Run:
    model: Model
    seed: int
    number: int
    engine: str
    progress: Progress | None

    def stream(self, take: Callable[[Stays], None]) -> None:
        """Simulate, handing on the rows of each month."""
        stream(self.model, self.seed, self.number, take, engine=self.engine, progress=self.progress)


def _log(path: Path, run: _Run, sample: Sample, window: tuple[int, int], about: dict[str, str | int]) -> int:
    with EventLog(path, settings_of(run.model.network), run.model.calendar, about) as log:

        def take(stays: Stays) -> None:
            begun = np.where(stays.requested == NEVER, stays.started, stays.requested)
            inside = (begun < window[1]) & (stays.ended > window[0])
            log.write(stays, inside & sample.of(stays.person))

        run.stream(take)
    return log.rows


def _film(path: Path, scenarios: Sequence[Resolved], run: _Run, window: tuple[int, int]) -> int:
    calendar, rows, reels = run.model.calendar, 0, []
    for scenario in scenarios:
        own = run.model if scenario is scenarios[-1] else build(scenario, seed=run.seed, replication=run.number)
        counts = DailyCounts(settings_of(own.network), own.calendar)
        counted = [0]

        def take(stays: Stays, counts: DailyCounts = counts, counted: list[int] = counted) -> None:
            counted[0] += len(stays)
            counts.add(stays)

        _Run(own, run.seed, run.number, run.engine, run.progress).stream(take)
        reels.append(Reel(scenario.title, counts.table()))
        rows += counted[0]
    days = range(calendar.day_of(window[0]), min(calendar.day_of(window[1] - 1) + 1, calendar.days))
    caption = f"{words.about_the_place(scenarios[-1])} Run {run.number} of seed {run.seed}."
    try:
        write_film(path, reels, calendar, days, caption)
    except ValueError as error:
        raise _refused("FILE", str(path), f"{str(error).capitalize()}.") from None
    return rows


def _by_parts(log: Path, part: Path, form: str) -> None:
    """A form that is made of rows by themselves, a part of the people in memory at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    forms: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {PM4PY: to_pm4py, BUPAR: to_bupar}
    if part.suffix == ".csv":
        for number, table in enumerate(_frames(log)):
            shown = _by_the_clock(table)
            forms.get(form, pd.DataFrame)(shown).to_csv(part, index=False, header=number == 0, mode="a")
        return
    writer: Any = None
    for table in _frames(log):
        made = pa.Table.from_pandas(forms[form](table), preserve_index=False)
        writer = writer or pq.ParquetWriter(part, made.schema, compression="zstd")
        writer.write_table(made)
    if writer is not None:
        writer.close()


def _by_the_clock(table: pd.DataFrame) -> pd.DataFrame:
    """A log with wall-clock times, as CSV has it."""
    times = {name: table[name].dt.tz_localize(None) for name in ("requested", "started", "ready", "ended")}
    return table.assign(**times)


def _frames(log: Path) -> Iterator[pd.DataFrame]:
    for table in tables_by_person(log):
        yield table.to_pandas()


def _in_one(log: Path) -> pd.DataFrame:
    return pd.concat(list(_frames(log)), ignore_index=True)


def _whole(path: Path, write: Callable[[Path], object]) -> None:
    """Have a file written beside its place and moved there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        write(part)
        move_into_place(part, path)
    finally:
        part.unlink(missing_ok=True)


def _check(path: Path, wanted: Wanted) -> None:
    if wanted.form not in FORMS:
        raise BadInput([Message("", 0, "--form", wanted.form, listed(FORMS), nearest(wanted.form, FORMS),
                                label="option")])  # fmt: skip
    if path.suffix not in SUFFIXES[wanted.form]:
        allowed = f"a file that ends in {' or '.join(SUFFIXES[wanted.form])}"
        raise BadInput([Message("", 0, "FILE", str(path), allowed, label="")])
    if path.exists():
        raise _refused("FILE", str(path), "This is there already, and nothing is overwritten. Name another file.")
    if wanted.beside is not None and wanted.form != FILM:
        raise _refused("--beside", wanted.beside, "Only a film shows two scenarios beside each other.")
    if wanted.form == FILM and (wanted.people or wanted.persons):
        raise _refused("--people", wanted.people or str(wanted.persons[0]), "A film shows everybody.")


def _sample(wanted: Wanted, scenario: Resolved) -> Sample:
    """Whose stays are wanted.

    Raises:
        BadInput: when it is not a number of people or a share of them.
    """
    if wanted.persons:
        return Sample(persons=wanted.persons)
    text = wanted.people.replace(",", "").strip()
    if not text:
        return Sample()
    number = text.removesuffix("%").strip()
    try:
        amount = float(number)
    except ValueError:
        amount = 0.0
    share = amount / 100.0 if text.endswith("%") else amount / scenario.place.people
    if share <= 0.0:
        raise _refused("--people", wanted.people, 'A number of people such as 1000, or a share of them such as "5%".')
    return Sample(min(share, 1.0), outsiders=False)


def _window(wanted: Wanted, calendar: Calendar) -> tuple[int, int]:
    """First tick that is wanted, and the tick after the last.

    Raises:
        BadInput: when a day is not in the run.
    """
    for option, day in (("--from", wanted.first), ("--to", wanted.end)):
        if day is not None and not calendar.start <= day <= calendar.end:
            raise _refused(option, f"{day}", f"The run goes from {calendar.start} to {calendar.end}.")
    first, end = wanted.first or calendar.start, wanted.end or calendar.end
    if first >= end:
        raise _refused("--to", f"{end}", f"This is not after {first}.")
    return calendar.tick_of(first), calendar.tick_of(end)


def _refuse_long(rows: int) -> None:
    if rows > MOST_IN_AN_ANIMATION:
        raise _refused("--form", VIDIGI, f"An animation of {rows:,} stays cannot be followed: at most "
                       f"{MOST_IN_AN_ANIMATION:,}. Ask for fewer people (--people) or days (--from, --to).")


def _refused(option: str, found: str, text: str) -> BadInput:
    return BadInput([Message("", 0, option, found, text=text, label="option" if option.startswith("-") else "")])


