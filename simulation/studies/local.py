"""Worker processes on this machine, behind the interface that a cluster offers too: `concurrent.futures.Executor`.

The standard library's pool breaks as a whole when one of its processes dies, and nobody can say whose task it was. Here
each worker has a thread that waits for it: a death is the end of one task, known to the one who asked for it, and the
next task gets a new process.
"""

from __future__ import annotations

import multiprocessing
import pickle
import queue
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, ParamSpec, TypeVar

from simulation.studies.surroundings import end_worker, start_worker, surroundings_of_workers

P = ParamSpec("P")
T = TypeVar("T")
Call = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]
LOOK_EVERY_SECONDS = 0.2
"""A worker's own children can hold its pipe open after its death, so that it must be looked for."""
CLOSING_SECONDS = 5.0


class WorkerDied(BrokenExecutor):
    """A worker ended before it had an answer."""

    def __init__(self, exit_code: int | None) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code

    def __str__(self) -> str:
        if self.exit_code is not None and self.exit_code < 0:
            return f"its worker was ended from outside (signal {-self.exit_code})"
        return f"its worker ended by itself (exit code {self.exit_code})"


class LocalWorkers(Executor):
    """Processes that start when there is something to do, one task each at a time."""

    def __init__(self, jobs: int, start_method: str = "spawn") -> None:
        self._context = multiprocessing.get_context(start_method)
        self._calls: queue.SimpleQueue[tuple[Future[Any], Call] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._is_closed = False
        self._workers: set[_Worker] = set()
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(jobs)]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a worker call a function.

        Raises:
            RuntimeError: after `shutdown`.
        """
        if self._is_closed:
            raise RuntimeError("these workers have been sent home")
        future: Future[T] = Future()
        self._calls.put((future, (fn, args, kwargs)))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let workers end when they have done what was asked."""
        self._is_closed = True
        if cancel_futures:
            self._cancel_waiting()
        for _ in self._threads:
            self._calls.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def kill(self) -> None:
        """End all workers at once, with whatever they forked."""
        self._is_closed = True
        self._cancel_waiting()
        with self._lock:
            workers = list(self._workers)
        for worker in workers:
            end_worker(worker.process)
        self.shutdown(cancel_futures=True)

    def _cancel_waiting(self) -> None:
        with suppress(queue.Empty):
            while True:
                item = self._calls.get_nowait()
                if item is not None:
                    item[0].cancel()

    def _serve(self) -> None:
        """The life of one worker's place: whoever dies is replaced when there is something to do."""
        worker: _Worker | None = None
        while (item := self._calls.get()) is not None:
            future, call = item
            if not future.set_running_or_notify_cancel():
                continue
            try:
                worker = worker or self._start()
                future.set_result(worker.answer_to(call))
            except WorkerDied as death:
                self._forget(worker)
                worker = None
                future.set_exception(death)
            except BaseException as error:  # noqa: BLE001 - whatever it is belongs to the one who asked
                future.set_exception(error)
        if worker is not None:
            worker.close()
            self._forget(worker)

    def _start(self) -> _Worker:
        with self._lock:
            if self._is_closed and self._calls.empty():
                raise WorkerDied(None)
            worker = _Worker(self._context)
            self._workers.add(worker)
            return worker

    def _forget(self, worker: _Worker | None) -> None:
        if worker is not None:
            end_worker(worker.process)
            worker.process.join()
            worker.pipe.close()
            with self._lock:
                self._workers.discard(worker)


class _Worker:
    """A process and the pipe to it."""

    def __init__(self, context: multiprocessing.context.BaseContext) -> None:
        self.pipe, its_end = context.Pipe()
        self.process: BaseProcess = context.Process(target=_work, args=(its_end,), daemon=False)  # type: ignore[attr-defined]
        with surroundings_of_workers():
            self.process.start()
        its_end.close()

    def answer_to(self, call: Call) -> Any:  # noqa: ANN401 - whatever the function gives
        """What a call gives in the worker; raises what it raises there, or `WorkerDied`."""
        content = pickle.dumps(call)
        try:
            self.pipe.send_bytes(content)
            while not self.pipe.poll(LOOK_EVERY_SECONDS):
                if not self.process.is_alive() and not self.pipe.poll(0.0):
                    raise WorkerDied(self.process.exitcode)
            is_good, answer = pickle.loads(self.pipe.recv_bytes())
        except (EOFError, OSError) as error:
            end_worker(self.process)
            self.process.join()
            raise WorkerDied(self.process.exitcode) from error
        if not is_good:
            raise answer
        return answer

    def close(self) -> None:
        """Let the process end."""
        with suppress(OSError):
            self.pipe.send_bytes(b"")
        self.process.join(CLOSING_SECONDS)


def _work(pipe: Connection) -> None:
    """What a worker process does until it is told, or its parent has gone."""
    start_worker()
    with suppress(EOFError, OSError):
        while content := pipe.recv_bytes():
            pipe.send_bytes(_answer(content))


def _answer(content: bytes) -> bytes:
    try:
        function, args, kwargs = pickle.loads(content)
        return pickle.dumps((True, function(*args, **kwargs)))
    except BaseException as error:  # noqa: BLE001 - the one who asked must learn of it
        error.add_note(f"In a worker process:\n{traceback.format_exc()}")
        try:
            return pickle.dumps((False, error))
        except Exception:  # noqa: BLE001 - an error that cannot travel is told in words
            return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))
