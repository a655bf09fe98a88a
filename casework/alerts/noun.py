"""What goes through all nouns finds of alerts: whom they wait for, how a journey passes them, and the package of their mails.

They stand with whom they are given to by the key of the account: who is erased has none any more.
"""

from __future__ import annotations

from casework.access.model import Role
from casework.alerts.passage import PACKAGE, PASSAGE, QUERIES
from casework.alerts.service import WATCHERS
from casework.noun import Noun
from casework.people.holders import Holder, anonymised
from casework.tasks.model import Tasks, Wait, Watched

ALERT = Watched("alert", PACKAGE)
DUTY = frozenset({Role.DUTY_OFFICER})
HOLDER = Holder(QUERIES, {"alerts": "export"}, (anonymised("alerts", "erase"),))
NOUN = Noun(
    "alerts",
    PACKAGE,
    holder=HOLDER,
    tasks=Tasks(
        PACKAGE,
        waits=(Wait(ALERT, "acknowledge", ("open",), DUTY), Wait(ALERT, "look_after", ("open",), WATCHERS)),
    ),
    passages=(PASSAGE,),
)
