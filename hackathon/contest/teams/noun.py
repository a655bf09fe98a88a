"""What goes through all nouns finds of teams and their members."""

from __future__ import annotations

from casework.noun import Noun
from hackathon.contest.teams.holding import HOLDER
from hackathon.contest.teams.repository import MEMBERS, TEAMS

NOUN = Noun(
    "teams",
    "hackathon.contest.teams",
    bindings=(TEAMS, MEMBERS),
    holder=HOLDER,
)
