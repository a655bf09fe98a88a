"""What can be asked about what residents said and are asked, and about everything public by words, beside the rest in :mod:`falaj_client.questions`."""

from __future__ import annotations

from falaj_client.participation import (
    Decision,
    DialogueSession,
    Figure,
    FoundThing,
    Idea,
    MediaReach,
    Survey,
    Theme,
)
from falaj_client.questions import Many


def decisions(  # noqa: PLR0913  # the filters of the endpoint, all by keyword
    *,
    state: str | None = None,
    outcome: str | None = None,
    organisation: str | None = None,
    governorate: str | None = None,
    kind: str | None = None,
    overdue: bool | None = None,
    limit: int | None = None,
) -> Many[Decision]:
    """What was heard from people, what was decided about it and what was done. ``overdue`` ones have no answer yet."""
    return Many.of(
        Decision,
        "participation/decisions",
        limit,
        state=state,
        outcome=outcome,
        organisation=organisation,
        governorate=governorate,
        kind=kind,
        overdue=overdue,
    )


def surveys(
    *, state: str | None = None, organisation: str | None = None, limit: int | None = None
) -> Many[Survey]:
    """What agencies ask or asked, who decides on the result and by when. ``organisation`` is who asks."""
    return Many.of(Survey, "participation/surveys", limit, state=state, organisation=organisation)


def figures(
    *, subject: str | None = None, release: str | None = None, limit: int | None = None
) -> Many[Figure]:
    """What was counted and released; ``subject`` is what it is about, such as a survey."""
    return Many.of(Figure, "participation/figures", limit, subject=subject, release=release)


def sessions(
    *,
    state: str | None = None,
    governorate: str | None = None,
    organisation: str | None = None,
    limit: int | None = None,
) -> Many[DialogueSession]:
    """Sessions in which residents talked with those who decide; ``organisation`` is the one that decides."""
    return Many.of(
        DialogueSession,
        "participation/sessions",
        limit,
        state=state,
        governorate=governorate,
        organisation=organisation,
    )


def ideas(
    *,
    state: str | None = None,
    governorate: str | None = None,
    session: str | None = None,
    limit: int | None = None,
) -> Many[Idea]:
    """Ideas of residents that moderators admitted."""
    return Many.of(Idea, "participation/ideas", limit, state=state, governorate=governorate, session=session)


def media_reach(*, subject: str | None = None, limit: int | None = None) -> Many[MediaReach]:
    """How far sessions and ideas went in media; ``subject`` is one of them."""
    return Many.of(MediaReach, "participation/media-reach", limit, subject=subject)


def themes(*, subject: str | None = None, limit: int | None = None) -> Many[Theme]:
    """What people wrote about; ``subject`` is a session."""
    return Many.of(Theme, "participation/themes", limit, subject=subject)


def search(
    q: str | None = None, *, kind: str | None = None, governorate: str | None = None, limit: int | None = None
) -> Many[FoundThing]:
    """Everything public that fits some words, in Arabic or English and any spelling; the newest first without words."""
    return Many.of(FoundThing, "search", limit, q=q, kind=kind, governorate=governorate)
