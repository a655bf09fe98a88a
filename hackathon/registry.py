"""The nouns of the innovation programme. What goes through all of them begins here.

``python -m hackathon.registry`` prints ``docs/machines.md``; a test holds the file against it.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterable

from casework.access_tokens import noun as access_tokens
from casework.following import noun as following
from casework.noun import Nouns
from casework.organisations import noun as organisations
from casework.people import noun as people
from casework.people.tokens import Random
from casework.programme import Connect, Programme
from casework.sources import noun as sources
from casework.workflow import noun as workflow
from casework.workflow.diagram import page
from citycore.clock import Clock, system_clock
from hackathon.contest.api_keys import noun as api_keys
from hackathon.contest.challenges import noun as challenges
from hackathon.contest.hackathons import noun as hackathons
from hackathon.contest.judging import noun as judging
from hackathon.contest.jury import noun as jury
from hackathon.contest.results import noun as results
from hackathon.contest.submissions import noun as submissions
from hackathon.contest.teams import noun as teams
from hackathon.funding.applications import noun as applications
from hackathon.funding.awards import noun as awards
from hackathon.funding.calls import noun as calls
from hackathon.funding.reviewing import noun as reviewing
from hackathon.market.introductions import noun as introductions
from hackathon.market.journeys import noun as journeys
from hackathon.market.matching import noun as matching
from hackathon.market.needs import noun as needs
from hackathon.market.offerings import noun as offerings
from hackathon.market.pilots import noun as pilots
from hackathon.market.responses import noun as responses
from hackathon.market.vendors import noun as vendors
from hackathon.outreach.activities import noun as activities
from hackathon.outreach.ambassadors import noun as ambassadors
from hackathon.outreach.certificates import noun as certificates

_OTHERS = (
    organisations.NOUN,
    hackathons.NOUN,
    challenges.NOUN,
    teams.NOUN,
    submissions.NOUN,
    ambassadors.NOUN,
    activities.NOUN,
    judging.NOUN,
    jury.NOUN,
    results.NOUN,
    certificates.NOUN,
    access_tokens.NOUN,
    api_keys.NOUN,
    calls.NOUN,
    applications.NOUN,
    reviewing.NOUN,
    awards.NOUN,
    vendors.NOUN,
    offerings.NOUN,
    needs.NOUN,
    responses.NOUN,
    matching.NOUN,
    introductions.NOUN,
    pilots.NOUN,
    journeys.NOUN,
    following.NOUN,
    sources.NOUN,
    workflow.NOUN,
)
NOUNS = Nouns((people.noun_of(_OTHERS), *_OTHERS))
BINDINGS, MACHINES = NOUNS.bindings, NOUNS.machines


def open_programme(
    connect: Connect,
    clock: Clock = system_clock,
    parts: Iterable[object] = (),
    random: Random = secrets.token_bytes,
) -> Programme:
    """The innovation programme of a process, with all its nouns."""
    return Programme(connect, clock, (NOUNS, *parts), random)


if __name__ == "__main__":
    sys.stdout.write(page(MACHINES))
