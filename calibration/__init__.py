"""Fitting the model to evidence and judging it: targets, ensembles, hold-outs, evaluation and sensitivity.

Calibration hands finished tables to outputs; nothing below it imports from here.
"""
