"""What is held about people whatever the machine: the words that they added to steps."""

from __future__ import annotations

from casework.noun import Noun
from casework.workflow.holding import HOLDER

NOUN = Noun(
    "workflow",
    "casework.workflow",
    holder=HOLDER,
)
