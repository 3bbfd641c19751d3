"""caresim: what integrated care does to emergency admissions, cost and people's days at home.

This is the project's public Python interface. Everything that the command line can do is a function here, and results
are tidy data frames:

    import caresim
    result = caresim.compare(["extensivist-teams"], place="england-average-25k", replications=8, seed=1)
    result.differences
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from caresim.siblings import check_siblings

if TYPE_CHECKING:
    from caresim.choosing import Discovered, Found, Optimised, Ranked, discover, find, optimise, rank
    from caresim.exporting import export
    from caresim.interface import Result, compare, explain, list_scenarios, run
    from caresim.keeping import pack, report
    from caresim.networks import network
    from caresim.replaying import replay
    from caresim.sensitivity_study import Sensitivity, sensitivity
    from caresim.verification import verify

__version__ = "0.1.0"
__all__ = [
    "Discovered", "Found", "Optimised", "Ranked", "Result", "Sensitivity", "__version__", "compare", "discover",
    "explain", "export", "find", "list_scenarios", "network", "optimise", "pack", "rank", "replay", "report", "run",
    "sensitivity", "verify",
]
_ELSEWHERE = {
    "Discovered": "caresim.choosing", "Found": "caresim.choosing", "Ranked": "caresim.choosing",
    "Optimised": "caresim.choosing", "optimise": "caresim.choosing",
    "discover": "caresim.choosing", "find": "caresim.choosing", "rank": "caresim.choosing",
    "export": "caresim.exporting", "network": "caresim.networks", "pack": "caresim.keeping",
    "replay": "caresim.replaying", "report": "caresim.keeping",
    "Sensitivity": "caresim.sensitivity_study", "sensitivity": "caresim.sensitivity_study",
    "verify": "caresim.verification",
}


def __getattr__(name: str) -> object:
    """Import the public functions when they are first used: `import caresim` alone takes no time."""
    if name in __all__:
        check_siblings()
        return getattr(importlib.import_module(_ELSEWHERE.get(name, "caresim.interface")), name)
    raise AttributeError(f"module 'caresim' has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
