"""What goes through all nouns finds of pilots."""

from __future__ import annotations

from casework.noun import Noun
from casework.search.model import Findable
from casework.tasks.model import Tasks, Wait
from hackathon.market.pilots.machine import AGENCY, PILOT, PROVIDERS
from hackathon.market.pilots.passage import PASSAGE
from hackathon.market.pilots.repository import PILOTS

NOUN = Noun(
    "pilots",
    "hackathon.market.pilots",
    bindings=(PILOTS,),
    holds_nothing="A pilot is between organisations: who speaks for them is held with those.",
    tasks=Tasks(
        "hackathon.market.pilots",
        waits=(
            Wait(PILOT, "agree", ("proposed", "provider_agreed"), AGENCY),
            Wait(PILOT, "provide", ("proposed", "agency_agreed"), PROVIDERS),
            Wait(PILOT, "start", ("agreed",), AGENCY),
            Wait(PILOT, "complete", ("running",), AGENCY),
        ),
    ),
    passages=(PASSAGE,),
    findables=(Findable("pilot", "hackathon.market.pilots", machines=frozenset({"pilot"})),),
)
