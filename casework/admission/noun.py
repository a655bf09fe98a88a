"""What goes through all nouns finds of admission."""

from __future__ import annotations

from casework.admission.machine import SEAT
from casework.admission.model import PACKAGE
from casework.admission.passage import PASSAGE
from casework.admission.repository import QUERIES
from casework.admission.seats import SEATS, tidy
from casework.noun import Job, Noun
from casework.people.holders import Holder, anonymised
from casework.tasks.model import Rest, Tasks

HOLDER = Holder(QUERIES, {"seats": "export_seats"}, (anonymised("seats", "erase_seats"),))
NOUN = Noun(
    "admission",
    PACKAGE,
    bindings=(SEATS,),
    holder=HOLDER,
    sweeps=(Job("seats_forgetting", tidy),),
    passages=(PASSAGE,),
    tasks=Tasks(
        PACKAGE,
        rests=(
            Rest(SEAT, ("requested", "waiting"), "The line moves by itself."),
            Rest(SEAT, ("offered",), "Whoever waited has been written to, and the offer ends."),
            Rest(SEAT, ("confirmed",), "It is taken until the day."),
        ),
    ),
)
