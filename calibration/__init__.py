"""Fitting the model to what is published. Today: the levels of the baseline; effects come with the vanguards' targets."""
