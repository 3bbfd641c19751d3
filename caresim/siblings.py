"""Our packages have plain names and install side by side; another project's `outputs` could stand before ours."""

from __future__ import annotations

import importlib.util
from pathlib import Path

SIBLINGS = ("simulation", "scenarios", "outputs", "calibration")


def check_siblings() -> None:
    """See that the packages that belong to caresim are the ones that Python finds, without importing them.

    Raises:
        ImportError: when one is missing, or another project's package of the same name comes first.
    """
    home = Path(__file__).resolve().parents[1]
    for name in SIBLINGS:
        spec = importlib.util.find_spec(name)
        places = list(spec.submodule_search_locations or []) if spec else []
        if not places:
            raise ImportError(
                f"caresim is not completely installed: its package '{name}' is missing. Install caresim again."
            )
        found = Path(places[0]).resolve()
        if found.parent != home:
            raise ImportError(
                f"Python finds another package called '{name}' before caresim's own: {found} instead of "
                f"{home / name}. Rename or move that folder, or run caresim from another one."
            )
