"""All pages of the portal."""

from __future__ import annotations

from functools import cache

from hub_api.programme.casework.account import own_pages as account
from hub_api.programme.casework.account import pages as entrance
from hub_api.programme.casework.admission import pages as admission
from hub_api.programme.casework.alerts import pages as alerts
from hub_api.programme.casework.annotations import pages as time_line
from hub_api.programme.casework.calendar import pages as calendar
from hub_api.programme.casework.dashboard_access import pages as dashboard_access
from hub_api.programme.casework.decisions import pages as decisions
from hub_api.programme.casework.drafts import pages as drafts
from hub_api.programme.casework.follow_up import pages as follow_up
from hub_api.programme.casework.following import own_pages as searches
from hub_api.programme.casework.governorates import pages as governorates
from hub_api.programme.casework.home import pages as home
from hub_api.programme.casework.listeners import pages as listeners
from hub_api.programme.casework.mail_texts import staff as mail_texts
from hub_api.programme.casework.notifications import own_pages as notifications
from hub_api.programme.casework.operator_texts import staff as operator_texts
from hub_api.programme.casework.organisations import pages as organisations
from hub_api.programme.casework.pictures import pages as pictures
from hub_api.programme.casework.registry import pages as registry
from hub_api.programme.casework.report_mails import own_pages as report_mails
from hub_api.programme.casework.search import pages as search
from hub_api.programme.casework.second_factor import own_pages as own_factors
from hub_api.programme.casework.second_factor import pages as second_factor
from hub_api.programme.casework.sources import mapping as source_mapping
from hub_api.programme.casework.sources import pages as sources
from hub_api.programme.casework.sources import reviews as source_reviews
from hub_api.programme.casework.staff import staff as desk
from hub_api.programme.contest.api_keys import pages as api_keys
from hub_api.programme.contest.challenges import pages as challenges
from hub_api.programme.contest.hackathons import pages as hackathons
from hub_api.programme.contest.jury import own_pages as judging
from hub_api.programme.contest.jury import staff as jury_staff
from hub_api.programme.contest.results import pages as results
from hub_api.programme.contest.submissions import pages as submissions
from hub_api.programme.contest.submissions import staff as submission_staff
from hub_api.programme.contest.teams import own_pages as own_teams
from hub_api.programme.contest.teams import pages as teams
from hub_api.programme.funding.applications import changes as application_changes
from hub_api.programme.funding.applications import own_pages as own_applications
from hub_api.programme.funding.applications import pages as applications
from hub_api.programme.funding.applications import staff as application_staff
from hub_api.programme.funding.awards import pages as awards
from hub_api.programme.funding.awards import spending as award_spending
from hub_api.programme.funding.calls import pages as calls
from hub_api.programme.funding.reviewing import copies as review_copies
from hub_api.programme.funding.reviewing import own_pages as own_reviews
from hub_api.programme.funding.reviewing import panel as review_panel
from hub_api.programme.funding.reviewing import reviewers
from hub_api.programme.market.introductions import pages as introductions
from hub_api.programme.market.needs import pages as needs
from hub_api.programme.market.offerings import pages as offerings
from hub_api.programme.market.pilots import pages as pilots
from hub_api.programme.market.responses import evaluation
from hub_api.programme.market.responses import own_pages as own_responses
from hub_api.programme.market.vendors import pages as vendors
from hub_api.programme.outreach.activities import own_pages as own_activities
from hub_api.programme.outreach.ambassadors import pages as ambassadors
from hub_api.programme.outreach.certificates import own_pages as own_certificates
from hub_api.programme.outreach.certificates import pages as certificates
from hub_api.programme.participation.dialogue import desk as dialogue_desk
from hub_api.programme.participation.dialogue import pages as dialogue
from hub_api.programme.participation.ideas import pages as ideas
from hub_api.programme.participation.overview import pages as participation
from hub_api.programme.participation.surveys import pages as surveys
from hub_api.programme.participation.surveys import staff as survey_staff
from hub_api.programme.participation.voices import pages as voices
from hub_api.programme.participation.voices import staff as voice_staff
from hub_api.serving.parameters import REFUSE_REPEATED
from hub_api.serving.routing import Branch

ROOMS = (
    home,
    search,
    governorates,
    entrance,
    second_factor,
    own_factors,
    account,
    dashboard_access,
    drafts,
    follow_up,
    listeners,
    admission,
    decisions,
    pictures,
    organisations,
    sources,
    source_mapping,
    source_reviews,
    registry,
    alerts,
    time_line,
    calendar,
    desk,
    ambassadors,
    own_activities,
    hackathons,
    challenges,
    certificates,
    own_certificates,
    own_teams,
    teams,
    submissions,
    submission_staff,
    judging,
    jury_staff,
    api_keys,
    results,
    offerings,
    # Before the pages of one vendor, whose address would take theirs.
    introductions,
    vendors,
    pilots,
    award_spending,
    awards,
    calls,
    needs,
    own_responses,
    evaluation,
    own_applications,
    applications,
    application_changes,
    application_staff,
    own_reviews,
    reviewers,
    review_copies,
    review_panel,
    searches,
    report_mails,
    notifications,
    mail_texts,
    operator_texts,
    participation,
    voices,
    voice_staff,
    surveys,
    survey_staff,
    dialogue,
    ideas,
    dialogue_desk,
)


@cache
def branch() -> Branch:
    """All pages, below ``/portal``; applications of one process share them, since they hold no state."""
    return Branch("/portal", [room.router for room in ROOMS], [REFUSE_REPEATED])
