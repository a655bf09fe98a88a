"""The ways in which people answer about an object of a noun, so that nobody knows who they are.

Below the noun's own address: ``/answer`` in anybody's browser, which remembers that somebody has; ``/code`` where a code is typed
and ``/with-code`` where it is used; ``/kiosk`` at a device, and ``/kiosk/thanks`` until the next person comes. None of these pages
is counted: so many answers sent would be a figure too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.admission import service as admission
from casework.admission.errors import AnsweredHere, TokenUnknown
from casework.admission.model import Channel, Kiosk, Ticket
from casework.admission.settings import AdmissionSettings
from casework.counting.rules import is_hasty, marked
from casework.forms.questionnaires import pages_of
from casework.people.limits import case_bounds
from casework.people.throttle.service import count_attempt
from casework.programme import Programme, Session
from casework.statistics.settings import StatisticsSettings
from casework.unlinked_answers.model import NewAnswer
from citycore.errors import FalajError
from hub_api.programme.kit.addresses import add_route, argument, named, names_in
from hub_api.programme.kit.kiosks import kiosk_here, start_url
from hub_api.programme.kit.office import MOUNT
from hub_api.programme.kit.pages import Onward, Page, anybody
from hub_api.programme.kit.places import Keeping
from hub_api.programme.kit.questionnaires import Asked, Questionnaire, Refresh, Submitted
from hub_api.programme.kit.request import DAY_SECONDS, PortalRequest

#: What a browser shows after a code was typed, and what one shows in which somebody answered.
TICKET_COOKIE, MARK_COOKIE = "falaj_ticket", "falaj_answered_{}"


@dataclass(frozen=True)
class Answering:
    """``path`` names the object, whose page is ``shown``: what stands against a code is told there, and thanks behind it
    (``?thanks=1``). ``ask`` gets the channel last, and raises where nobody answers by it; ``keep`` stores an answer, with the
    ticket or the device by which it came. ``closing`` is what a device says besides thanks.
    """

    router: APIRouter
    path: str
    shown: Page[UUID]
    ask: Callable[[Session, PortalRequest, UUID, Channel], Asked]
    keep: Callable[[Session, UUID, NewAnswer, Ticket | Kiosk | None], object]
    closing: Callable[[Session, PortalRequest, UUID], str]
    _: KW_ONLY
    here: str

    def __post_init__(self) -> None:
        [name] = names_in(self.path)

        def add(below: str, look: Callable[..., Asked], keep: Any, **more: Any) -> None:
            path = f"{self.path}{below}"
            Questionnaire(self.router, path, named(look, path), keep, here=self.here, **more)

        add("/answer", self._ask_anybody, self._keep_of_anybody, admit=admit)
        add("/with-code", self._ask_with_code, self._keep_with_code)
        add("/kiosk", self._ask_at_kiosk, self._keep_at_kiosk, is_reviewed=False, is_kiosk=True)
        Page(
            self.router,
            f"{self.path}/kiosk/thanks",
            "kit/kiosk_thanks.html",
            named(self._thank_at_kiosk, self.path),
            guard=anybody,
            title="answering.thanks",
            here=self.here,
            keeping=Keeping.NOTHING,
        )

        async def enter(request: PortalRequest, **values: UUID) -> Response:
            return await self._enter(request, values[name])

        add_route(self.router, "POST", f"{self.path}/code", enter, [argument(name, UUID)])

    # At a device

    def _ask_at_kiosk(self, session: Session, request: PortalRequest, object_id: UUID) -> Asked:
        """Of everybody who comes, for as long as it is open."""
        request.leave_uncounted()
        kiosk_here(session, request, object_id)
        return self.ask(session, request, object_id, Channel.KIOSK)

    def _keep_at_kiosk(
        self, session: Session, request: PortalRequest, object_id: UUID, submitted: Submitted
    ) -> Onward:
        kiosk = kiosk_here(session, request, object_id)
        new = replace(_answer(session, submitted, Channel.KIOSK), kiosk_id=kiosk.kiosk_id)
        self.keep(session, object_id, new, kiosk)
        return Onward(f"{self._at(object_id)}/kiosk/thanks")

    def _thank_at_kiosk(self, session: Session, request: PortalRequest, object_id: UUID) -> dict[str, Any]:
        """For a moment, until the next person comes."""
        request.leave_uncounted()
        kiosk_here(session, request, object_id)
        again = start_url(request, f"{MOUNT}{self._at(object_id)}/kiosk")
        refresh = Refresh(session.of(AdmissionSettings).thanks_seconds, again)
        closing = self.closing(session, request, object_id)
        return {"closing": closing, "again": again, "is_kiosk": True, "refresh": refresh}

    # In a browser of one's own

    def _ask_anybody(self, session: Session, request: PortalRequest, object_id: UUID) -> Asked:
        request.leave_uncounted()
        asked = self.ask(session, request, object_id, Channel.WEB)
        if has_answered(request, object_id):
            raise AnsweredHere
        return asked

    def _keep_of_anybody(
        self, session: Session, request: PortalRequest, object_id: UUID, submitted: Submitted
    ) -> Onward:
        self.keep(session, object_id, _answer(session, submitted, Channel.WEB), None)
        return self._thank(session, request, object_id)

    async def _enter(self, request: PortalRequest, object_id: UUID) -> Response:
        """Somebody types the code that they were sent; it is used when the answer is."""
        request.leave_uncounted()
        form = await request.form()
        try:
            ticket = await request.run(admission.enter, object_id, form.text("token"), request.visitor)
        except FalajError as error:
            return await self.shown.show(request, object_id, refused=error)
        text, seconds = admission.write_ticket_of(request.office.programme, ticket)
        request.keep_secret(TICKET_COOKIE, text, seconds)
        return request.go(f"{self._at(object_id)}/with-code")

    def _ask_with_code(self, session: Session, request: PortalRequest, object_id: UUID) -> Asked:
        request.leave_uncounted()
        asked = self.ask(session, request, object_id, Channel.TOKEN)
        ticket = _ticket_here(session, request)
        if ticket is None or ticket.object_id != object_id:
            raise TokenUnknown
        return asked

    def _keep_with_code(
        self, session: Session, request: PortalRequest, object_id: UUID, submitted: Submitted
    ) -> Onward:
        new = _answer(session, submitted, Channel.TOKEN)
        self.keep(session, object_id, new, _ticket_here(session, request))
        request.keep_secret(TICKET_COOKIE, "", 0)
        return self._thank(session, request, object_id)

    def _thank(self, session: Session, request: PortalRequest, object_id: UUID) -> Onward:
        """The browser remembers that somebody has answered in it, and nothing of what."""
        seconds = session.of(AdmissionSettings).answered_days * DAY_SECONDS
        mark = admission.mark_of(session.programme, object_id)
        request.keep_secret(MARK_COOKIE.format(object_id.hex), mark, seconds)
        return Onward(f"{self._at(object_id)}?thanks=1")

    def _at(self, object_id: UUID) -> str:
        return self.path.format(**dict.fromkeys(names_in(self.path), object_id))


def has_answered(request: PortalRequest, object_id: UUID) -> bool:
    """Whether somebody has in this browser."""
    shown = request.read_secret(MARK_COOKIE.format(object_id.hex))
    return admission.has_answered(request.office.programme, object_id, shown)


def admit(programme: Programme, request: PortalRequest) -> None:
    """So many an hour from one network."""
    count_attempt(programme, case_bounds(programme, request.visitor))


def _ticket_here(session: Session, request: PortalRequest) -> Ticket | None:
    return admission.read_ticket_of(session.programme, request.read_secret(TICKET_COOKIE))


def _answer(session: Session, submitted: Submitted, channel: Channel) -> NewAnswer:
    form, given = submitted.version.fields, submitted.answers
    pages = len(pages_of([one for one in form if one.code not in given.not_asked]))
    hasty = is_hasty(submitted.seconds, pages, session.of(StatisticsSettings))
    answers = marked(given, is_hasty=hasty)
    return NewAnswer(
        submitted.version.version, answers, channel.value, submitted.language, once=submitted.once
    )
