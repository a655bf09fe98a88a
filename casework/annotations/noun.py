"""What goes through all nouns finds of annotations."""

from __future__ import annotations

from casework.annotations.machine import ANNOTATION
from casework.annotations.model import PACKAGE, Kind
from casework.annotations.repository import ANNOTATIONS, QUERIES
from casework.noun import Noun
from casework.people.holders import Holder, anonymised
from casework.search.model import Findable
from casework.tasks.model import Rest, Tasks

HOLDER = Holder(QUERIES, {"annotations": "export"}, (anonymised("annotations", "erase"),))
NOUN = Noun(
    "annotations",
    PACKAGE,
    bindings=(ANNOTATIONS,),
    holder=HOLDER,
    tasks=Tasks(
        PACKAGE,
        rests=(Rest(ANNOTATION, ("published",), "It is there to be read; nobody has to do anything."),),
    ),
    findables=(
        Findable(
            "annotation",
            PACKAGE,
            machines=frozenset({"annotation"}),
            label=lambda code: Kind(code).label,
            weight=0.6,
        ),
    ),
)
