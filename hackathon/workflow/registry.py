"""Every workflow of the programme. The clockwork runs them, the papers draw them, and the tests of all machines
find them here: a noun with a machine adds its binding.
"""

from __future__ import annotations

from typing import Any

from hackathon.activities.repository import ACTIVITIES
from hackathon.ambassadors.notices import AMBASSADORS
from hackathon.applications.applicants_repository import APPLICANTS
from hackathon.applications.notices import APPLICATIONS
from hackathon.awards.repository import AWARDS, CLAIMS, MILESTONES
from hackathon.calls.repository import CALLS
from hackathon.certificates.repository import CERTIFICATES
from hackathon.challenges.repository import CHALLENGES
from hackathon.hackathons.repository import HACKATHONS
from hackathon.introductions.mails import INTRODUCTIONS
from hackathon.jury.repository import JUDGES, SHEETS
from hackathon.needs.repository import NEEDS
from hackathon.offerings.repository import OFFERINGS
from hackathon.organisations.machines import MEMBERSHIPS, ORGANISATIONS
from hackathon.people.machine import ACCOUNTS
from hackathon.pilots.repository import PILOTS
from hackathon.responses.repository import RESPONSES
from hackathon.results.repository import APPEALS
from hackathon.reviewing.repository import REVIEWERS, REVIEWS
from hackathon.submissions.repository import SUBMISSIONS
from hackathon.teams.repository import MEMBERS, TEAMS
from hackathon.vendors.notices import VENDORS
from hackathon.workflow.model import Binding

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
