"""One person's life in two scenarios: the two runs, and whom to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from caresim.options import DEFAULT_ENGINE, DEFAULT_ENSEMBLE, DEFAULT_SEED
from caresim.preparation import make_ready
from caresim.study import Study, findings_about, prepare
from outputs.accounting import classify
from outputs.measures.trace import trace_of
from outputs.measures.view import build_view
from outputs.prices import load_prices
from outputs.replay import Replay, life_of, side_by_side
from scenarios.build_model import build
from scenarios.messages import BadInput, Message
from scenarios.resolved import Resolved
from simulation.run import simulate, simulate_together
from simulation.stays import RunResult


@dataclass(frozen=True)
class Chosen:
    """Somebody to look at, and why."""

    person: int
    why: str


def replay(
    scenario: str,
    *,
    person: int | None = None,
    reference: str | None = None,
    place: str | None = None,
    run: int = 1,
    seed: int = DEFAULT_SEED,
    engine: str = DEFAULT_ENGINE,
    settings: Sequence[str] = (),
    ensemble: str = DEFAULT_ENSEMBLE,
    quiet: bool = True,
) -> Replay:
    """Simulate one run of a scenario and of its reference, and return one person's two lives side by side.

    Args:
        scenario: a shipped name, a file, or `a+b`.
        person: id of a person; None: somebody whom a team reached and whose emergency admissions differ most.
        reference: the other scenario; None: do-nothing.
        place: a shipped place or a folder, instead of the scenario's own.
        run: number of the run, as in a study of the same seed.
        seed: from which all draws follow.
        engine: "compiled", or "simpy", which is slow and gives the same lives.
        settings: changes of single values, each "name=value".
        ensemble: fitted assumptions, as for `caresim.run`.
        quiet: whether to say nothing of making the engine ready.

    Raises:
        scenarios.messages.BadInput: when something asked for cannot be used, or nobody has this id.
    """
    names = [scenario] if reference is None else [reference, scenario]
    study = prepare(names, compared=True, place=place, replications=run, seed=seed, engine=engine, settings=settings,
                    ensemble=ensemble)  # fmt: skip
    findings_about(study.scenarios)
    make_ready(engine, quiet=quiet)
    there, here = _both_runs(study, seed, run)
    base, plan = study.scenarios
    chosen = Chosen(person, "Chosen by number.") if person is not None else _somebody(there, here, base, plan)
    titles = {part.id: part.title for one in study.scenarios for part in one.interventions}
    try:
        without, with_plan = (
            life_of(result, chosen.person, one.id, one.title, [titles[team] for team in result.teams])
            for result, one in ((there, base), (here, plan))
        )
    except LookupError:
        text = f"Nobody has this number: people are numbered from 0 to {int(there.residents.person.max()):,}."
        raise BadInput([Message("", 0, "--person", str(chosen.person), text=text, label="option")]) from None
    return side_by_side(there, chosen.person, (without, with_plan), chosen.why)


def _both_runs(study: Study, seed: int, run: int) -> tuple[RunResult, RunResult]:
    """The run of the reference and of the scenario; what they share is simulated once."""
    models = [build(scenario, seed=seed, replication=run) for scenario in study.scenarios]
    if len({spec.family for spec in study.plan.specs}) > 1:
        there, here = (simulate(model, seed, run, engine=study.engine) for model in models)
    else:
        there, here = simulate_together(models, seed, run, lambda _, result: result, study.engine)
    return there, here


def _somebody(there: RunResult, here: RunResult, base: Resolved, plan: Resolved) -> Chosen:
    """Somebody worth looking at: reached, and with the most admissions that are in one life only."""
    traces = [
        trace_of(build_view(result, one, load_prices(one)))
        for result, one in ((there, base), (here, plan))
    ]  # fmt: skip
    found = classify(*traces)
    differing: dict[int, int] = {}
    for persons in (*found.fewer, *found.more):
        for person in persons.tolist():
            differing[person] = differing.get(person, 0) + 1
    reached = {person: years for person, years in differing.items() if person in found.reached_from}
    if reached:
        admitted = traces[0].admitted.person.tolist()
        person = max(reached, key=lambda one: (reached[one], admitted.count(one), -one))
        return Chosen(person, "Chosen because a team reached this person, and emergency admissions differ most.")
    if found.reached_from:
        return Chosen(min(found.reached_from), "Chosen because a team reached this person; nobody's admissions differ.")
    if differing:
        person = max(differing, key=lambda one: (differing[one], -one))
        return Chosen(person, "Chosen because emergency admissions differ most, though no team reached this person.")
    return Chosen(int(there.residents.person[0]), "Nobody's life differs; this is the first person.")
