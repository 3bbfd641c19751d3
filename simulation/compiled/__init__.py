"""The compiled engine: the flow of `simulation.reference`, row for row, as one kernel over flat tables."""

from simulation.compiled.engine import CompiledEngine

__all__ = ["CompiledEngine"]
