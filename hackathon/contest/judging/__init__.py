"""How judging is made fair: who judges what, what scores mean beside each other, how ranks are made.

Everything here is a pure function of values: no clock, no database, no hidden randomness.
"""
