"""Studies that are killed, starved of disk and damaged, again and again, until they end as if nothing had happened.

    python -m tests.simulation.studies.faults --kills 1000 --seed 7

Each case is a small study of toys: it is hit several times at random, each time in another process or at another file
operation, and then left in peace. Whatever happened, its files must be those of a study that nobody disturbed, a run
that was in the store must never be simulated or written again, and nothing else may be left in its folder.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import errno
import hashlib
import json
import mmap
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from simulation.studies import Patience, RunsLost, Store, StoreUnusable, collect, replicate
from simulation.studies.whole_files import write_folder
from tests.simulation.studies.toys import Toy, forked_workers, journal_lines, plan_of

REPLICATIONS = 3
TOYS = 2
RUN_SECONDS = 0.002
FAULTS_A_CASE = 7
MANIFEST = "manifest.json"
JOURNAL = "journal"
ROLES = ("driver", "worker", "child")
OPERATIONS = ("open", "os.rename", "os.remove", "os.mkdir", "os.listdir", "os.scandir", "os.fork")
"""What is counted: whatever touches files, and the birth of processes."""
TRIES_UNTIL_DONE = 6
FULL_DISK_CODE, STOPPED_CODE = 28, 1


def study(folder: Path, *, forks: bool, hangs: int = 0) -> None:
    """What a command does: simulate what is missing, and write results that end with a manifest."""
    toys = [Toy(float(number), str(folder / JOURNAL), RUN_SECONDS, forks=forks, hangs=hangs, only=2)
            for number in range(1, TOYS + 1)]  # fmt: skip
    plan, store = plan_of(*toys, replications=REPLICATIONS), Store(folder / "runs")
    patience = Patience(limit_seconds=0.2 if hangs else 30.0)
    replicate(plan, store, jobs=2, open_workers=forked_workers, patience=patience)
    table = collect(plan, store).to_csv(index=False).encode()
    if not (folder / "results" / MANIFEST).exists():
        files = {"runs.csv": table, MANIFEST: b"{}", "data/twice.csv": table * 2}
        write_folder(folder / "results", files, last=MANIFEST)


@dataclass
class Shared:
    """Counters that a process and all its descendants share."""

    memory: mmap.mmap = field(default_factory=lambda: mmap.mmap(-1, 64))

    def add(self, position: int) -> int:
        """One more; the number after it."""
        cell = ctypes.c_long.from_buffer(self.memory, position * 8)
        cell.value += 1
        return cell.value

    def read(self, position: int) -> int:
        return ctypes.c_long.from_buffer(self.memory, position * 8).value


FIRED = len(ROLES)


@dataclass(frozen=True)
class Hit:
    """What goes wrong: at the n-th file operation of a role a process is killed, or from then on the disk is full."""

    role: str
    number: int
    is_disk: bool = False


def watch(hit: Hit | None, counts: Shared, folder: str) -> None:
    """Let this process and all that it forks count their file operations, and be hit."""
    driver = os.getpid()

    def role() -> int:
        if os.getpid() == driver:
            return 0
        return 1 if os.getppid() == driver else 2

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event not in OPERATIONS or not (event == "os.fork" or folder in str(arguments[0])):
            return
        position = role()
        number = counts.add(position)
        if hit is None or ROLES[position] != hit.role:
            return
        if hit.is_disk and number >= hit.number and _writes(event, arguments):
            counts.add(FIRED)
            raise OSError(errno.ENOSPC, "No space left on device", str(arguments[0]))
        if not hit.is_disk and number == hit.number:
            counts.add(FIRED)
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def _writes(event: str, arguments: tuple[object, ...]) -> bool:
    if event == "open":
        return JOURNAL not in str(arguments[0]) and isinstance(arguments[2], int) and bool(arguments[2] & os.O_CREAT)
    return event in ("os.rename", "os.mkdir")


def in_a_process(work: Callable[[], None], meanwhile: Callable[[int], None] | None = None) -> int:
    """Do something in a child of this process and return its exit code; `meanwhile` is given its number."""
    child = os.fork()
    if child == 0:
        code = 0
        try:
            with contextlib.suppress(BrokenPipeError):
                work()
        except (StoreUnusable, OSError):
            code = FULL_DISK_CODE
        except RunsLost:
            code = STOPPED_CODE
        finally:
            os._exit(code)
    if meanwhile is not None:
        meanwhile(child)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def descendants(pid: int) -> list[int]:
    """Processes below a process."""
    found: list[int] = []
    with contextlib.suppress(OSError, ValueError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += [int(child), *descendants(int(child))]
    return found


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a study but the journal."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != JOURNAL
    }


@dataclass
class Kept:
    """Runs that were in the store at some moment: they must never be written or simulated again."""

    files: dict[str, tuple[int, int]] = field(default_factory=dict)

    def look(self, folder: Path) -> None:
        for path in (folder / "runs").glob("*.parquet"):
            if hashlib.sha256(path.read_bytes()).hexdigest()[:16] not in path.name:
                continue
            facts = path.stat()
            now = (facts.st_ino, facts.st_mtime_ns)
            assert self.files.setdefault(path.name, now) == now, f"{path.name} was written twice"

    def forget(self, name: str) -> None:
        self.files.pop(name, None)


class Case:
    """One study and what befalls it."""

    def __init__(self, folder: Path, chance: random.Random, operations: dict[bool, list[int]]) -> None:
        self.folder = folder
        self.chance = chance
        self.operations = operations
        self.forks = chance.random() < 0.4
        self.kept = Kept()
        self.befell: Counter[str] = Counter()
        self.simulated_again = 0
        """How many runs may have been simulated more than once: in flight when hit, or damaged."""

    def go_through(self, expected: dict[bool, dict[str, bytes]]) -> Counter[str]:
        """Be hit several times, then be left in peace; AssertionError when anything is not as it should be."""
        for _ in range(FAULTS_A_CASE):
            kind = self.chance.choices(("kill", "timed", "disk", "damage"), (60, 20, 10, 10))[0]
            getattr(self, f"_{kind}")()
            self.kept.look(self.folder)
        assert in_a_process(lambda: study(self.folder, forks=self.forks)) == 0, "the last try did not end well"
        self.kept.look(self.folder)
        found = contents(self.folder)
        assert sorted(found) == sorted(expected[self.forks]), f"left behind or missing: {sorted(found)}"
        assert found == expected[self.forks], "other bytes"
        lines = Counter(journal_lines(self.folder / JOURNAL))
        assert len(lines) == TOYS * REPLICATIONS
        again = sum(count - 1 for count in lines.values())
        assert again <= self.simulated_again, f"{again} runs simulated again, {self.simulated_again} were lost"
        return self.befell

    def _kill(self) -> None:
        """A process is gone at a file operation."""
        counts = Shared()
        place = self.chance.choice([number for number, _ in enumerate(ROLES) if self.operations[self.forks][number]])
        number = self.chance.randint(1, max(1, self.operations[self.forks][place]))
        hit = Hit(ROLES[place], number)
        self._try(counts, hit)
        if counts.read(FIRED):
            self.befell[f"{hit.role} killed"] += 1

    def _timed(self) -> None:
        """A process is gone at a moment."""
        wait = self.chance.uniform(0.0, 0.06)
        victims: list[int] = []

        def shoot(pid: int) -> None:
            time.sleep(wait)
            victims.append(self.chance.choice([pid, *descendants(pid)]))
            with contextlib.suppress(ProcessLookupError):
                os.kill(victims[0], signal.SIGKILL)

        before = len(journal_lines(self.folder / JOURNAL))
        in_a_process(lambda: study(self.folder, forks=self.forks), shoot)
        self._count_what_was_lost(before)
        self.befell["killed at a moment"] += 1

    def _disk(self) -> None:
        """The disk fills up: the study stops, and says so, unless all it still did was to tidy up."""
        counts = Shared()
        place = self.chance.choice((0, 1))
        hit = Hit(ROLES[place], self.chance.randint(1, max(1, self.operations[self.forks][place])), is_disk=True)
        code = self._try(counts, hit)
        if counts.read(FIRED):
            self.befell["disk full"] += 1
            assert code == FULL_DISK_CODE, f"a full disk ended with {code}"
            parts = [name for name in contents(self.folder) if name.endswith(".part")]
            assert not parts, f"half-written files stay after a full disk: {parts}"

    def _damage(self) -> None:
        """A file that was there is cut short, changed, emptied, or another's."""
        files = sorted((self.folder / "runs").glob("*.parquet"))
        if not files:
            return
        path = self.chance.choice(files)
        content = bytearray(path.read_bytes())
        content[self.chance.randrange(len(content))] ^= 0xFF
        path.write_bytes(self.chance.choice((bytes(content), b"", bytes(content[:50]))))
        self.kept.forget(path.name)
        self.simulated_again += 1
        self.befell["file damaged"] += 1

    def _try(self, counts: Shared, hit: Hit) -> int:
        before = len(journal_lines(self.folder / JOURNAL))

        def work() -> None:
            watch(hit, counts, str(self.folder))
            study(self.folder, forks=self.forks)

        code = in_a_process(work)
        self._count_what_was_lost(before)
        return code

    def _count_what_was_lost(self, lines_before: int) -> None:
        """Runs that were begun and are not in the store: those may be simulated again, and no others."""
        del lines_before
        deadline = time.monotonic() + 10.0
        store = Store(self.folder / "runs")
        keys = [key for _, _, key in plan_of(*(Toy(float(n)) for n in range(1, TOYS + 1)),
                                             replications=REPLICATIONS).runs()]  # fmt: skip
        while any(map(store.is_elsewhere, keys)) and time.monotonic() < deadline:
            time.sleep(0.01)
        begun = sum(Counter(journal_lines(self.folder / JOURNAL)).values())
        self.simulated_again = max(self.simulated_again, begun - len(store.keys()) + self.befell["file damaged"])


