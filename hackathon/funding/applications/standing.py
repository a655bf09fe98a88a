"""How applications stand, as the workflow wants them: what its guards ask, and whose deadlines they follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from casework.access.model import Actor
from casework.forms.model import FormField
from casework.organisations.model import Organisation
from casework.organisations.repository import find_some as find_organisations
from casework.workflow.model import Standing
from citycore.store.connections import Connection
from citycore.store.rows import known, rows_of
from hackathon.funding.applications import rules
from hackathon.funding.applications.machine import APPLICATION
from hackathon.funding.applications.model import Application, Facts
from hackathon.funding.applications.repository import QUERIES, find_some, hidden_applications
from hackathon.funding.calls.model import ApplicantKind, Call
from hackathon.funding.calls.repository import find_call, find_form
from hackathon.funding.calls.rules import chain_of

#: A late application follows deadlines of its own until its round closes for it; the rest is the call's.
_OWN_DEADLINES_IN = frozenset(
    {"draft", "submitted", "reopened", "invited", "second_submitted", "second_reopened", "expired"}
)


class _Around(NamedTuple):
    """What several applications have around them. ``counted`` is by application, ``spoken_for`` are those whose lead belongs to the
    organisation on whose behalf it is applied.
    """

    calls: Mapping[UUID, Call]
    forms: Callable[[UUID, int], tuple[FormField, ...]]
    organisations: Mapping[UUID, Organisation]
    spoken_for: frozenset[UUID]
    counted: Mapping[UUID, Sequence[Any]]


def read_some(
    connection: Connection, object_ids: Sequence[UUID], actor: Actor
) -> dict[UUID, Standing[Facts]]:
    """An officer in conflict with an application finds none."""
    found = find_some(connection, object_ids)
    calls = {application.call_id for application in found.values()}
    hidden = {one for call_id in calls for one in hidden_applications(connection, actor, call_id)}
    seen = {object_id: one for object_id, one in found.items() if object_id not in hidden}
    around = _find_around(connection, seen, actor)
    return {object_id: _standing(one, around) for object_id, one in seen.items()}


def _find_around(connection: Connection, seen: Mapping[UUID, Application], actor: Actor) -> _Around:
    parameters = {
        "applications": list(seen),
        "person_id": actor.person_id,
        "machine": APPLICATION.name,
    }
    rows = connection.execute(QUERIES["standing"], parameters).fetchall()
    organisations = {one.draft.organisation_id for one in seen.values()} - {None}
    return _Around(
        {one: known(find_call(connection, one)) for one in {each.call_id for each in seen.values()}},
        cache(lambda call_id, number: find_form(connection, call_id, number)),
        find_organisations(connection, [one for one in organisations if one is not None]),
        frozenset(rows_of(connection, UUID, QUERIES["spoken_for"], parameters)),
        {application_id: row for application_id, *row in rows},
    )


def _standing(found: Application, around: _Around) -> Standing[Facts]:
    is_late = found.late_until is not None and found.state in _OWN_DEADLINES_IN
    is_its_own = found.state == "more_info" or is_late
    return Standing(
        found.application_id,
        found.state,
        found.version,
        chain_of(found.call_id),
        rules.scopes_of(found),
        found.application_id if is_its_own else found.call_id,
        _facts(found, around),
    )


def _facts(found: Application, around: _Around) -> Facts:
    call, draft = around.calls[found.call_id], found.draft
    terms, eligible = call.description.terms, call.eligibility
    kind, is_verified = _applies_as(found, around)
    return Facts(
        call.state,
        terms.rounds,
        found.round,
        rules.is_filled(around.forms(found.call_id, found.round), draft),
        set(draft.confirmed) >= {one.code for one in eligible.statements},
        rules.is_amount_fit(terms, draft.amount_minor),
        kind in eligible.kinds,
        not eligible.governorates or draft.governorate in eligible.governorates,
        is_verified,
        *around.counted[found.application_id],
    )


def _applies_as(found: Application, around: _Around) -> tuple[ApplicantKind, bool]:
    """As what kind it is applied, and whether the lead may."""
    organisation_id = found.draft.organisation_id
    if organisation_id is None:
        return ApplicantKind.PERSON, True
    organisation = around.organisations.get(organisation_id)
    if organisation is None:
        return ApplicantKind.PERSON, False
    is_verified = organisation.is_verified and found.application_id in around.spoken_for
    return ApplicantKind(organisation.kind.value), is_verified
