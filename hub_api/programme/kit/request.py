"""One request of somebody: who it is, in which language, and the ways to answer."""

from __future__ import annotations

import contextlib
import hmac
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Annotated, Any, ParamSpec, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Depends, Request
from starlette.responses import RedirectResponse, Response

from casework.access.model import ANONYMOUS, Actor
from casework.drafts.model import Draft
from casework.drafts.service import list_of_page
from casework.follow_up.keys import HubKey
from casework.follow_up.model import Followed
from casework.notifications.service import count_unread
from casework.people.errors import SessionEnded
from casework.people.model import Visitor
from casework.people.sessions.model import NewSession, Signed
from casework.people.sessions.service import resume
from casework.programme import InSession, Session, WithProgramme
from casework.workflow.errors import NotConfirmed
from citycore.errors import FalajError
from citycore.language import DEFAULT_LANGUAGE, LANGUAGES, Language
from hub_api.programme.kit.errors import (
    FormForeign,
    FormTooLarge,
    FormUnreadable,
    SignInNeeded,
)
from hub_api.programme.kit.following import FOLLOW_COOKIE, followed_with, is_follow_page, pass_for
from hub_api.programme.kit.forms import (
    ASKED_FIELD,
    SURE_FIELD,
    WORDS_FIELD,
    Form,
    form_token,
    is_from_here,
    read_form,
    read_held,
    require_own,
)
from hub_api.programme.kit.office import MOUNT, Office
from hub_api.programme.kit.places import Keeping, Restored, page_of
from hub_api.programme.kit.scanning import Sender, Sent, check_files
from hub_api.serving.errors import invalid
from hub_api.serving.metrics import UNCOUNTED
from hub_api.serving.texts import named_language
from hub_api.serving.transport.access import SUBJECT, logged_network

Outcome = TypeVar("Outcome")
Given = ParamSpec("Given")
LANGUAGE_COOKIE = "falaj_language"
NOTICE_COOKIE = "falaj_notice"
DAY_SECONDS = 86_400
_ONCE = b"falaj sent once 1\0"


