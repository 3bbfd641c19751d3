"""Networks on their own, as a Python function."""

from __future__ import annotations

from pathlib import Path

from caresim.progress import progress_shown
from outputs.network_study import NetworkResult, run_study
from scenarios.messages import BadInput, Message, listed, nearest
from scenarios.network_file import load_network_file
from simulation.engines import DEFAULT_ENGINE, ENGINES
from simulation.studies import Progress
from simulation.studies.executor import cores


def network(
    file: str | Path,
    *,
    runs: int | None = None,
    seed: int | None = None,
    engine: str | None = None,
    jobs: int | None = None,
    progress: bool = False,
) -> NetworkResult:
    """Run a network file with no population and return what its runs show.

    Args:
        file: a shipped network's name or a path that ends in .yaml; docs/networks.md explains the file.
        runs: independent runs, instead of those of the file.
        seed: from which all draws follow, instead of that of the file.
        engine: what runs it; the quickest when None. All engines give the same rows.
        jobs: runs at the same time; one a core when None. Results do not depend on it.
        progress: whether to show progress on standard error.

    Raises:
        scenarios.messages.BadInput: when the file, or something else asked for, cannot be used.
    """
    chosen = chosen_engine(engine)
    described = load_network_file(str(file), runs, seed)
    with progress_shown(0.0, quiet=not progress) as report:
        return run_study(described, chosen, jobs or cores(), lambda done, total: report(Progress(done, total)))


def chosen_engine(engine: str | None) -> str:
    """The engine that somebody named, or the quickest.

    Raises:
        BadInput: when there is none of that name.
    """
    if engine is not None and engine not in ENGINES:
        raise BadInput([Message("", 0, "--engine", engine, listed(ENGINES), nearest(engine, ENGINES), label="option")])
    return engine or DEFAULT_ENGINE


def refuse_folder(out: Path) -> None:
    """Refuse to write where something is already.

    Raises:
        BadInput: when the folder exists.
    """
    if out.exists():
        text = "This is there already, and nothing is overwritten. Name another folder."
        raise BadInput([Message("", 0, "--out", str(out), text=text, label="option")])
