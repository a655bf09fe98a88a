"""What goes through all nouns finds of signing in on the dashboards: codes of a minute."""

from __future__ import annotations

from casework.dashboard_access.repository import QUERIES
from casework.noun import Noun
from casework.people.holders import Holder, deleted

HOLDER = Holder(QUERIES, {}, (deleted("dashboard_codes", "erase"),))
NOUN = Noun(
    "dashboard_access",
    "casework.dashboard_access",
    holder=HOLDER,
)
