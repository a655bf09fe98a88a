"""What counts in a session by how its person has shown who they are. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from casework.access.model import Actor, Grant, Role, ScopeKind
from casework.access.shown import Shown, Way
from casework.second_factor.model import Awake, Duties, Need
from casework.second_factor.settings import OPENER, RECIPIENT, ProviderProof, SecondFactorSettings

#: Roles with which somebody may also be an opener or a recipient, by the kind of scope in which they hold them.
APPLICANTS = frozenset({Role.LEAD_APPLICANT, Role.CO_APPLICANT})


def factor_at(shown: Shown | None) -> datetime | None:
    """When a second factor was shown in the session; None if none was. Asked by what wants it fresh."""
    return None if shown is None else shown.factor_at


def is_fresh(shown: Shown, settings: SecondFactorSettings, at: datetime) -> bool:
    """Whether who is signed in has shown the last of it so lately that factors may be changed."""
    return at - (shown.factor_at or shown.at) <= timedelta(minutes=settings.fresh_minutes)


def is_proven_by_provider(shown: Shown, proof: ProviderProof | None) -> bool:
    """Whether a sign-in service has said what counts as a factor."""
    if proof is None or shown.way is not Way.IDENTITY:
        return False
    if proof.acr and shown.acr not in proof.acr:
        return False
    if proof.amr and proof.amr.isdisjoint(shown.amr):
        return False
    if proof.minutes_max is None:
        return True
    return shown.auth_at is not None and shown.at - shown.auth_at <= timedelta(minutes=proof.minutes_max)


def need_of(duty: str, shown: Shown, settings: SecondFactorSettings) -> Need | None:
    """Why a duty does not count in the session; None if it does."""
    proof = settings.proof_of(duty)
    if duty in settings.by_provider_only and (
        shown.way is not Way.IDENTITY or (proof is not None and not is_proven_by_provider(shown, proof))
    ):
        return Need(duty, by_provider=True)
    if duty in settings.duties and shown.factor_at is None and not is_proven_by_provider(shown, proof):
        return Need(duty)
    return None


def may_have_more(actor: Actor, settings: SecondFactorSettings) -> bool:
    """Whether the store has to be asked what else somebody was named for."""
    return any(
        (OPENER in settings.asked and grant.role is Role.OFFICER)
        or (RECIPIENT in settings.asked and grant.role in APPLICANTS)
        for grant in actor.grants
    )


def duties_of(grant: Grant, more: Duties) -> Iterable[str]:
    """What a grant makes its holder."""
    yield grant.role.value
    scope = grant.scope
    if grant.role is Role.OFFICER and scope.kind is ScopeKind.ORGANISATION:
        if scope.object_id in more.organisations:
            yield OPENER
    elif grant.role in APPLICANTS and scope.object_id in more.applications:
        yield RECIPIENT


def awake(actor: Actor, more: Duties, shown: Shown, settings: SecondFactorSettings, at: datetime) -> Awake:
    """Without the grants that do not count; while the grace lasts it is only told which."""
    kept: list[Grant] = []
    needs: dict[Need, None] = {}
    for grant in actor.grants:
        found = [need for duty in duties_of(grant, more) if (need := need_of(duty, shown, settings))]
        needs |= dict.fromkeys(found)
        if not found:
            kept.append(grant)
    is_grace = settings.grace_until is not None and at < settings.grace_until
    grants = actor.grants if is_grace else tuple(kept)
    return Awake(replace(actor, grants=grants, shown=shown), tuple(needs))


def asked_of_provider(settings: SecondFactorSettings) -> dict[str, str]:
    """What a sign-in service is asked to look at (OpenID Connect Core, 3.1.2.1): what counts for any duty, and the shortest time.

    What it says is checked all the same: ``acr_values`` is a wish.
    """
    proofs = settings.provider_proofs.values()
    acr = dict.fromkeys(one for proof in proofs for one in proof.acr)
    minutes = [proof.minutes_max for proof in proofs if proof.minutes_max is not None]
    asked = {"acr_values": " ".join(acr)} if acr else {}
    return asked | ({"max_age": str(int(min(minutes) * 60))} if minutes else {})
