"""What goes through all nouns finds of challenges."""

from __future__ import annotations

from casework.noun import Noun
from casework.search.model import Findable
from casework.tasks.model import Rest, Tasks, Wait
from hackathon.contest.challenges.machine import AGENCY, CHALLENGE, JURY, STAFF
from hackathon.contest.challenges.passage import PASSAGE
from hackathon.contest.challenges.repository import CHALLENGES

NOUN = Noun(
    "challenges",
    "hackathon.contest.challenges",
    bindings=(CHALLENGES,),
    holds_nothing="A challenge is an organisation's: nothing says who wrote it.",
    tasks=Tasks(
        "hackathon.contest.challenges",
        waits=(
            Wait(CHALLENGE, "propose", ("draft", "returned"), AGENCY),
            Wait(CHALLENGE, "take_up", ("proposed",), STAFF),
            Wait(CHALLENGE, "decide", ("under_review",), JURY),
            Wait(CHALLENGE, "release", ("under_review",), STAFF),
            Wait(CHALLENGE, "publish", ("approved",), STAFF),
        ),
        rests=(Rest(CHALLENGE, ("published",), "Teams have it, and the clock locks it."),),
    ),
    passages=(PASSAGE,),
    findables=(
        Findable(
            "challenge",
            "hackathon.contest.challenges",
            machines=frozenset({"challenge"}),
            follows=frozenset({"hackathon"}),
            weight=1.2,
        ),
    ),
)
