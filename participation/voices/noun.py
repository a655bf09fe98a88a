"""What goes through all nouns finds of voices."""

from __future__ import annotations

from casework.cases.figures import job_of as counting_job
from casework.cases.model import HANDLERS, LEADS, OVERSIGHT
from casework.incoming_mail.service import job_of
from casework.noun import Noun
from casework.people.holders import Holder, kept
from casework.tasks.model import Rest, Tasks, Wait
from participation.voices.figures import COUNTING
from participation.voices.machine import VOICE
from participation.voices.mailbox import MAIL
from participation.voices.model import PACKAGE
from participation.voices.passage import PASSAGE
from participation.voices.repository import QUERIES
from participation.voices.service import VOICES

#: What was said stays, since others rely on its answer; who said it goes with the case.
HOLDER = Holder(QUERIES, {"voices": "export_said"}, (kept("voices", "kept_said", "said"),))
NOUN = Noun(
    "voices",
    PACKAGE,
    bindings=(VOICES,),
    holder=HOLDER,
    jobs=(job_of(MAIL),),
    sweeps=(counting_job(COUNTING),),
    passages=(PASSAGE,),
    tasks=Tasks(
        PACKAGE,
        waits=(
            Wait(VOICE, "acknowledge", ("received",), HANDLERS),
            Wait(VOICE, "answer", ("acknowledged", "in_work"), HANDLERS),
            Wait(VOICE, "hand_over", ("received", "acknowledged", "in_work"), LEADS),
            Wait(VOICE, "overdue", ("received", "acknowledged", "in_work"), OVERSIGHT),
        ),
        rests=(
            Rest(VOICE, ("waiting", "answered"), "Whoever asked has the next word, and their clock runs."),
            Rest(VOICE, ("merged",), "It follows another."),
        ),
        also=lambda session: {"at": session.now()},
    ),
)
