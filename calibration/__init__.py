"""Fitting the model to what is published: today the levels of the baseline, later the effects of services."""
