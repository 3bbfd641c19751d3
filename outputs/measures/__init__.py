"""What is counted in a run, each thing defined once: a `Measure` has an id, a title, a unit, a rule and a source.

`reduce` takes all of them from a run; `MEASURES` lists them.
"""

from outputs.measures.measure import Measure
from outputs.measures.reducing import reduce
from outputs.measures.registry import MEASURES

__all__ = ["MEASURES", "Measure", "reduce"]
