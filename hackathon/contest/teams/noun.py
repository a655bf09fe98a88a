"""What goes through all nouns finds of teams and their members."""

from __future__ import annotations

from casework.noun import Noun
from casework.people.holders import Holder, anonymised, deleted
from casework.tasks.model import SELF, Rest, Tasks, Wait
from casework.workflow.wording import Label
from hackathon.contest.teams.machine import CAPTAIN, MEMBER, TEAM
from hackathon.contest.teams.repository import MEMBERS, QUERIES, TEAMS

HOLDER = Holder(
    QUERIES,
    {"teams": "export_teams", "mentored_teams": "export_mentored"},
    (
        deleted("team_members", "erase_invitations"),
        anonymised("team_members", "end_memberships"),
        deleted("team_mentors", "erase_mentored"),
    ),
    {"leads_others": Label("hackathon.contest.teams", "hindrance.leads_others")},
)
NOUN = Noun(
    "teams",
    "hackathon.contest.teams",
    bindings=(TEAMS, MEMBERS),
    holder=HOLDER,
    tasks=Tasks(
        "hackathon.contest.teams",
        waits=(
            Wait(TEAM, "complete", ("forming",), CAPTAIN),
            Wait(TEAM, "begin", ("eligible",), CAPTAIN),
            Wait(MEMBER, "answer", ("invited",), SELF),
            Wait(MEMBER, "approve", ("requested",), CAPTAIN),
        ),
        rests=(
            Rest(TEAM, ("eligible",), "Where all begin together, the clock locks it."),
            Rest(TEAM, ("locked",), "Its submission waits, not the team."),
            Rest(TEAM, ("disqualified",), "It stays so unless organisers find that they were mistaken."),
            Rest(MEMBER, ("member",), "Who belongs leaves only by choice."),
        ),
    ),
)
