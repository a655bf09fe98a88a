"""What goes through all nouns finds of sources: their limits, and what there is of the city. They are the registry's, where no person is named."""

from __future__ import annotations

from casework.access.model import Role
from casework.noun import Noun
from casework.search.model import Findable
from casework.tasks.model import Tasks, Wait, Watched

PACKAGE = "casework.sources"
SOURCE = Watched("source", PACKAGE)
NOUN = Noun(
    "sources",
    PACKAGE,
    tasks=Tasks(PACKAGE, waits=(Wait(SOURCE, "review", ("waiting",), frozenset({Role.ADMINISTRATOR})),)),
    findables=(
        Findable("dataset", PACKAGE, is_named_by_code=True),
        Findable("observed_property", PACKAGE, is_named_by_code=True, weight=0.9),
        Findable("place", PACKAGE, is_named_by_code=True, weight=0.8),
        Findable("thing", PACKAGE, is_named_by_code=True, weight=0.7),
    ),
)
