"""What goes through all nouns finds of pictures: who gave one stands in the log, and nowhere else."""

from __future__ import annotations

from casework.noun import Noun
from casework.pictures.model import PACKAGE
from casework.pictures.service import SWEEP

NOUN = Noun("pictures", PACKAGE, stores=(SWEEP,))
