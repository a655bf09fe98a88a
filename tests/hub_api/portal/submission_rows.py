"""Who gets into the pages of submissions: rows of the access matrix."""

from __future__ import annotations

#: A file of a submission, which is not one of an activity.
OTHERS = {"part_id": "file_id"}


def rows(
    everybody: frozenset[str],
    seen: frozenset[str],
    programme: frozenset[str],
    organisers: frozenset[str],
    hosts: frozenset[str],
) -> dict[str, frozenset[str]]:
    """``seen`` are those for whom the team is there."""
    team = frozenset({"captain", "mate"})
    return {
        # Its team alone learns whether it has one.
        "GET /portal/teams/{team_id}/submission": team,
        "POST /portal/teams/{team_id}/submission": team,
        # It is judged, so everybody sees it; its team alone works on it.
        "GET /portal/submissions/{submission_id}": seen,
        "POST /portal/submissions/{submission_id}": team,
        "POST /portal/submissions/{submission_id}/step": team,
        # A code that nobody has made is answered with 404.
        "POST /portal/submissions/{submission_id}/late": frozenset(),
        "POST /portal/submissions/{submission_id}/files": team,
        "POST /portal/submissions/{submission_id}/files/{part_id}/remove": team,
        "GET /portal/submissions/{submission_id}/files/{part_id}": seen,
        "GET /portal/submissions/{submission_id}/versions/{version}": seen,
        # Of another submission.
        "GET /portal/submissions/{told_submission_id}/files/{part_id}": frozenset(),
        "GET /portal/hackathons/{judged_id}/submissions": everybody,
        "GET /portal/hackathons/{draft_id}/submissions": programme,
        "GET /portal/hackathons/{judged_id}/desk/submissions": hosts,
        "POST /portal/hackathons/{judged_id}/desk/submissions/bulk": hosts,
        "GET /portal/hackathons/{hackathon_id}/desk/submissions": organisers,
        "POST /portal/hackathons/{hackathon_id}/desk/submissions/bulk": organisers,
        "GET /portal/hackathons/{judged_id}/desk/submissions/form": hosts,
        "POST /portal/hackathons/{judged_id}/desk/submissions/form": hosts,
        "POST /portal/hackathons/{judged_id}/desk/submissions/release": hosts,
        "POST /portal/hackathons/{judged_id}/desk/submissions/decisions/{decision_id}/withdraw": hosts,
        "GET /portal/hackathons/{judged_id}/desk/submissions/{submission_id}": hosts,
        "POST /portal/hackathons/{judged_id}/desk/submissions/{submission_id}/prepare": hosts,
        "POST /portal/hackathons/{judged_id}/desk/submissions/{submission_id}/decisions/{decision_id}/withdraw": hosts,
        "POST /portal/hackathons/{judged_id}/desk/submissions/{submission_id}/step": hosts,
        "POST /portal/hackathons/{judged_id}/desk/submissions/{submission_id}/late": hosts,
        # The submission to another hackathon.
        "GET /portal/hackathons/{hackathon_id}/desk/submissions/{submission_id}": frozenset(),
        "POST /portal/hackathons/{hackathon_id}/desk/submissions/{submission_id}/step": frozenset(),
    }


FORMS: dict[str, dict[str, str]] = {
    "POST /portal/submissions/{submission_id}": {"title": "Shade", "summary": "Where", "version": "99"},
    "POST /portal/submissions/{submission_id}/step": {"event": "reopen", "version": "99"},
    "POST /portal/submissions/{submission_id}/late": {"code": "AAAA-BBBB-CCCC-DDDD"},
    "POST /portal/hackathons/{judged_id}/desk/submissions/release": {"decision": "{decision_id}"},
    "POST /portal/hackathons/{judged_id}/desk/submissions/{submission_id}/prepare": {
        "event": "accept",
        "version": "99",
    },
    "POST /portal/hackathons/{judged_id}/desk/submissions/{submission_id}/step": {
        "event": "disqualify",
        "reason": "conduct",
        "version": "99",
    },
    "POST /portal/hackathons/{hackathon_id}/desk/submissions/{submission_id}/step": {
        "event": "disqualify",
        "reason": "conduct",
        "version": "99",
    },
    "POST /portal/hackathons/{judged_id}/desk/submissions/{submission_id}/late": {
        "until": "2026-01-01T00:00",
    },
}
