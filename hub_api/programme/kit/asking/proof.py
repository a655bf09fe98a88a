"""Who is signed in shows once more who they are, before what somebody who only found their browser open must not do.

With the password; whoever has none visits the sign-in service again, or follows a mailed link. Nothing has been done when it is
asked for, and its form carries everything that was sent.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from casework.access.model import ANONYMOUS
from casework.people.credentials import has_password
from casework.people.errors import WrongPassword
from casework.people.sessions.service import renew_session, resume
from casework.people.settings import PeopleSettings
from casework.people.signing_in import Proof, claim_own, prove_own
from citycore.errors import FalajError
from hub_api.programme.kit.forms import ASKED_FIELD, DRAFT_FIELD, SURE_FIELD, TOKEN_FIELD
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import PortalRequest, came_from, known_request, session_cookie

#: The password of whoever is signed in, and that it was asked for on a page of its own.
PROOF_FIELD, PROVING_FIELD = "proof", "proving"
_OURS: Final = frozenset({TOKEN_FIELD, SURE_FIELD, ASKED_FIELD, PROOF_FIELD, PROVING_FIELD})


class ProofNeeded(Exception):
    """Nothing has happened yet; ``refused`` is what stands against what was shown, if anything was."""

    def __init__(self, *, with_password: bool, refused: FalajError | None = None) -> None:
        super().__init__("proof_needed")
        self.with_password = with_password
        self.refused = refused


async def require_proof(request: PortalRequest) -> None:
    """Whoever is signed in has shown who they are not long ago, or does so with this form: :class:`ProofNeeded`, after the
    form was read. They then have a session that nobody could know before.
    """
    if not _is_fresh(request):
        await require_password(request)
        await begin_anew(request)


async def require_password(request: PortalRequest) -> Proof:
    """The same however long ago it was. Whoever has no password has signed in not long ago: ``stored`` is None.

    :class:`ProofNeeded`, or on the page of the form itself :class:`WrongPassword`, :class:`TooOften`.
    """
    with_password = await request.look(has_password)
    password = "" if request.sent is None else request.sent.text(PROOF_FIELD)
    if not (password if with_password else _is_fresh(request)):
        raise ProofNeeded(with_password=with_password)
    try:
        return await prove(request, password)
    except WrongPassword as error:
        if request.sent is not None and request.sent.text(PROVING_FIELD):
            raise ProofNeeded(with_password=with_password, refused=error) from error
        raise


async def prove(request: PortalRequest, password: str) -> Proof:
    """Who is signed in knows the password; compared without a connection."""
    claimed = await request.run(claim_own, request.person, request.visitor)
    return await request.office.hash(prove_own, claimed, password)


async def begin_anew(request: PortalRequest) -> None:
    """Whoever has shown again who they are has a session that nobody could know before; the former ends."""
    former = request.http.cookies.get(session_cookie(request.office), "")
    begun = await request.act(renew_session, request.person.person.person_id, request.visitor, former)
    request.begin(begun)
    request.signed = await request.office.act(ANONYMOUS, resume, begun.token)


async def ask_proof(http: Request, error: Exception) -> Response:
    """The page instead of the deed; its button does it, its link leads back."""
    assert isinstance(error, ProofNeeded)
    request = known_request(http)
    assert request is not None  # whoever acts has been looked up
    assert request.sent is not None  # and what they sent has been read
    fields = {name: values for name, values in request.sent.fields.items() if name not in _OURS}
    if request.sent.mark:
        fields[DRAFT_FIELD] = [request.sent.mark]
    back = came_from(http)
    return render_page(
        request,
        "kit/asking/proof.html",
        title=WORDS.text("asking.proof_title", request.language),
        refused=error.refused,
        with_password=error.with_password,
        fields=fields,
        action=f"{http.url.path}?{http.url.query}" if http.url.query else http.url.path,
        back=back,
        onward=quote(back or "", safe=""),
        asked_field=ASKED_FIELD,
        proving_field=PROVING_FIELD,
    )


def _is_fresh(request: PortalRequest) -> bool:
    minutes = request.office.programme.of(PeopleSettings).proof_minutes
    return request.office.clock() < request.person.proved_at + timedelta(minutes=minutes)
