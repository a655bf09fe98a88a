"""Indices of air quality from hourly means: pure, with the breakpoints of :mod:`citycore.limits`."""