@dataclass(slots=True)
class PortalRequest:
    """``secret`` is the browser's own: that of its session, or a key to the forms of somebody unknown.

    ``sent`` is the form that came with the request, once it has been read; ``followed`` is what somebody without an account
    follows, on the pages for that.
    """

    http: Request
    office: Office
    language: Language
    signed: Signed | None
    secret: str | None
    notice: str | None
    followed: Followed | None = None
    sent: Form | None = None
    #: What came from a page of ours and could not be taken, such as one from before somebody signed in again.
    unsent: Form | None = None
    #: Whether the body was asked for: it comes once.
    is_read: bool = False
    #: What stands against what was sent, while the page is shown again.
    refused: FalajError | None = None
    #: What somebody who is signed in typed into the forms of this page before, and what the page keeps of it now.
    drafts: Sequence[Draft] = ()
    keeping: Keeping = Keeping.WRITING
    #: How much somebody who is signed in was told and has not read, when the request came.
    unread: int = 0
    #: Of these, by their forms, those for which the page needs more rows.
    restored: dict[str, Restored] = field(default_factory=dict)
    _cookies: list[dict[str, Any]] = field(default_factory=list)

    @property
    def actor(self) -> Actor:
        """Who acts; before what cannot be taken back they are asked, unless this form is their answer."""
        known = self.signed or self.followed
        actor = ANONYMOUS if known is None else known.actor
        words = "" if self.sent is None else self.sent.text(WORDS_FIELD)
        return replace(actor, asks_first=not self.is_sure, words=words)

    @property
    def is_sure(self) -> bool:
        """Whether the form was sent by the question whether its reader means it."""
        return self.sent is not None and self.sent.text(SURE_FIELD) == "1"

    @property
    def visitor(self) -> Visitor:
        client = self.http.client
        return Visitor("" if client is None else client.host, self.http.headers.get("user-agent", ""))

    @property
    def site(self) -> str:
        """The address of this hub as the browser names it, without a path."""
        return str(self.http.base_url).rstrip("/")

    def leave_uncounted(self) -> None:
        """No figure of how the hub runs tells that this page was asked for: people answer here, and nobody may know yet how many."""
        self.http.scope[UNCOUNTED] = True

    @property
    def person(self) -> Signed:
        """Who is signed in; :class:`SignInNeeded`."""
        if self.signed is None:
            raise SignInNeeded
        return self.signed

    def require_known(self) -> None:
        """:class:`SignInNeeded` of whoever neither is signed in nor follows something here."""
        if self.followed is None:
            _ = self.person

    async def act(
        self, service: InSession[Given, Outcome], /, *given: Given.args, **named: Given.kwargs
    ) -> Outcome:
        """Call it for who asks, in one transaction."""
        return await self.office.act(self.actor, service, *given, **named)

    async def look(
        self, service: InSession[Given, Outcome], /, *given: Given.args, **named: Given.kwargs
    ) -> Outcome:
        """Read for who asks, everything as of one moment."""
        return await self.office.look(self.actor, service, *given, **named)

    async def run(
        self, service: WithProgramme[Given, Outcome], /, *given: Given.args, **named: Given.kwargs
    ) -> Outcome:
        """Call a service that opens its own transactions."""
        return await self.office.run(service, *given, **named)

    def query(self, name: str, default: str = "") -> str:
        """What stands behind the question mark."""
        return self.http.query_params.get(name, default)

    def query_id(self, name: str) -> UUID | None:
        """An identifier there, such as the last one of the page before; :class:`InvalidParameters`."""
        return self.query_as(name, UUID)

    def query_as(self, name: str, kind: Callable[[str], Outcome]) -> Outcome | None:
        """What stands there as something else than a text; :class:`InvalidParameters`."""
        text = self.http.query_params.get(name)
        try:
            return None if text is None else kind(text)
        except ValueError as error:
            raise invalid(name, "invalid") from error

    async def form(self) -> Form:
        """What was sent, if it was sent from one of our pages in this browser."""
        form = await self._read()
        try:
            require_own(self.http, form, self.secret, self.office.url)
        except FormForeign:
            self.unsent = form if is_from_here(self.http, self.office.url) else None
            raise
        self.sent = form
        return form

    async def read_unsent(self) -> None:
        """What was sent by somebody who was refused before it was read, as after their session ended: it is theirs to send again."""
        if not self.is_read and self.http.method == "POST" and is_from_here(self.http, self.office.url):
            with contextlib.suppress(FormUnreadable, FormTooLarge):
                self.unsent = await self._read()

    async def _read(self) -> Form:
        self.is_read = True
        return replace(await read_form(self.http, self.office.settings.portal), language=self.language)

    def require_sure(self, asks: str, object_id: UUID | None) -> None:
        """After what cannot be taken back and is no step of a workflow: it is asked about once it would be possible.

        ``asks`` names it, such as "role.revoke". :class:`NotConfirmed`, with which the session is undone, unless the
        visitor has said that they mean it.
        """
        if not self.is_sure:
            kind, _, deed = asks.partition(".")
            raise NotConfirmed(kind, deed, object_id)

    @property
    def typed(self) -> Form:
        """What was sent, for a page that shows it again, or typed before into more rows than it has by itself."""
        before = next((one.fields for one in self.restored.values()), {})
        return Form(before) if self.sent is None else self.sent

    async def check(self, reading: Callable[[bool], Outcome], files: Iterable[Sent]) -> Outcome:
        """What reading files of somebody who is known gives; see :func:`check_files`."""
        self.require_known()
        return await check_files(self.office, self.sender, reading, files)

    @property
    def sender(self) -> Sender:
        """Whose files are counted, and told of in the log."""
        client = self.http.client
        return Sender(self.actor, logged_network(client.host if client else None))

    async def held(self, bytes_max: int, files_max: int) -> tuple[Form, list[tuple[str, bytes]]]:
        """A form with files that are nowhere but in memory, of somebody who is signed in."""
        _, self.is_read = self.person, True
        form, files = await read_held(self.http, self.office.settings.portal, bytes_max, files_max)
        require_own(self.http, form, self.secret, self.office.url)
        self.sent = form
        return form, files

    def form_token(self) -> str:
        """For the forms of the page; a browser without a session is given a key for them."""
        if self.secret is None:
            self.secret = secrets.token_urlsafe(32)
            self._keep(browser_cookie(self.office), self.secret, self._browser_seconds)
        return form_token(self.secret)

    def begin(self, session: NewSession) -> None:
        """The browser has this session from now on; what it had before is forgotten."""
        seconds = int((session.expires_at - self.office.clock()).total_seconds())
        self._keep(session_cookie(self.office), session.token, seconds)
        self.secret = session.token
        self._keep(browser_cookie(self.office), "", 0)

    def end(self) -> None:
        self._keep(session_cookie(self.office), "", 0)

    def keep_language(self, language: Language) -> None:
        self.keep_secret(LANGUAGE_COOKIE, language, self._browser_seconds)

    def mark(self, seed: str, run: bytes = b"") -> UUID:
        """Of a page that was sent: the same each time that this browser sends the one that carries this seed."""
        parts = [self.secret or "", self.http.url.path, seed]
        key = self.office.programme.of(HubKey).secret
        digest = hmac.digest(key, _ONCE + run + "\0".join(parts).encode(), sha256)
        return UUID(bytes=digest[:16], version=4)

    def keep_secret(self, name: str, value: str, seconds: int) -> None:
        """What this browser shows to this host alone, for a while; nothing if the value is empty."""
        self._keep(host_name(self.office, name), value, seconds if value else 0)

    def read_secret(self, name: str) -> str:
        return self.http.cookies.get(host_name(self.office, name), "")

    def keep_followed(self, followed: Followed | None) -> None:
        """The browser follows this for a while from now on, or nothing any more."""
        text, seconds = ("", 0) if followed is None else pass_for(self.office, followed)
        self.keep_secret(FOLLOW_COOKIE, text, seconds)

    def go(self, path: str, notice: str | None = None) -> Response:
        """On to a page of the portal, which tells what was done."""
        if notice is not None:
            self.keep_secret(NOTICE_COOKIE, notice, self.office.settings.portal.notice_seconds)
        return self.finish(RedirectResponse(f"{MOUNT}{path}", 303, headers={"Cache-Control": "no-store"}))

    def finish(self, response: Response) -> Response:
        """The answer, with what the browser is to keep."""
        for cookie in self._cookies:
            response.set_cookie(**cookie, httponly=True, samesite="lax", secure=self.office.is_secure)
        return response

    def forget_notice(self) -> None:
        if self.notice is not None:
            self.keep_secret(NOTICE_COOKIE, "", 0)

    def _keep(self, name: str, value: str, seconds: int) -> None:
        self._cookies.append({"key": name, "value": value, "max_age": seconds, "path": "/"})

    @property
    def _browser_seconds(self) -> int:
        return int(self.office.settings.portal.browser_days * DAY_SECONDS)


