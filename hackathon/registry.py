"""Every workflow of the programme. The clockwork runs them, the papers draw them, and the tests of all machines
find them here: a noun with a machine adds its binding.
"""

from __future__ import annotations

from typing import Any

from casework.attachments.model import Sweep
from casework.organisations.machines import MEMBERSHIPS, ORGANISATIONS
from casework.people.machine import ACCOUNTS
from casework.workflow.model import Binding
from hackathon.contest.challenges.repository import CHALLENGES
from hackathon.contest.hackathons.repository import HACKATHONS
from hackathon.contest.jury.repository import JUDGES, SHEETS
from hackathon.contest.results.repository import APPEALS
from hackathon.contest.submissions import writing as submissions
from hackathon.contest.submissions.repository import SUBMISSIONS
from hackathon.contest.teams.repository import MEMBERS, TEAMS
from hackathon.funding.applications import holding as applications
from hackathon.funding.applications.applicants_repository import APPLICANTS
from hackathon.funding.applications.notices import APPLICATIONS
from hackathon.funding.awards import spending as awards
from hackathon.funding.awards.repository import AWARDS, CLAIMS, MILESTONES
from hackathon.funding.calls.repository import CALLS
from hackathon.funding.reviewing.copies import service as copies
from hackathon.funding.reviewing.repository import REVIEWERS, REVIEWS
from hackathon.market.introductions.mails import INTRODUCTIONS
from hackathon.market.needs.repository import NEEDS
from hackathon.market.offerings.repository import OFFERINGS
from hackathon.market.pilots.repository import PILOTS
from hackathon.market.responses.repository import RESPONSES
from hackathon.market.vendors import documents as vendors
from hackathon.market.vendors.notices import VENDORS
from hackathon.outreach.activities import evidence as activities
from hackathon.outreach.activities.repository import ACTIVITIES
from hackathon.outreach.ambassadors.notices import AMBASSADORS
from hackathon.outreach.certificates.repository import CERTIFICATES

BINDINGS: tuple[Binding[Any], ...] = (
    ACCOUNTS,
    ORGANISATIONS,
    MEMBERSHIPS,
    HACKATHONS,
    CHALLENGES,
    TEAMS,
    MEMBERS,
    SUBMISSIONS,
    AMBASSADORS,
    ACTIVITIES,
    JUDGES,
    SHEETS,
    APPEALS,
    CERTIFICATES,
    CALLS,
    APPLICATIONS,
    APPLICANTS,
    REVIEWERS,
    REVIEWS,
    AWARDS,
    MILESTONES,
    CLAIMS,
    VENDORS,
    OFFERINGS,
    NEEDS,
    RESPONSES,
    INTRODUCTIONS,
    PILOTS,
)
MACHINES = tuple(binding.machine for binding in BINDINGS)
#: Every store of files. The worker sweeps them.
SWEEPS: tuple[Sweep, ...] = (
    submissions.SWEEP,
    applications.SWEEP,
    copies.SWEEP,
    awards.SWEEP,
    vendors.SWEEP,
    activities.SWEEP,
)
