"""All open lists of the programme, in the order of the documentation."""

from __future__ import annotations

from hub_api.programme.casework.annotations import public as time_line
from hub_api.programme.casework.decisions import public as decisions
from hub_api.programme.casework.organisations import public as organisations
from hub_api.programme.casework.reach import public as reach
from hub_api.programme.casework.search import public as search
from hub_api.programme.casework.themes import public as themes
from hub_api.programme.contest.challenges import public as challenges
from hub_api.programme.contest.hackathons import public as hackathons
from hub_api.programme.contest.results import public as results
from hub_api.programme.contest.submissions import public as submissions
from hub_api.programme.funding.awards import giving
from hub_api.programme.funding.awards import public as awards
from hub_api.programme.funding.calls import common_grants
from hub_api.programme.funding.calls import public as calls
from hub_api.programme.market.introductions import public as introductions
from hub_api.programme.market.needs import public as needs
from hub_api.programme.market.offerings import public as offerings
from hub_api.programme.market.pilots import public as pilots
from hub_api.programme.market.vendors import public as vendors
from hub_api.programme.open_data import deadlines
from hub_api.programme.outreach.activities import public as activities
from hub_api.programme.outreach.ambassadors import public as ambassadors
from hub_api.programme.participation.dialogue import public as dialogue
from hub_api.programme.participation.ideas import public as ideas
from hub_api.programme.participation.releases import public as releases
from hub_api.programme.participation.surveys import public as surveys
from hub_api.programme.participation.voices import public as voices

ROOMS = (
    hackathons,
    challenges,
    organisations,
    deadlines,
    ambassadors,
    activities,
    submissions,
    results,
    calls,
    common_grants,
    awards,
    giving,
    offerings,
    vendors,
    needs,
    introductions,
    pilots,
    surveys,
    releases,
    voices,
    dialogue,
    ideas,
    reach,
    themes,
    decisions,
    time_line,
    search,
)
