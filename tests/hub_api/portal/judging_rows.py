"""Who gets into the pages of those who judge, and of the desk that looks after them: rows of the access matrix."""

from __future__ import annotations

#: Forms that would be understood, of a version that has gone.
FORMS: dict[str, dict[str, str]] = {
    "POST /portal/account/judging/{judge_id}/step": {"event": "resign", "version": "99"},
    "POST /portal/hackathons/{judged_id}/judging/interests": {"email": "nobody@baladiya.example"},
    "POST /portal/hackathons/{judged_id}/desk/jury/invite": {
        "email": "nobody@baladiya.example",
        "capacity": "3",
    },
    "POST /portal/hackathons/{judged_id}/desk/jury/judges/{judge_id}/step": {
        "event": "withdraw",
        "version": "99",
    },
    "POST /portal/hackathons/{judged_id}/desk/jury/judges/{judge_id}/sheets/{sheet_id}/step": {
        "event": "take_out",
        "version": "99",
    },
    "POST /portal/hackathons/{judged_id}/desk/jury/assignment": {"seed": "first"},
    "POST /portal/sheets/{sheet_id}": {"mark1": "5", "version": "99"},
    "POST /portal/sheets/{sheet_id}/step": {"event": "recuse", "reason": "other", "version": "99"},
}


def rows(
    signed: frozenset[str], organisers: frozenset[str], hosts: frozenset[str]
) -> dict[str, frozenset[str]]:
    """What those who judge see there of the team is another matter."""
    jury = frozenset({"seated", "close"})
    return {
        "GET /portal/account/judging": signed,
        # Whose part it is moves it; organisers have a desk of their own.
        "POST /portal/account/judging/{judge_id}/step": frozenset({"seated"}),
        "GET /portal/hackathons/{judged_id}/judging": jury,
        "GET /portal/hackathons/{judged_id}/judging/interests": jury,
        "POST /portal/hackathons/{judged_id}/judging/interests": jury,
        "POST /portal/hackathons/{judged_id}/judging/name": jury,
        "GET /portal/hackathons/{judged_id}/desk/jury": hosts,
        "GET /portal/hackathons/{hackathon_id}/desk/jury": organisers,
        "POST /portal/hackathons/{judged_id}/desk/jury/invite": hosts,
        "POST /portal/hackathons/{judged_id}/desk/jury/lock": hosts,
        "POST /portal/hackathons/{judged_id}/desk/jury/bulk": hosts,
        "GET /portal/hackathons/{judged_id}/desk/jury/judges/{judge_id}": hosts,
        # The judge of another hackathon.
        "GET /portal/hackathons/{hackathon_id}/desk/jury/judges/{judge_id}": frozenset(),
        "POST /portal/hackathons/{judged_id}/desk/jury/judges/{judge_id}/step": hosts,
        "POST /portal/hackathons/{judged_id}/desk/jury/judges/{judge_id}/sheets/{sheet_id}/step": hosts,
        "GET /portal/hackathons/{judged_id}/desk/jury/rounds/{round_number}": hosts,
        "POST /portal/hackathons/{judged_id}/desk/jury/rounds/{round_number}": hosts,
        "GET /portal/hackathons/{judged_id}/desk/jury/assignment": hosts,
        "POST /portal/hackathons/{judged_id}/desk/jury/assignment": hosts,
        "POST /portal/hackathons/{judged_id}/desk/jury/assignment/{proposal_id}/publish": hosts,
        "GET /portal/sheets/{sheet_id}": frozenset({"seated"}),
        "POST /portal/sheets/{sheet_id}": frozenset({"seated"}),
        "POST /portal/sheets/{sheet_id}/step": frozenset({"seated"}),
    }
