"""The verification pack as a Python function."""

from __future__ import annotations

from calibration.verification import both_engines, running
from calibration.verification.both_engines import Agreement
from calibration.verification.cases import Case
from calibration.verification.judging import Verdict
from calibration.verification.pack import all_cases
from caresim.networks import chosen_engine
from caresim.progress import progress_shown
from scenarios.messages import BadInput, Message, nearest
from simulation.studies import Progress
from simulation.studies.executor import cores


def verify(
    *words: str,
    quick: bool = False,
    engine: str | None = None,
    jobs: int | None = None,
    seed: int | None = None,
    progress: bool = False,
) -> list[Verdict]:
    """Run queues whose answers are known exactly, and published models, and judge each number.

    Args:
        words: only cases whose name holds one of them; all without words.
        quick: fewer runs, the same rule.
        engine: what runs the networks; the quickest when None. All engines give the same rows.
        jobs: processes at once; one a core when None. Verdicts do not depend on it.
        seed: another than the usual one.
        progress: whether to show progress on standard error.

    Raises:
        scenarios.messages.BadInput: when there is no such case or engine.
    """
    cases = _cases_named(words)
    with progress_shown(0.0, quiet=not progress) as report:
        return running.verify(
            cases,
            quick=quick,
            engine=chosen_engine(engine),
            jobs=jobs or cores(),
            seed=seed or running.SEED,
            on_case=lambda done, total: report(Progress(done, total)),
        )


def engines_agree(*words: str, quick: bool = False, jobs: int | None = None) -> Agreement:
    """Run the networks of the pack on both engines, for a short time, and compare every number of every stay.

    Args:
        words: as in `verify`.
        quick: one network a case, and fewer hours.
        jobs: processes at once; one a core when None.

    Raises:
        scenarios.messages.BadInput: when there is no such case.
    """
    return both_engines.compare(_cases_named(words), quick=quick, jobs=jobs or cores())


def _cases_named(words: tuple[str, ...]) -> list[Case]:
    """Cases whose name holds one of some words; all without words."""
    cases = [
        case for name, case in all_cases().items() if not words or any(word.lower() in name.lower() for word in words)
    ]
    if not cases:
        allowed = "a part of a case's name, such as V2, M/M/5, stroke unit"
        raise BadInput([Message("caresim verify", 0, "", words[0], allowed, nearest(words[0], all_cases()))])
    return cases
