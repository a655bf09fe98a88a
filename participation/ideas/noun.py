"""What goes through all nouns finds of ideas."""

from __future__ import annotations

from casework.moderation.steps import MODERATORS, UNMODERATED
from casework.noun import Noun
from casework.people.holders import Holder, anonymised
from casework.search.model import Findable
from casework.tasks.model import Rest, Tasks, Wait
from participation.ideas.machine import IDEA
from participation.ideas.model import PACKAGE
from participation.ideas.passage import PASSAGE
from participation.ideas.repository import QUERIES
from participation.ideas.service import IDEAS

#: Ideas stay, since others rely on them: without whose they are.
HOLDER = Holder(QUERIES, {"ideas": "export_ideas"}, (anonymised("ideas", "erase_ideas"),))
NOUN = Noun(
    "ideas",
    PACKAGE,
    bindings=(IDEAS,),
    holder=HOLDER,
    tasks=Tasks(
        PACKAGE,
        waits=(Wait(IDEA, "moderate", UNMODERATED, MODERATORS),),
        rests=(
            Rest(IDEA, ("held",), "Its author may appeal, and the clock ends that."),
            Rest(IDEA, ("open", "merged", "answered"), "It is there to be read, supported and taken up."),
        ),
    ),
    passages=(PASSAGE,),
    findables=(Findable("idea", "participation.ideas", machines=frozenset({"idea"})),),
)
