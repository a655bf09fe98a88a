"""How states look: one table for every noun. Each kind has a colour and a sign of its own beside the state's name."""

from __future__ import annotations

from enum import StrEnum

from casework.workflow.model import Machine
from hackathon.registry import MACHINES


class Kind(StrEnum):
    """What a state is to whoever looks; the value is the class of its mark."""

    #: Somebody has to do something before it goes on.
    WAITING = "is-waiting"
    OPEN = "is-open"
    #: Others are at work on it.
    AT_WORK = "is-at-work"
    GOOD_END = "is-good-end"
    BAD_END = "is-bad-end"
    PAUSED = "is-paused"


def _kinds(  # noqa: PLR0913, PLR0917 (a row of the table)
    waiting: str = "", open_: str = "", at_work: str = "", good: str = "", bad: str = "", paused: str = ""
) -> dict[str, Kind]:
    names = zip(Kind, (waiting, open_, at_work, good, bad, paused), strict=True)
    return {state: kind for kind, states in names for state in states.split()}


_GONE = "declined withdrawn expired left removed"
KINDS: dict[str, dict[str, Kind]] = {
    "account": _kinds("closing suspended_closing", "active", bad="erased", paused="suspended"),
    "organisation": _kinds("registered", "verified", bad="rejected dissolved", paused="suspended"),
    "membership": _kinds("new invited requested", "member", bad=_GONE),
    "hackathon": _kinds(
        "draft announced",
        "registration_open team_formation_closed running",
        "submissions_closed screening judging deliberation results_provisional",
        "results_final archived",
        "cancelled",
        "postponed",
    ),
    "challenge": _kinds(
        "draft returned approved",
        "published",
        "proposed under_review",
        "locked",
        "rejected withdrawn expired",
    ),
    "team": _kinds("forming", "eligible", "locked", bad="expired withdrawn disqualified"),
    "team_member": _kinds("new invited requested", "member", bad=_GONE),
    "submission": _kinds(
        "draft reopened",
        "",
        "submitted frozen eligible",
        "finalist",
        "ineligible not_selected disqualified expired withdrawn",
    ),
    "ambassador": _kinds(
        "at_risk renewal_due",
        "approved onboarded active",
        "applied shortlisted interviewed",
        "emeritus",
        "lapsed rejected withdrawn removed",
        "on_leave suspended",
    ),
    "activity": _kinds("held returned", "planned", "reported", "verified", "rejected cancelled expired"),
    "judge": _kinds("invited", "accepted", bad="declined withdrawn resigned"),
    "sheet": _kinds("offered reopened", "accepted", "in_progress", "submitted locked", "declined recused"),
    "appeal": _kinds("new", "", "filed", "upheld", "dismissed withdrawn"),
    "certificate": _kinds("offered", "", "", "issued", "withdrawn revoked"),
    "call": _kinds(
        "draft approved forecasted",
        "open second_open",
        "closed reviewing second_closed decided",
        "announced archived",
        "cancelled",
    ),
    "application": _kinds(
        "draft reopened more_info invited second_reopened",
        "",
        "submitted screening in_review panel second_submitted appealed",
        "approved approved_with_conditions",
        "rejected dismissed ineligible expired withdrawn",
        "reserve",
    ),
    "applicant": _kinds("new invited", "member", bad=_GONE),
    "reviewer": _kinds("invited", "accepted", bad="declined resigned removed"),
    "review": _kinds("assigned reopened", "", "in_progress", "submitted locked", "recused"),
    "award": _kinds(
        "offered",
        "active",
        "accepted contracted",
        "completed closed",
        "declined expired terminated",
        "suspended",
    ),
    "milestone": _kinds("due overdue returned", "", "reported", "accepted", "dropped"),
    "claim": _kinds(
        "changes_requested failed",
        "",
        "submitted approved_programme approved_finance",
        "paid",
        "refused withdrawn",
    ),
    "vendor": _kinds(
        "registered documents_expired",
        "verified",
        "verifying",
        bad="blacklisted rejected closed",
        paused="suspended",
    ),
    "offering": _kinds(
        "draft returned update_returned",
        "published updating",
        "in_review",
        bad="retired",
        paused="paused disabled",
    ),
    "need": _kinds(
        "draft returned",
        "published qa_closed",
        "under_review closed evaluating standstill",
        "awarded matched",
        "none_suitable cancelled",
        "suspended",
    ),
    "response": _kinds(
        "draft withdrawn", "", "sealed opened compliant scored", "awarded", "disqualified not_awarded expired"
    ),
    "introduction": _kinds(
        "suggested agency_interested vendor_interested",
        "mutual contacts_shared meeting pilot",
        "",
        "contract",
        "no_fit declined expired",
    ),
    "pilot": _kinds(
        "proposed agency_agreed provider_agreed", "agreed running", "", "completed", "stopped declined"
    ),
}
_MACHINES = {machine.name: machine for machine in MACHINES}


def state_mark(machine: str, state: str) -> str:
    """The look of a state, for whoever may know it."""
    return KINDS[machine][state].value


def public_mark(machine: str, state: str) -> str:
    """The look for everybody else: states of one public name all look alike."""
    return state_mark(machine, _known_as(_MACHINES[machine], state))


def _known_as(machine: Machine[object], state: str) -> str:
    public = machine.state(state).public
    if public is None:
        return state
    alike = [one.name for one in machine.states if public in {one.name, one.public}]
    return public if public in alike else alike[0]
