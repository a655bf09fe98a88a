"""What goes through all nouns finds of teams and their members."""

from __future__ import annotations

from casework.noun import Noun
from casework.tasks.model import SELF, Rest, Tasks, Wait
from hackathon.contest.teams.holding import HOLDER
from hackathon.contest.teams.machine import CAPTAIN, MEMBER, TEAM
from hackathon.contest.teams.repository import MEMBERS, TEAMS

NOUN = Noun(
    "teams",
    "hackathon.contest.teams",
    bindings=(TEAMS, MEMBERS),
    holder=HOLDER,
    tasks=Tasks(
        "hackathon.contest.teams",
        waits=(
            Wait(TEAM, "complete", ("forming",), CAPTAIN),
            Wait(MEMBER, "answer", ("invited",), SELF),
            Wait(MEMBER, "approve", ("requested",), CAPTAIN),
        ),
        rests=(
            Rest(TEAM, ("eligible",), "It is complete, and the clock locks it."),
            Rest(TEAM, ("locked",), "Its submission waits, not the team."),
            Rest(TEAM, ("disqualified",), "It stays so unless organisers find that they were mistaken."),
            Rest(MEMBER, ("member",), "Who belongs leaves only by choice."),
        ),
    ),
)
