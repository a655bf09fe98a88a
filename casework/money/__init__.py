"""Amounts of money in whole minor units. Pure: no float, no database."""
