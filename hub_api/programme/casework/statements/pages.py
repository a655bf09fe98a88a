"""The page on which people vote, and on the pages of what it is about: preparing it, and what was found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter

from casework.admission.errors import BrowserUnknown
from casework.counting.wanted import find
from casework.people.model import Names
from casework.programme import Session
from casework.statements.model import NewStatement, Vote
from casework.statements.service import Statements
from casework.statements.settings import StatementSettings
from casework.statistics.settings import StatisticsSettings
from casework.workflow.errors import NoSuchObject
from hub_api.programme.kit.addresses import at, named
from hub_api.programme.kit.browsers import give_key, token_of
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Page, anybody, as_sent
from hub_api.programme.kit.places import Keeping
from hub_api.programme.kit.request import PortalRequest

VOTES: Final = [(vote.name.lower(), vote) for vote in (Vote.AGREE, Vote.DISAGREE, Vote.PASS)]


@dataclass(frozen=True)
class VotingPages:
    """Of one noun. ``path`` is below ``/follow``: nobody is signed in there, so that no vote stands beside an account.

    ``asked`` gives the question, or raises for whoever may not see it; ``home`` is the path of the object's page.
    """

    router: APIRouter
    path: str
    of: Statements
    asked: Callable[[Session, UUID], Names]
    _: KW_ONLY
    home: str
    here: str

    def __post_init__(self) -> None:
        page: Page[UUID] = Page(
            self.router,
            self.path,
            "casework/statements/voting.html",
            named(self._show, self.path),
            guard=anybody,
            here=self.here,
            strangers=True,
            keeping=Keeping.NOTHING,
        )
        page.answer("begin", as_sent, "vote_begun", begin)
        page.answer("vote", read_vote, "vote_kept", self._vote)

    def take(self, desk: Page[UUID]) -> None:
        """The forms of those who prepare and count it, below their page."""
        desk.post("statements", read_statement, "saved", self.of.add)
        desk.press_part("statements/{statement_id}/remove", "saved", self.of.remove)
        desk.post("voting", lambda form: form.number("voting_days"), "voting_opened", self.of.open)
        desk.press("count", "votes_counted", self.of.count)

    def told(self, session: Session, object_id: UUID) -> dict[str, Any]:
        """What everybody's page shows."""
        outcome, limits = self.of.find_outcome(session, object_id), session.of(StatisticsSettings)
        voting = self.of.find_voting(session, object_id)
        return {
            "voting": voting,
            "is_voting": voting is not None and voting.is_open(session.now()),
            "voting_path": at(self.path, object_id),
            "outcome": outcome,
            "statements": [] if outcome is None else self.of.list_all(session, object_id),
            "cell_min": limits.cell_min,
            "base_min": limits.base_min,
        }

    def prepared(self, session: Session, object_id: UUID) -> dict[str, Any]:
        """What the page of those who lead it shows."""
        voting = self.of.find_voting(session, object_id)
        is_over = voting is not None and not voting.is_open(session.now())
        wanted = find(session, object_id)
        return {
            "wanted": wanted,
            "statements": self.of.list_all(session, object_id),
            "voting": voting,
            "may_count": is_over and voting is not None and voting.release_id is None and wanted is None,
            "statement_limits": session.of(StatementSettings),
        }

    def _show(self, session: Session, request: PortalRequest, object_id: UUID) -> dict[str, Any]:
        """What it is about and how votes are kept; then one statement after the other."""
        question, token = self.asked(session, object_id), token_of(request)
        voting = self.of.find_voting(session, object_id)
        if voting is None:
            raise NoSuchObject
        is_open = voting.is_open(session.now())
        return {
            "title": question.shown(request.language),
            "path": at(self.path, object_id),
            "home": at(self.home, object_id),
            "voting": voting,
            "is_open": is_open,
            "turn": self.of.turn(session, object_id, token) if token is not None and is_open else None,
            "votes": VOTES,
        }

    async def _vote(self, request: PortalRequest, object_id: UUID, sent: tuple[UUID, Vote]) -> None:
        token = token_of(request)
        if token is None:
            raise BrowserUnknown
        await request.act(self.of.vote, object_id, token, *sent)


async def begin(request: PortalRequest, _object_id: UUID, _: Form) -> None:
    await give_key(request)


def read_vote(form: Form) -> tuple[UUID, Vote]:
    try:
        return form.id("statement"), Vote[form.text("vote").upper()]
    except KeyError as error:
        raise FormUnreadable from error


def read_statement(form: Form) -> NewStatement:
    arabic, english = (form.text(f"statement_{language}").strip() for language in ("ar", "en"))
    return NewStatement(arabic, english, form.id("idea") if form.text("idea") else None)
