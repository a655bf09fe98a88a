"""The nouns of a hub: what goes through all of them begins here.

``hackathon`` and ``participation`` do not know each other; here they stand beside each other. ``python -m programme.registry``
prints ``docs/machines.md``; a test holds the file against it.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterable

from casework.access_tokens import noun as access_tokens
from casework.admission import noun as admission
from casework.alerts import noun as alerts
from casework.annotations import noun as time_line
from casework.calendar import noun as calendar
from casework.cases import noun as cases
from casework.counting import noun as counting
from casework.dashboard_access import noun as dashboard_access
from casework.decisions import noun as decisions
from casework.drafts import noun as drafts
from casework.follow_up import noun as follow_up
from casework.following import noun as following
from casework.journeys import noun as journeys
from casework.listeners import noun as listeners
from casework.mail_texts import noun as mail_texts
from casework.moderation import noun as moderation
from casework.notifications import noun as notifications
from casework.noun import Nouns
from casework.operator_texts import noun as operator_texts
from casework.organisations import noun as organisations
from casework.outbox import noun as outbox
from casework.own_views import noun as own_views
from casework.people import noun as people
from casework.people.tokens import Random
from casework.pictures import noun as pictures
from casework.programme import Connect, Programme
from casework.reach import noun as reach
from casework.report_mails import noun as report_mails
from casework.search import noun as search
from casework.second_factor import noun as second_factor
from casework.self_checks import noun as self_checks
from casework.sources import noun as sources
from casework.statements import noun as statements
from casework.statistics import noun as statistics
from casework.supports import noun as supports
from casework.themes import noun as themes
from casework.unlinked_answers import noun as unlinked_answers
from casework.workflow import noun as workflow
from casework.workflow.diagram import page
from casework.working_time import noun as working_time
from citycore.clock import Clock, system_clock
from hackathon.registry import NOUNS as INNOVATION
from participation.registry import NOUNS as PARTICIPATION

_OTHERS = (
    organisations.NOUN,
    access_tokens.NOUN,
    dashboard_access.NOUN,
    second_factor.NOUN,
    *INNOVATION,
    *PARTICIPATION,
    admission.NOUN,
    unlinked_answers.NOUN,
    counting.NOUN,
    alerts.NOUN,
    time_line.NOUN,
    calendar.NOUN,
    decisions.NOUN,
    journeys.NOUN,
    drafts.NOUN,
    follow_up.NOUN,
    following.NOUN,
    mail_texts.NOUN,
    notifications.NOUN,
    operator_texts.NOUN,
    own_views.NOUN,
    outbox.NOUN,
    workflow.NOUN,
    working_time.NOUN,
    cases.NOUN,
    moderation.NOUN,
    pictures.NOUN,
    reach.NOUN,
    report_mails.NOUN,
    search.NOUN,
    self_checks.NOUN,
    sources.NOUN,
    statements.NOUN,
    statistics.NOUN,
    supports.NOUN,
    themes.NOUN,
    listeners.NOUN,
)
NOUNS = Nouns((people.noun_of(_OTHERS), *_OTHERS))
BINDINGS, MACHINES = NOUNS.bindings, NOUNS.machines


def open_programme(
    connect: Connect,
    clock: Clock = system_clock,
    parts: Iterable[object] = (),
    random: Random = secrets.token_bytes,
) -> Programme:
    """The programmes of a process, with all nouns of the hub."""
    return Programme(connect, clock, (NOUNS, *parts), random)


if __name__ == "__main__":
    sys.stdout.write(page(MACHINES))
