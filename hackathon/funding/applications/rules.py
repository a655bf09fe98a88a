"""What may be written in an application, whom its call is for, what its digest is over, and who sees it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.access.rules import holds_any
from casework.attachments.model import StoredFile
from casework.dossiers.rules import describe_files, read_files
from casework.forms.model import FormField
from casework.forms.rules import is_answered, wrong_answers
from casework.governorates.model import Governorate
from casework.workflow.errors import Refusal
from casework.workflow.fields import Fields
from hackathon.funding.applications.machine import ANSWER_DUE, APPLICANTS, APPLICATION
from hackathon.funding.applications.model import Ahead, Application, Change, Content, Version
from hackathon.funding.applications.settings import ApplicationSettings
from hackathon.funding.calls.machine import APPEALS_CLOSE, CLOSES, SECOND_CLOSES
from hackathon.funding.calls.model import Terms

FIELDS = Fields(APPLICATION.package)
#: Whose a version is, in its record.
NOUN: Final = "application"
REFERENCE_CHARACTERS: Final = 8
#: Before the round and the code of an answer in the change trail.
_ANSWER = "answer:"
_GOVERNORATES = frozenset(one.value for one in Governorate)
#: What applicants wait for or have to do, by state, and the deadline that ends it.
_AHEAD: Mapping[str, tuple[str, str | None]] = {
    "draft": ("hand_in", CLOSES),
    "submitted": ("close", CLOSES),
    "reopened": ("hand_in_again", CLOSES),
    "screening": ("screening", None),
    "more_info": ("answer", ANSWER_DUE),
    "in_review": ("review", None),
    "panel": ("review", None),
    "invited": ("hand_in_second", SECOND_CLOSES),
    "second_submitted": ("close", SECOND_CLOSES),
    "second_reopened": ("hand_in_again", SECOND_CLOSES),
    "approved": ("award", None),
    "approved_with_conditions": ("conditions", None),
    "reserve": ("reserve", None),
    "rejected": ("appeal", APPEALS_CLOSE),
    "appealed": ("appealed", None),
    "expired": ("expired", None),
}


def scopes_of(application: Application) -> frozenset[Scope]:
    """Those who apply, and the officers of the call."""
    return frozenset(
        {
            Scope(ScopeKind.APPLICATION, application.application_id),
            Scope(ScopeKind.CALL, application.call_id),
        }
    )


def is_own(actor: Actor, application: Application) -> bool:
    return holds_any(actor, APPLICANTS, [Scope(ScopeKind.APPLICATION, application.application_id)])


def document_of(round_: int, content: Content, files: Sequence[StoredFile]) -> dict[str, object]:
    """What a version is: everything written in the round, and each file by its digest."""
    return {
        "round": round_,
        "title": content.title,
        "summary": content.summary,
        "answers": dict(content.answers),
        "confirmed": sorted(content.confirmed),
        "amount_minor": content.amount_minor,
        "organisation": None if content.organisation_id is None else str(content.organisation_id),
        "governorate": content.governorate,
        "language": content.language,
        "files": describe_files(files),
    }


def version_of(number: int, document: Mapping[str, Any], digest: str, submitted_at: datetime) -> Version:
    """What :func:`document_of` gave."""
    organisation = document["organisation"]
    content = Content(
        document["title"],
        document["summary"],
        document["answers"],
        tuple(document["confirmed"]),
        document["amount_minor"],
        None if organisation is None else UUID(organisation),
        document["governorate"],
        document["language"],
    )
    return Version(number, document["round"], content, read_files(document), digest, submitted_at)


def is_filled(form: Sequence[FormField], content: Content) -> bool:
    return bool(content.title.strip() and content.summary.strip()) and is_answered(form, content.answers)


def is_amount_fit(terms: Terms, amount_minor: int | None) -> bool:
    """Whether the call gives such an amount."""
    return amount_minor is not None and terms.award_min.minor <= amount_minor <= terms.award_max.minor


def differences(before: Content, after: Content, round_: int) -> Iterator[tuple[str, str, str]]:
    """Each field that was changed: its name, as it was, as it became."""
    old, new = fields_of(before, round_), fields_of(after, round_)
    for name in dict.fromkeys([*old, *new]):
        was, became = old.get(name, ""), new.get(name, "")
        if was != became:
            yield name, was, became


def fields_of(content: Content, round_: int) -> dict[str, str]:
    """A text for each field that is written in a round, by its name in the change trail."""
    return {
        "title": content.title,
        "summary": content.summary,
        "amount_minor": "" if content.amount_minor is None else str(content.amount_minor),
        "organisation_id": "" if content.organisation_id is None else str(content.organisation_id),
        "governorate": content.governorate,
        "language": content.language,
        "confirmed": " ".join(sorted(content.confirmed)),
        **{answer_name(round_, code): text for code, text in content.answers.items()},
    }


def merged(
    sent: Content, stored: Content, since: Sequence[Change], round_: int
) -> tuple[Content, frozenset[str]]:
    """What somebody sent who had not seen ``since``: with what others wrote where the sender wrote nothing, and
    the fields in which both did. There it is as it was sent; what is stored is to be shown beside it.
    """
    seen: dict[str, str] = {}
    for change in since:
        seen.setdefault(change.field, change.before)
    mine, theirs = fields_of(sent, round_), fields_of(stored, round_)
    both = set()
    for name, before in seen.items():
        if mine.get(name, "") == before:
            sent = _taken(sent, stored, name)
        elif mine.get(name, "") != theirs.get(name, ""):
            both.add(name)
    return sent, frozenset(both)


def _taken(content: Content, other: Content, name: str) -> Content:
    """The content with one field of another."""
    if not name.startswith(_ANSWER):
        return replace(content, **{name: getattr(other, name)})
    code = name.rpartition(":")[2]
    answers = {key: text for key, text in content.answers.items() if key != code}
    if code in other.answers:
        answers[code] = other.answers[code]
    return replace(content, answers=answers)


def answer_name(round_: int, code: str) -> str:
    """How the answer to a question of a round is named in the change trail."""
    return f"{_ANSWER}{round_}:{code}"


def shown_to_staff(application: Application, handed_in: Version | None) -> Application:
    """As the programme sees it: what was handed in, never what is being written."""
    if handed_in is None:
        return replace(application, draft=Content())
    return replace(application, draft=handed_in.content)


def what_next(application: Application, call_state: str, planned: Mapping[str, datetime]) -> Ahead:
    """What applicants have to do or to wait for next, and until when."""
    if application.state in {"dismissed", "ineligible", "withdrawn"}:
        return Ahead("over")
    if call_state == "cancelled":
        return Ahead("cancelled")
    what, deadline = _AHEAD[application.state]
    return Ahead(what, None if deadline is None else planned.get(deadline))


def waited_for(application: Application, at: datetime) -> timedelta:
    """How long its clock has stood still by then."""
    stopped = timedelta(seconds=application.stopped_seconds)
    since = application.clock_stopped_at
    return stopped if since is None else stopped + max(timedelta(), at - since)


def wrong_fields(
    form: Sequence[FormField], statements: Collection[str], content: Content, settings: ApplicationSettings
) -> Iterator[Refusal]:
    """The fields that cannot be stored like this."""
    if len(content.title) > settings.title_characters_max or "\n" in content.title.strip():
        yield FIELDS.wrong("title", f"0–{settings.title_characters_max}")
    yield from FIELDS.wrong_texts(content, ["summary"], settings.summary_characters_max, least=0)
    if content.governorate not in _GOVERNORATES:
        yield FIELDS.wrong("governorate", "OM-…")
    if content.amount_minor is not None and content.amount_minor <= 0:
        yield FIELDS.wrong("amount_minor", "> 0")
    if set(content.confirmed) - set(statements):
        yield FIELDS.wrong("confirmed", "✓")
    for wrong in wrong_answers(form, content.answers):
        yield FIELDS.wrong(wrong.name, wrong.limit)
