"""Running many simulations: what is to be done, where finished runs are kept, and the workers that do it.

A study is a plan, a store and an executor. Studies know nothing of scenario files or measures: whoever calls them
names the functions that build a model and that boil a run down to a table.
"""

from simulation.studies.patience import Patience
from simulation.studies.plan import Plan, Recipe, ScenarioSpec, canonical_json
from simulation.studies.replicate import Progress, RunsLost, collect, replicate
from simulation.studies.schema import NewerSchema
from simulation.studies.store import Store, StoreUnusable, Unusable
from simulation.studies.worker import Finished, RunFailed

__all__ = [
    "Finished",
    "NewerSchema",
    "Patience",
    "Plan",
    "Progress",
    "Recipe",
    "RunFailed",
    "RunsLost",
    "ScenarioSpec",
    "Store",
    "StoreUnusable",
    "Unusable",
    "canonical_json",
    "collect",
    "replicate",
]
