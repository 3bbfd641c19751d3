"""Compiling: how a plain Python function becomes machine code, and where that code is kept.

`rule` marks a scalar decision that both engines call. It stays a plain Python function; compiled
code that calls it compiles it along. `compiled` makes a function run as machine code.

Numba decides whether a kept kernel is stale by looking at the kernel's own file only, so a changed
rule would go unnoticed. Kernels are therefore kept in a folder named after the content of every
source file of the simulation, after the versions that made it and after the processor that it is for. Import this
module before numba.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

# Intel's vector library rounds logarithms and exponentials differently from Python's `math`.
os.environ.setdefault("NUMBA_DISABLE_INTEL_SVML", "1")

import llvmlite.binding
import numba
import numba.extending
import numpy as np

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
BodyFactory = TypeVar("BodyFactory", bound=Callable[..., Callable[..., Any]])

SOURCES = Path(__file__).resolve().parent
_OPTIONS: dict[str, Any] = {"error_model": "numpy", "fastmath": False}


STUDIES = "studies"
"""Folder of what runs simulations in numbers: no kernel depends on it."""


def cache_folder() -> Path:
    """Where the kernels of this version of the simulation are kept; it may not exist yet.

    It lies in `NUMBA_CACHE_DIR` when that is set, and in the user's cache folder otherwise: also when the former is
    there and cannot be written, as in an image; what it holds is then copied.
    """
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    own = _user_cache() / "caresim" / "compiled"
    folder = (Path(chosen) if chosen else own) / fingerprint()
    return own / folder.name if folder.is_dir() and not os.access(folder, os.W_OK) else folder


def fingerprint() -> str:
    """Sixteen hexadecimal digits that change with any source file of the model here, Python, NumPy, Numba or processor.

    A home folder or an image may serve machines of several sorts, and code for one is of no use to the others.
    """
    digest = hashlib.sha256()
    made_by = (platform.python_implementation(), sys.version, np.__version__, numba.__version__)
    for part in (*made_by, *_processor()):
        digest.update(part.encode() + b"\0")
    for source in sorted(SOURCES.rglob("*.py")):
        if STUDIES in source.relative_to(SOURCES).parts:
            continue
        content = source.read_bytes()
        digest.update(f"{source.relative_to(SOURCES).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def rule(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Mark a scalar decision that Python and compiled code share; returns the function itself.

    A rule keeps to the few operations that give the same bits in both (`tests/simulation/test_rules_language.py`).
    """
    return compilable(function)


def compilable(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Let compiled code call a plain function, which need not be a rule; returns the function itself."""
    register = cast(Any, numba.extending.register_jitable)(**_OPTIONS, no_cfunc_wrapper=True)
    return cast(Callable[Parameters, Result], register(function))


def inlined(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """As `compilable`; compiled code has the function's text in place of each call, whatever its length."""
    register = cast(Any, numba.extending.register_jitable)(**_OPTIONS, no_cfunc_wrapper=True, forceinline=True)
    return cast(Callable[Parameters, Result], register(function))


def compiled_form_of(function: Callable[..., Any]) -> Callable[[BodyFactory], BodyFactory]:
    """Give a plain function another body for compiled code, where one text cannot serve both.

    Decorates a function that takes the types of the arguments and returns the body.
    """
    overload = cast(Any, numba.extending.overload)(function, jit_options=dict(_OPTIONS), strict=False)
    return cast(Callable[[BodyFactory], BodyFactory], overload)


def compiled(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Compile a function on its first call, without the interpreter lock, and keep the machine code.

    With `NUMBA_DISABLE_JIT=1` it returns the function unchanged.
    """
    compile_it = cast(Any, numba.njit)(cache=KEEPS_KERNELS, nogil=True, **_OPTIONS)
    return cast(Callable[Parameters, Result], compile_it(function))


def compiled_within(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Compile a function that compiled code alone calls; leaving out the way in from Python takes half the time.

    With `NUMBA_DISABLE_JIT=1` it returns the function unchanged.
    """
    compile_it = cast(Any, numba.njit)(no_cpython_wrapper=True, no_cfunc_wrapper=True, **_OPTIONS)
    return cast(Callable[Parameters, Result], compile_it(function))


def _user_cache() -> Path:
    """The folder in which this system lets a user's programs keep what they can make again."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _processor() -> tuple[str, str]:
    """Name and features of the processor that machine code is made for, as `NUMBA_CPU_NAME` may say otherwise."""
    named = cast(Any, numba.config)
    binding = cast(Any, llvmlite.binding)
    features = named.CPU_FEATURES if named.CPU_FEATURES is not None else binding.get_host_cpu_features().flatten()
    return str(named.CPU_NAME or binding.get_host_cpu_name()), str(features)


def _prepare_cache() -> bool:
    """Point numba at the cache folder; False when it cannot be written, so that nothing is kept."""
    try:
        folder = cache_folder()
        _copy_from_image(folder)
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return False
    if not os.access(folder, os.W_OK):
        return False
    cast(Any, numba.config).CACHE_DIR = str(folder)
    return True


def _copy_from_image(folder: Path) -> None:
    """Copy what a folder that cannot be written holds of this version, since numba writes where it reads.

    Raises:
        OSError: when it cannot be read, or the copy cannot be written.
    """
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    image = Path(chosen) / folder.name if chosen else folder
    if image == folder or folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as beside:
        copy = Path(shutil.copytree(image, Path(beside) / folder.name))
        copy.chmod(0o700)
        for part in copy.rglob("*"):
            part.chmod(0o700 if part.is_dir() else 0o600)
        with suppress(OSError):  # another process was first
            copy.rename(folder)


KEEPS_KERNELS = _prepare_cache()
"""Whether machine code is kept for the next process."""
