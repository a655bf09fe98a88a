"""What goes through all nouns finds of counting. What is to be counted is an object of another noun."""

from __future__ import annotations

from casework.counting.model import PACKAGE
from casework.noun import Noun

NOUN = Noun("counting", PACKAGE)
