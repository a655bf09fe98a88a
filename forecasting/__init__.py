"""Hourly forecasts: candidates, a backtest that decides between them, bands, publishing."""
