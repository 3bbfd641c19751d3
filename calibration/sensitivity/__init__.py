"""Which assumptions drive a result: designs by SALib, runs by whoever has a model, indices with their errors.

`designs` says what to run, `analysis` takes the outputs of the runs; neither knows the care model.
"""
