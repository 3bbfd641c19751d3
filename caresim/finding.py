"""`caresim find`: what one value of a plan has to be for a condition to hold, as surely as wanted."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from caresim.amounts import share_of
from caresim.asking import Limits, Question, bad_option
from caresim.bench import Bench
from caresim.conditions import Condition, condition
from caresim.options import Choices
from caresim.study import DO_NOTHING, from_one_change, prepare, study_of
from caresim.varying import Varied, Written, evidence_lines, number_written, others_to_vary, varied
from outputs import words
from outputs.answers import Answer
from outputs.figures.chart import Chart
from outputs.frontier import Frontier, frontier_chart, frontier_runs, frontier_table, with_range
from outputs.json_document import records
from outputs.report.answer_page import AnswerPage
from outputs.report.parts import Note, Section, figures, table
from scenarios.ensembles import NONE
from scenarios.evidence import load
from scenarios.resolve import Read, read_together
from scenarios.resolved import Resolved

if TYPE_CHECKING:
    from calibration.inverse import Found, Range

MOST_HALVINGS = 8
ROUGH_POINTS = 3
UNBROKEN = "\N{NO-BREAK SPACE}"
COLUMNS = ("set to", "average", "8 in 10", "chance of doing it")


@dataclass(frozen=True)
class Asked:
    """What is looked for.

    Attributes:
        scenario: as given.
        condition: that shall hold.
        what: the value that is varied.
        written: how its numbers are written.
        within: where it is looked for, and how surely it shall do.
        settings: other changes.
        read: doing nothing and the scenario, as their files have them.
        plan: the scenario as it is now.
    """

    scenario: str
    condition: Condition
    what: Varied
    written: Written
    within: Range
    settings: tuple[str, ...]
    read: Read
    plan: Resolved

    def scenarios(self, values: Sequence[float]) -> list[Resolved]:
        """Doing nothing and the plan for each value in turn, each with an id of its own."""
        found: list[Resolved] = []
        for value in values:
            setting = f"{self.what.name}={self.written.text(value)}"
            if self.what.plan is None:
                setting += " anyway"
            nothing, plan = self.read.settled([*self.settings, setting])
            found.append(dataclasses.replace(nothing, id=self.nothing(value)))
            found.append(dataclasses.replace(plan, id=self.name(value)))
        return from_one_change(found)

    def name(self, value: float) -> str:
        """Id of the plan with a value."""
        return f"{self.scenario} with {self.written.text(value)}"

    def nothing(self, value: float) -> str:
        """Id of doing nothing beside it: one for all, unless an assumption of the model is varied."""
        return DO_NOTHING if self.what.plan is not None else f"{DO_NOTHING} with {self.written.text(value)}"


def question_of(
    scenario: str, *, vary: str, first: str, last: str, until: str, sure: str, step: str | None, choices: Choices
) -> Question:
    """What one value has to be; everything as after the options of `caresim find`.

    Raises:
        BadInput: when anything about it cannot be used.
    """
    from calibration.inverse import FIRST_POINTS, first_values

    asked = asked_for(scenario, vary=vary, first=first, last=last, until=until, sure=sure, step=step, choices=choices)
    points = ROUGH_POINTS if choices.preview else FIRST_POINTS
    known = _each_once(asked.scenarios(first_values(asked.within, points)))
    study = study_of(known, DO_NOTHING if asked.what.plan is not None else known[0].id,
                     replications=choices.replications, seed=choices.seed, engine=choices.engine)  # fmt: skip
    most = (len(known) + MOST_HALVINGS) * choices.replications
    given = {"--vary": vary, "--from": first, "--to": last, "--until": until, "--sure": sure, "--step": step}
    further = tuple(word for option, value in given.items() if value is not None for word in (option, value))
    return Question("find", (scenario,), choices, further, study, most,
                    lambda bench, limits: _answer(bench, limits, asked, points))  # fmt: skip


def asked_for(
    scenario: str, *, vary: str, first: str, last: str, until: str, sure: str, step: str | None, choices: Choices
) -> Asked:
    """What is asked, checked before anything is run.

    Raises:
        BadInput: naming the option that cannot be used.
    """
    from calibration.inverse import Range, fewest_runs, nice_step

    base = prepare((scenario,), compared=True, place=choices.place, replications=choices.replications,
                   seed=choices.seed, engine=choices.engine, settings=choices.settings, ensemble=NONE)  # fmt: skip
    plan = base.scenarios[-1]
    start, written = number_written(first, "--from")
    stop, other = number_written(last, "--to")
    if start == stop:
        raise bad_option("--to", last, "The two ends are the same: there is nothing to look through.")
    if written != other and start != 0.0 and stop != 0.0:
        raise bad_option("--to", last, f"It must be written as --from is: {first}.")
    written = other if start == 0.0 and not written.unit else written
    what = varied(plan, vary, written)
    certainty = share_of(sure, "--sure")
    needed = fewest_runs(certainty)
    if choices.replications < needed and not choices.preview:
        text = (f"{choices.replications} runs of each value can never be {words.percent(certainty)} sure, even if all "
                f"agree; it takes {needed}: --replications {needed}.")
        raise bad_option("--sure", sure, text)
    width = nice_step(start, stop) if step is None else abs(number_written(step, "--step")[0])
    if not 0.0 < width <= abs(stop - start):
        raise bad_option("--step", step or "", "It must be above nothing and no wider than the range.")
    within = Range(start, stop, what.now, width, certainty)
    return Asked(scenario, condition(until, "--until", [year.name for year in base.years]), what, written, within,
                 choices.settings, read_together([DO_NOTHING, scenario], place=choices.place), plan)  # fmt: skip


def _answer(bench: Bench, limits: Limits, asked: Asked, points: int) -> Answer:
    from calibration.inverse import Found, first_values, smallest_change

    runs = range(1, limits.each + 1)

    def quantity(value: float) -> NDArray[np.float64]:
        year = asked.condition.year
        values, nothing = (
            bench.values(asked.condition.measure.id, name, runs, year)
            for name in (asked.name(value), asked.nothing(value))
        )
        return asked.condition.quantity(values, nothing)

    def meets(values: Sequence[float]) -> NDArray[np.bool_]:
        bench.add(_each_once(asked.scenarios(values)))
        names = dict.fromkeys(name for value in values for name in (asked.nothing(value), asked.name(value)))
        bench.have([(name, run) for run in runs for name in names])
        found = np.array([quantity(value) for value in values])
        if np.isnan(found).any():
            text = f"{asked.condition.measure.title} is not known in that year; name another."
            raise bad_option("--until", asked.condition.measure.id, text)
        return asked.condition.holds(found)

    if limits.is_rough:
        values = sorted(first_values(asked.within, points))
        met = meets(values)
        good = [value for value, row in zip(values, met, strict=True) if row.all()]
        answer = min(good, key=lambda value: abs(value - asked.within.origin), default=None)
        found = Found(tuple(values), met, answer, None)
    else:
        found = smallest_change(asked.within, meets, points)
    frontier = _frontier(bench, asked, found, np.array([quantity(value) for value in found.values]))
    chart = frontier_chart(frontier, _finding(asked, found, frontier))
    return Answer(
        _title(bench, asked), tuple(_sentences(bench, asked, found, frontier)),
        {"frontier": frontier_table(frontier), "frontier_runs": frontier_runs(frontier)}, (chart,),
        _document(bench, asked, found, frontier), _page(bench, asked, found, frontier, chart),
    )  # fmt: skip


def _frontier(bench: Bench, asked: Asked, found: Found, quantities: NDArray[np.float64]) -> Frontier:
    what, condition_ = asked.what, asked.condition
    ends = (what.low, what.high) if what.low is not None and what.high is not None and what.has_range() else None
    period = bench.in_period(condition_.measure.id, condition_.year)
    in_percent = " (%)" if condition_.against == "percent" else ""
    return Frontier(
        what.name, "£" if asked.written.pound else asked.written.unit, found.values, quantities, found.chances,
        f"{condition_.about()}{in_percent}, {period}", condition_.bound, condition_.wants_less, asked.within.sure,
        found.answer, what.now, ends, condition_.number, asked.written.text,
        words.about_the_place(bench.study.scenarios[0]),
    )  # fmt: skip


def _title(bench: Bench, asked: Asked) -> str:
    period = bench.in_period(asked.condition.measure.id, asked.condition.year)
    return f"WHAT WOULD IT TAKE: {asked.condition.in_words(period)}, {words.percent(asked.within.sure)} sure"


def _finding(asked: Asked, found: Found, frontier: Frontier) -> str:
    value = asked.what.name
    bound = asked.condition.claim()
    if found.answer is None:
        ends = f"{asked.written.text(min(found.values))} to {asked.written.text(max(found.values))}"
        return f"No value of {value} from {ends} surely brings {bound}"
    if found.answer == frontier.now:
        return f"{value} as it is now surely brings {bound}"
    return f"It takes {value} of {asked.written.text(found.answer)} to bring {bound}"


def _sentences(bench: Bench, asked: Asked, found: Found, frontier: Frontier) -> list[str]:
    lines = [frontier.place, _verdict(asked, found, frontier), *evidence_lines(asked.what, asked.plan, load())]
    lines += [*_against_evidence(asked, found), *_what_else(asked, found)]
    lines += ["", *_columns(frontier), "", _how_it_was_asked(bench, frontier)]
    return lines


def _verdict(asked: Asked, found: Found, frontier: Frontier) -> str:
    text, what = asked.written.text, asked.what
    if found.answer is None:
        miss = found.nearest_miss
        return (f"No value in this range does it: at {text(miss)} it is {with_range(frontier, miss)}, and the chance "
                f"of doing it is {words.percent(found.chances[found.values.index(miss)])}.")
    if found.answer == what.now:
        return f"{what.name} does it as it is now ({text(found.answer)}): {with_range(frontier, found.answer)}."
    short = f"; {text(found.short_of)} does not" if found.short_of is not None else ""
    now = "" if what.now is None else f" It is {text(what.now)} now."
    return f"{what.name} of {text(found.answer)} does it{short}: {with_range(frontier, found.answer)}.{now}"


def _what_else(asked: Asked, found: Found) -> list[str]:
    """Whether the chance goes one way, and what else might do it."""
    lines = []
    if not found.goes_one_way:
        lines.append("CHECK: the chance does not go one way over this range; see the chart before choosing a value.")
    if found.answer is None:
        others = others_to_vary(asked.what, asked.plan)
        lines.append(f"To see what else might do it: --vary {' or --vary '.join(repr(one) for one in others)}.")
    return lines


def _how_it_was_asked(bench: Bench, frontier: Frontier) -> str:
    return (f"{len(bench.asked)} runs, {len(frontier.quantities[0])} of each value, all on the same people, chance and "
            "assumptions. (..): 8-in-10 range over assumptions.")


def _page(bench: Bench, asked: Asked, found: Found, frontier: Frontier, chart: Chart) -> AnswerPage:
    period = bench.in_period(asked.condition.measure.id, asked.condition.year)
    question = (f"What does {asked.what.name} have to be for {asked.condition.in_words(period)}, "
                f"{words.percent(asked.within.sure)} sure?")
    rows = [(value.replace(" ", UNBROKEN), *cells) for value, *cells in _rows(frontier)]
    tried = table("Every value that was tried", COLUMNS, rows, (1, 2, 3))
    known = evidence_lines(asked.what, asked.plan, load())
    sections = (
        Section("values", "Every value that was tried", "The answer is the smallest change from what the value is now.",
                (*figures(chart), tried)),
        Section("known", "What is known of this value", "The answer is set against what is assumed and was published.",
                (Note((*known, *_against_evidence(asked, found))),)),
    )  # fmt: skip
    return AnswerPage("what it takes", _finding(asked, found, frontier), question, (_verdict(asked, found, frontier),),
                      (*_against_evidence(asked, found), *_what_else(asked, found), _how_it_was_asked(bench, frontier)),
                      sections, (asked.plan,))  # fmt: skip


def _against_evidence(asked: Asked, found: Found) -> list[str]:
    """The answer beside what is assumed or known of the value."""
    what = asked.what
    if found.answer is None or not what.has_range() or what.low is None or what.high is None:
        return []
    ends = f"{asked.written.text(what.low)} to {asked.written.text(what.high)}"
    if what.low <= found.answer <= what.high:
        return [f"That is inside the range that is assumed ({ends}, 8 in 10)."]
    return [f"That is OUTSIDE the range that is assumed ({ends}, 8 in 10): nothing published for this value says that "
            "it can be had."]


def _columns(frontier: Frontier) -> list[str]:
    rows = [COLUMNS, *_rows(frontier)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [" " + "  ".join(cell.ljust(wide) for cell, wide in zip(row, widths, strict=True)).rstrip() for row in rows]


def _rows(frontier: Frontier) -> list[tuple[str, ...]]:
    """What is said of each value, a text for each of `COLUMNS`."""
    rows: list[tuple[str, ...]] = []
    for row in frontier_table(frontier).to_dict("records"):
        ends = f"{frontier.number(row['low'])} to {frontier.number(row['high'])}"
        mark = "  <- the answer" if row["is_answer"] else ""
        chance = f"{words.percent(row['chance'])}{mark}"
        rows.append((str(row["set_to_text"]), frontier.number(row["mean"]), ends, chance))
    return rows


def _document(bench: Bench, asked: Asked, found: Found, frontier: Frontier) -> dict[str, object]:
    measure = asked.condition.measure
    return {
        "question": "find", "scenario": asked.scenario, "value": asked.what.name, "now": asked.what.now,
        "answer": found.answer, "short_of": found.short_of, "sure": asked.within.sure, "step": asked.within.step,
        "measure": measure.id, "unit": measure.unit, "against": asked.condition.against, "sign": asked.condition.sign,
        "bound": asked.condition.bound, "period": bench.in_period(measure.id, asked.condition.year),
        "assumed_range": list(frontier.evidence) if frontier.evidence else None, "goes_one_way": found.goes_one_way,
        "runs": len(bench.asked), "interval_kind": "assumptions", "level": 0.8,
        "values": records(frontier_table(frontier)),
    }  # fmt: skip


def _each_once(scenarios: Sequence[Resolved]) -> list[Resolved]:
    return list({one.id: one for one in scenarios}.values())
