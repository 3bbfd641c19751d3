"""What surrounds a worker process: one thread for libraries, no script of the caller's, no life without its parent."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import types
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.process import BaseProcess

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
"""A worker is one process on one core: libraries must not start threads beside it."""
LOOK_FOR_PARENT_EVERY_SECONDS = 0.1
_ONE_AT_A_TIME = threading.Lock()


@contextmanager
def surroundings_of_workers() -> Iterator[None]:
    """Inside it, processes that are started become workers. One thread at a time may be inside."""
    with _ONE_AT_A_TIME, _environment(ONE_THREAD), _without_main_module():
        yield


def start_worker() -> None:
    """Make a new worker leave Ctrl-C to its parent, and end when the parent does, with whatever it forked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        os.setpgid(0, 0)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def end_worker(worker: BaseProcess) -> None:
    """End a worker at once, with whatever it forked."""
    if sys.platform != "win32" and worker.pid is not None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(worker.pid, signal.SIGKILL)
    worker.kill()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    while parent is not None:
        parent.join(LOOK_FOR_PARENT_EVERY_SECONDS)
        if not parent.is_alive() or (sys.platform != "win32" and os.getppid() != parent.pid):
            break
    if sys.platform != "win32":
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


@contextmanager
def _without_main_module() -> Iterator[None]:
    """Spare new workers the caller's script, which then needs no `if __name__ == "__main__"` guard."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
