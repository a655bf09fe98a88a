"""The nouns of the innovation programme, each after those that it stands on."""

from __future__ import annotations

from casework.noun import Noun
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
from hackathon.market.matching import noun as matching
from hackathon.market.needs import noun as needs
from hackathon.market.offerings import noun as offerings
from hackathon.market.pilots import noun as pilots
from hackathon.market.responses import noun as responses
from hackathon.market.vendors import noun as vendors
from hackathon.outreach.activities import noun as activities
from hackathon.outreach.ambassadors import noun as ambassadors
from hackathon.outreach.certificates import noun as certificates

NOUNS: tuple[Noun, ...] = (
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
)
