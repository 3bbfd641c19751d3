"""Whether a place fits into memory."""

from __future__ import annotations

import pytest

from scenarios.memory import memory_needed, memory_of_computer, too_large_for_memory


def test_a_person_takes_a_kilobyte() -> None:
    """The estimate that is printed."""
    assert memory_needed(250_000) == 250e6


def test_this_computer_says_how_much_memory_it_has() -> None:
    """More than a hundredth of a gigabyte and less than a million."""
    memory = memory_of_computer()
    assert memory is None or 1e7 < memory < 1e15


def test_a_place_that_fits_is_not_mentioned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four fifths of memory may be used; on a computer that does not say, anything goes."""
    monkeypatch.setattr("scenarios.memory.memory_of_computer", lambda: 1e9)
    assert too_large_for_memory(800_000) == ""
    assert "0.8 GB of memory (1 kB a person); this computer has 1.0 GB" in too_large_for_memory(800_001)
    monkeypatch.setattr("scenarios.memory.memory_of_computer", lambda: None)
    assert too_large_for_memory(1e15) == ""