def host_name(office: Office, name: str) -> str:
    """The prefix binds a cookie to this very host; browsers take it over https only."""
    return f"__Host-{name}" if office.is_secure else name


def session_cookie(office: Office) -> str:
    return host_name(office, "falaj_session")


def browser_cookie(office: Office) -> str:
    return host_name(office, "falaj_browser")


def chosen_language(request: Request) -> Language:
    """The address's, else the browser's last choice, else its settings'."""
    return picked_language(request) or DEFAULT_LANGUAGE


def picked_language(request: Request) -> Language | None:
    """The same, or None where neither the address nor the browser says any of ours."""
    office: Office = request.app.state.office
    for wanted in (request.query_params.get("lang"), request.cookies.get(host_name(office, LANGUAGE_COOKIE))):
        for language in LANGUAGES:
            if wanted == language:
                return language
    return named_language(request.headers.get("accept-language", ""))


async def request_of(request: Request) -> PortalRequest:
    """Who asks for what; :class:`FormUnreadable` for a character in the address that no text has."""
    if any("\0" in value for value in request.query_params.values()):
        raise FormUnreadable
    office: Office = request.app.state.office
    is_following = is_follow_page(request.url.path)
    token = None if is_following else request.cookies.get(session_cookie(office))
    page = page_of(request, MOUNT) if request.method in {"GET", "HEAD"} else None
    known = None if token is None else await office.act(ANONYMOUS, _resume, token, page)
    signed, drafts, unread = known or (None, [], 0)
    secret = token if signed is not None else request.cookies.get(browser_cookie(office))
    notice = request.cookies.get(host_name(office, NOTICE_COOKIE))
    found = PortalRequest(request, office, chosen_language(request), signed, secret, notice)
    found.drafts, found.unread = drafts, unread
    if signed is not None:
        request.scope[SUBJECT] = str(signed.person.person_id)
    if is_following:
        found.followed = followed_with(office, found.read_secret(FOLLOW_COOKIE))
    request.state.portal_request = found
    if request.query_params.get("lang") == found.language:
        found.keep_language(found.language)
    return found


def known_request(request: Request) -> PortalRequest | None:
    """The same request with who asks, where it came so far that somebody knows."""
    found: PortalRequest | None = getattr(request.state, "portal_request", None)
    return found


def came_from(request: Request) -> str | None:
    """The page of ours that a form stood on, as path and query; of a question, the page that was asked on.

    None where the browser does not say, or says a page of others.
    """
    known = known_request(request)
    asked_on = "" if known is None or known.sent is None else known.sent.text(ASKED_FIELD)
    try:
        parts = urlsplit(asked_on or request.headers.get("referer", ""))
    except ValueError:  # brackets that hold no address
        return None
    is_ours = parts.netloc == request.url.netloc or (bool(asked_on) and not parts.netloc)
    page = parts._replace(scheme="", netloc="", fragment="").geturl()
    is_plain = "\\" not in page and all(letter >= " " for letter in page)
    if not is_ours or not is_plain or not (parts.path == MOUNT or parts.path.startswith(f"{MOUNT}/")):
        return None
    return page


def own_path(text: str) -> str:
    """Where to go on after signing in: a page of the portal without its mount, else the start page, which says what waits."""
    try:
        parts = urlsplit(text)
    except ValueError:  # brackets that hold no address
        return ""
    is_own = not parts.scheme and not parts.netloc and parts.path.startswith(f"{MOUNT}/")
    if not is_own or "\\" in text or any(letter < " " for letter in text):
        return ""
    return text.removeprefix(MOUNT)


def _resume(session: Session, token: str, page: str | None) -> tuple[Signed, list[Draft], int] | None:
    """Who it is, what they typed before into the forms of a page that they ask for, and how much they have not read."""
    try:
        signed = resume(session, token)
    except SessionEnded:
        return None
    own = replace(session, actor=signed.actor)
    return signed, [] if page is None else list_of_page(own, page), 0 if page is None else count_unread(own)


CurrentRequest = Annotated[PortalRequest, Depends(request_of)]
