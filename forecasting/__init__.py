"""Forecasts with a measured skill and bands."""
