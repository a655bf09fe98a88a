"""Vehicles matched with their schedule, and its measures, as their positions come in."""