def undisturbed(folder: Path, *, forks: bool) -> tuple[dict[str, bytes], list[int]]:
    """The files of a study in peace, and how many file operations each role needs."""
    counts = Shared()

    def work() -> None:
        watch(None, counts, str(folder))
        study(folder, forks=forks)

    assert in_a_process(work) == 0
    return contents(folder), [counts.read(position) for position in range(len(ROLES))]


def hangs_and_goes_on(folder: Path, expected: dict[str, bytes]) -> None:
    """A worker that is silent is ended, and what it was at is done again."""
    assert in_a_process(lambda: study(folder, forks=False, hangs=1)) == 0
    assert contents(folder) == expected
    again = Counter(Counter(journal_lines(folder / JOURNAL)).values())
    assert again[2] == TOYS, f"runs that hung were tried {again}"


def main(arguments: list[str]) -> int:
    """Go through cases until so many processes have been killed; print what befell them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    befell: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        quiet = {forks: undisturbed(top / f"peace-{forks}", forks=forks) for forks in (False, True)}
        expected = {forks: found for forks, (found, _) in quiet.items()}
        assert expected[False] == expected[True]
        for number in range(10**6):
            if sum(count for what, count in befell.items() if "killed" in what) >= options.kills:
                break
            case = Case(top / f"case-{number}", random.Random(f"{options.seed} {number}"),
                        {forks: operations for forks, (_, operations) in quiet.items()})  # fmt: skip
            case.folder.mkdir()
            befell += case.go_through(expected)
            befell["cases"] += 1
            shutil.rmtree(case.folder)
        hangs_and_goes_on(top / "hang", expected[False])
        befell["hung"] += 1
    print(json.dumps(befell))  # noqa: T201 - what it is for
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
