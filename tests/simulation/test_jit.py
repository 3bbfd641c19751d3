"""Compiling: what is kept, where, and when it is made again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from simulation import jit

RULES = """
from simulation.jit import rule

@rule
def price(nights: int) -> float:
    return {price} * nights
"""
KERNEL = """
from simulation.jit import KEEPS_KERNELS, compiled
from simulation.{module} import price

@compiled
def bill(nights: int) -> float:
    return price(nights)

def report() -> None:
    print(bill(3), KEEPS_KERNELS, sum(bill.stats.cache_hits.values()) if hasattr(bill, "stats") else "plain")
"""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder with a simulation of two files: a rule, and a kernel that calls it."""
    package = tmp_path / "simulation"
    package.mkdir()
    shutil.copy(Path(jit.__file__), package / "jit.py")
    (package / "prices.py").write_text(RULES.format(price=100.0))
    (package / "kernel.py").write_text(KERNEL.format(module="prices"))
    return tmp_path


NOT_WRITABLE = """
import os
may = os.access
os.access = lambda path, mode: "kept" not in str(path) and may(path, mode)
"""
"""An administrator may write anywhere, and tests may run as one."""


def run(installed: Path, first: str = "", **environment: str) -> list[str]:
    """What the kernel reports in a process of its own: the bill for 3 nights, whether kernels are kept, cache hits."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    chosen = {"NUMBA_CACHE_DIR": str(installed / "kept"), **environment}
    done = subprocess.run(
        [sys.executable, "-c", f"{first}\nfrom simulation.kernel import report; report()"],
        cwd=installed,
        env={**inherited, **chosen},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_a_changed_rule_changes_the_result_of_a_kept_kernel(installed: Path) -> None:
    """Editing a rule in one file makes the kernel of another anew, so no run uses yesterday's rule."""
    assert run(installed)[0] == "300.0"
    (installed / "simulation" / "prices.py").write_text(RULES.format(price=500.0))
    assert run(installed)[0] == "1500.0"


def test_an_unchanged_kernel_is_not_compiled_again(installed: Path) -> None:
    """The second process finds the first one's machine code."""
    assert run(installed) == ["300.0", "True", "0"]
    assert run(installed) == ["300.0", "True", "1"]


def test_where_nothing_can_be_written_kernels_are_compiled_and_not_kept(installed: Path) -> None:
    """On a machine where the cache folder cannot be made, everything still runs."""
    in_the_way = installed / "a file"
    in_the_way.write_text("")
    assert run(installed, NUMBA_CACHE_DIR=str(in_the_way / "kept")) == ["300.0", "False", "0"]


def test_what_an_image_holds_is_used_by_people_who_cannot_write_there(installed: Path) -> None:
    """`caresim compile` in an image, as its administrator; then each user's own copy, made once."""
    own = str(installed / "own")
    users = {"XDG_CACHE_HOME": own, "LOCALAPPDATA": own, "HOME": own}
    assert run(installed, **users) == ["300.0", "True", "0"]
    before = {path: path.stat().st_mtime_ns for path in (installed / "kept").rglob("*")}
    assert run(installed, NOT_WRITABLE, **users) == ["300.0", "True", "1"]
    assert run(installed, NOT_WRITABLE, **users) == ["300.0", "True", "1"]
    assert {path: path.stat().st_mtime_ns for path in (installed / "kept").rglob("*")} == before
    copied = [path.name for path in (installed / "own").rglob("compiled/*")]
    assert copied == [path.name for path in (installed / "kept").iterdir()]


def test_machine_code_for_another_processor_is_kept_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """A home folder shared by two sorts of machines is ready on one of them without being so on the other."""
    here = jit.fingerprint()
    monkeypatch.setattr("numba.config.CPU_NAME", "generic")
    assert jit.fingerprint() != here


def test_without_compiling_the_same_functions_run_as_plain_python(installed: Path) -> None:
    """NUMBA_DISABLE_JIT gives debuggers and coverage the functions as written."""
    assert run(installed, NUMBA_DISABLE_JIT="1") == ["300.0", "True", "plain"]


def test_the_cache_lies_with_the_users_other_caches_by_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is written beside the installed files, which may be read-only."""
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    folder = jit.cache_folder()
    assert tmp_path in folder.parents
    assert folder.parent.parts[-2:] == ("caresim", "compiled")
    assert not folder.exists()


def test_the_fingerprint_covers_names_and_contents_of_all_sources(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Changing, adding or renaming any source file, in a folder below too, gives another fingerprint."""
    package = installed / "simulation"
    monkeypatch.setattr(jit, "SOURCES", package)
    seen = [jit.fingerprint()]
    (package / "reference").mkdir()
    (package / "reference" / "engine.py").write_text("")
    seen.append(jit.fingerprint())
    (package / "reference" / "engine.py").write_text("# more")
    seen.append(jit.fingerprint())
    (package / "reference" / "engine.py").rename(package / "engine.py")
    seen.append(jit.fingerprint())
    assert len(set(seen)) == len(seen)
    (package / "studies").mkdir(exist_ok=True)
    (package / "studies" / "store.py").write_text("# runs in numbers: no kernel depends on it")
    assert jit.fingerprint() == seen[-1]


def test_a_rule_is_the_function_itself() -> None:
    """Marking a rule wraps nothing, so SimPy pays no dispatch and a debugger sees the code."""

    def double(x: float) -> float:
        return 2.0 * x

    assert jit.rule(double) is double
