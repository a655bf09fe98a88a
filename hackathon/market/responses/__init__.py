"""Sealed responses of vendors: handed in, opened by two, evaluated, told."""
