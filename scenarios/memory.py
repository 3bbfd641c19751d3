"""Whether a place fits into this computer's memory."""

from __future__ import annotations

import os
import sys

BYTES_PER_PERSON = 1000
"""Memory that a simulated person takes, with everything that belongs to them."""
USABLE_SHARE = 0.8
"""Part of the computer's memory that a run may take; the rest is the system's."""


def memory_needed(people: float) -> float:
    """Bytes that a place of so many people takes in one run."""
    return people * BYTES_PER_PERSON


def memory_of_computer() -> float | None:
    """Bytes of memory that this computer has, or None when it does not say."""
    if sys.platform == "win32":
        return _memory_of_windows()
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (ValueError, OSError):
        return None


def too_large_for_memory(people: float) -> str:
    """Why a place does not fit, in words; empty when it does."""
    needed, have = memory_needed(people), memory_of_computer()
    if have is None or needed <= have * USABLE_SHARE:
        return ""
    return (
        f"{people:,.0f} people need about {_gigabytes(needed)} of memory (1 kB a person); this computer has "
        f"{_gigabytes(have)}. Take a smaller place or a larger computer."
    )


def _gigabytes(size: float) -> str:
    return f"{size / 1e9:,.1f} GB"


def _memory_of_windows() -> float | None:
    import ctypes

    class Status(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong), ("load", ctypes.c_ulong), ("total", ctypes.c_ulonglong),
            ("rest", ctypes.c_ulonglong * 6),
        )

    status = Status(length=ctypes.sizeof(Status))
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - the attribute exists on Windows only
    return float(status.total) if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else None
