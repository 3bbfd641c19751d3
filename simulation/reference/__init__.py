"""The SimPy engine: the flow of people through the network, readable as processes. It defines the model."""

from simulation.reference.engine import ReferenceEngine

__all__ = ["ReferenceEngine"]
