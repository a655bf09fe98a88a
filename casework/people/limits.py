"""What is counted against whom. Networks first: see :func:`count_attempt`."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final
from uuid import UUID

from casework.people.addresses import network_of
from casework.people.errors import TooOften, UploadsTooOften
from casework.people.model import Visitor
from casework.people.settings import ThrottleSettings
from casework.people.throttle.service import Bound, count_attempt, require_room, take_back
from casework.programme import Programme

_DAY_MINUTES: Final = 24 * 60.0
_OF_NETWORK: Final = "sign_in_network"


def sign_in_bounds(
    programme: Programme, key: str, visitor: Visitor, known: str | None = None
) -> tuple[Bound, ...]:
    """The account from one network is bounded more tightly than from all of them, so that somebody who
    guesses elsewhere does not soon lock its owner out. A browser that is ``known`` to be of the account is
    counted by itself: nobody else's tries shut it out.
    """
    network, limits = network_of(visitor.address), programme.of(ThrottleSettings)
    if known is not None:
        return (Bound("sign_in_known", f"{key} {known}", limits.sign_ins_per_known_browser),)
    return (
        Bound(_OF_NETWORK, network, limits.sign_ins_per_network),
        Bound("sign_in_here", f"{key} {network}", limits.sign_ins_per_account_and_network),
        Bound("sign_in", key, limits.sign_ins_per_account),
    )


def bounds_of_account(bounds: Iterable[Bound]) -> list[Bound]:
    """Those that somebody who got it right need not answer for any more; a network has others behind it."""
    return [bound for bound in bounds if bound.action != _OF_NETWORK]


class MailKind(StrEnum):
    """Why somebody makes us write to an address. Each has a count of its own: what others cause stops nobody's own mail."""

    SIGN_UP = "sign_up"
    RECOVERY = "recovery"
    EMAIL_CHANGE = "email_change"
    IDENTITY = "identity"
    INVITATION = "invitation"
    VOCABULARY = "vocabulary"


def count_mail(programme: Programme, kind: MailKind, key: str, visitor: Visitor) -> None:
    """Somebody makes us write to an address; called when it is known that they may.

    What an owner asks for can be asked for by anybody who types the address, so it is bounded more tightly from
    one network than from all, as signing in is.
    """
    network, limits = network_of(visitor.address), programme.of(ThrottleSettings)
    bounds = [Bound(f"mail_{kind}_network", network, limits.mails_per_network)]
    if kind is MailKind.INVITATION:
        bounds.append(Bound(f"mail_{kind}", key, limits.mails_per_account))
    else:
        bounds += [
            Bound(f"mail_{kind}_here", f"{key} {network}", limits.own_mails_per_account_and_network),
            Bound(f"mail_{kind}", key, limits.own_mails_per_account),
        ]
    count_attempt(programme, bounds)


def count_link(programme: Programme, visitor: Visitor) -> None:
    """Somebody comes with a link, or back from a provider of identities."""
    bound = Bound("link", network_of(visitor.address), programme.of(ThrottleSettings).links_per_network)
    count_attempt(programme, (bound,))


def follow_up_bounds(programme: Programme, number: str, visitor: Visitor) -> tuple[Bound, Bound, Bound]:
    """Of whoever tries a number with a code: their network's, the number's from there, and the number's, "" where it can be
    none. Numbers of public problems are known to all, so that somebody who guesses elsewhere must not soon lock its
    owner out, as with signing in.
    """
    network, limits = network_of(visitor.address), programme.of(ThrottleSettings)
    minutes = limits.follow_up_window_minutes
    return (
        Bound("follow_up_network", network, limits.follow_ups_per_network, minutes),
        Bound("follow_up_here", f"{number} {network}", limits.follow_ups_per_number_and_network, minutes),
        Bound("follow_up", number, limits.follow_ups_per_number, minutes),
    )


def case_bounds(programme: Programme, visitor: Visitor) -> tuple[Bound, ...]:
    """Of whoever says something without an account: their network's."""
    limits = programme.of(ThrottleSettings)
    return (
        Bound(
            "case_network",
            network_of(visitor.address),
            limits.cases_per_network,
            limits.follow_up_window_minutes,
        ),
    )


def seat_bounds(programme: Programme, visitor: Visitor, object_id: UUID) -> tuple[Bound, ...]:
    """Of whoever asks for a seat without an account: their network's in general, and in this one session for a day, so that no
    network takes a whole hall.
    """
    most, network = programme.of(ThrottleSettings).seats_per_network, network_of(visitor.address)
    subject = f"{network} {object_id}" if network else ""
    return (*case_bounds(programme, visitor), Bound("seat_network", subject, most, _DAY_MINUTES))


def token_bound(programme: Programme, visitor: Visitor) -> Bound:
    """Of whoever tries a token of a roll or of a kiosk: their network's."""
    limits = programme.of(ThrottleSettings)
    network, minutes = network_of(visitor.address), limits.follow_up_window_minutes
    return Bound("token_network", network, limits.tokens_per_network, minutes)


def count_export(programme: Programme, person: str) -> None:
    """Somebody has all their data put together."""
    count_attempt(programme, (Bound("export", person, programme.of(ThrottleSettings).exports_per_account),))


def count_upload(programme: Programme, person: str) -> None:
    """Somebody sends a file, which counts as refused until :func:`take_upload` says that it was taken.

    :class:`UploadsTooOften`.
    """
    try:
        count_attempt(programme, _uploads(programme, person))
    except TooOften as error:
        raise UploadsTooOften(**error.details) from error


def require_uploads(programme: Programme, person: str) -> None:
    """One more file would be read, before it is sent; :class:`UploadsTooOften`."""
    try:
        require_room(programme, _uploads(programme, person))
    except TooOften as error:
        raise UploadsTooOften(**error.details) from error


def take_upload(programme: Programme, person: str) -> None:
    """The file was none that is refused."""
    with programme.connect() as connection:
        take_back(connection, _refused_upload(programme, person))


def _uploads(programme: Programme, person: str) -> tuple[Bound, Bound]:
    sent = Bound("upload", person, programme.of(ThrottleSettings).uploads_per_account)
    return sent, _refused_upload(programme, person)


def _refused_upload(programme: Programme, person: str) -> Bound:
    return Bound("upload_refused", person, programme.of(ThrottleSettings).refused_uploads_per_account)
