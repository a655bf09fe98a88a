"""Hourly recordings that forecasts are judged on."""
