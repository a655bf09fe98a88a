"""What is held about people whatever the machine: the words that they added to steps."""

from __future__ import annotations

from casework.noun import Noun
from casework.people.holders import Holder, deleted
from casework.workflow.repository import QUERIES

HOLDER = Holder(
    QUERIES,
    {"step_words": "export_words"},
    (deleted("step_words", "erase_words"), deleted("decision_words", "erase_decision_words")),
)
NOUN = Noun(
    "workflow",
    "casework.workflow",
    holder=HOLDER,
)
