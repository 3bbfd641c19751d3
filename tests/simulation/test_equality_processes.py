"""What is the same in every process: compiled or plain, with an empty, a shared or a read-only cache."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.two_hundred_people import SHORT, digest_of

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).with_name("two_hundred_people.sha256")
DIGITS = 64
"""Of a digest."""


def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    """A Python process of its own, in the project's folder."""
    chosen = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, env=chosen, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def end_of(process: subprocess.Popen[str]) -> str:
    """What a process printed, once it has ended well."""
    printed, errors = process.communicate()
    assert process.returncode == 0, errors
    return printed.strip()


@pytest.fixture(scope="module")
def compiled() -> str:
    """The digest of 200 people with compiled code, here."""
    return digest_of("compiled")


def test_plain_python_gives_the_same_numbers_as_compiled_code() -> None:
    """Nine months under NUMBA_DISABLE_JIT, in a process of its own: a team joins, people come and go."""
    plain = start("-m", "tests.simulation.two_hundred_people", SHORT, NUMBA_DISABLE_JIT="1")
    assert end_of(plain) == digest_of("compiled", short=True)


def test_simpy_gives_the_same_numbers(compiled: str) -> None:
    """The digest of the SimPy engine is that of the compiled one."""
    assert digest_of("simpy") == compiled


def test_the_numbers_are_those_that_were_written_down(compiled: str) -> None:
    """A change that moves any result changes this digest: then run `python -m tests.simulation.two_hundred_people`.

    Another machine gives it too, as long as its C library rounds exp, log and sqrt alike (`docs/engines.md`).
    """
    assert compiled == GOLDEN.read_text().strip()


def test_two_processes_that_start_at_once_on_an_empty_cache_agree(tmp_path: Path) -> None:
    """Whoever compiles first, both end well, and a third finds what they kept in a folder that it cannot write.

    They live the months of 200 people, without the flow, whose code takes three times as long to make.
    """
    cache = tmp_path / "kept"
    arguments = ("-m", "tests.simulation.two_years_of_200_people")
    both = [start(*arguments, NUMBA_CACHE_DIR=str(cache)) for _ in range(2)]
    found = end_of(both[0])
    assert len(found) == DIGITS
    assert end_of(both[1]) == found
    folders = [cache, *(path for path in cache.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        assert end_of(start(*arguments, NUMBA_CACHE_DIR=str(cache))) == found
    finally:
        for folder in folders:
            folder.chmod(0o755)
