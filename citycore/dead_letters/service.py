"""Looking through dead letters, replaying and discarding them.

A replay sends the payload to its topic again, so it takes the way of every message: checked,
stored or refused, and accounted for in the ledger. The order is: the broker has acknowledged,
then the letter is marked. Killed in between, the letter stays open although it was sent;
replaying it once more stores nothing twice, the second time counts as duplicate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from citycore.dead_letters import repository
from citycore.dead_letters.errors import DeadLetterNotFound, DeadLetterNotReplayable, NoSubscriber
from citycore.dead_letters.model import DeadLetter, Delivery, Sealed, Selection, Span, Tally
from citycore.dead_letters.outlet import Outlet
from citycore.dead_letters.rules import Limits, hindrance
from citycore.store.connections import Connection


def get_dead_letter(connection: Connection, dead_letter_id: int) -> tuple[DeadLetter, bytes]:
    """A letter and its payload; :class:`DeadLetterNotFound`."""
    with connection.transaction():
        found = repository.find_dead_letter(connection, dead_letter_id)
    if found is None:
        raise DeadLetterNotFound(dead_letter_id)
    return found


def begin(connection: Connection, selection: Selection) -> Span:
    """All letters that are there now: those that come or come back later are not part of the work.

    :class:`DeadLetterNotFound` if the selection names a letter that does not exist.
    """
    with connection.transaction():
        if selection.ids is not None:
            known = repository.find_known_ids(connection, selection.ids)
            for number in selection.ids:
                if number not in known:
                    raise DeadLetterNotFound(number)
        return Span(0, repository.last_dead_letter(connection))


def replay_next(
    connection: Connection, outlet: Outlet, selection: Selection, span: Span, letters_max: int
) -> tuple[Tally, Span | None]:
    """Send the next letters of the selection, mark those that the broker took, and say what is left.

    :class:`NoSubscriber` or :class:`BrokerUnavailable` if the broker did not take them all;
    those it took are marked nevertheless.
    """
    with connection.transaction():
        letters = repository.find_sealed(connection, selection, span, letters_max)
        own_filters = repository.own_filters(connection)
    if not letters:
        return Tally(), None
    sendable, hindered = _part_hindered(letters, outlet.limits, own_filters)
    outcomes = outlet.deliver(sendable)
    accepted = [letter for letter, word in zip(sendable, outcomes, strict=True) if word is Delivery.ACCEPTED]
    if accepted:
        with connection.transaction():
            repository.mark_replayed(connection, accepted)
    _complain(outlet, outcomes)
    hindered["refused"] += outcomes.count(Delivery.REFUSED)
    return Tally(len(accepted), +hindered), _rest(letters, span, letters_max)


def replay_one(connection: Connection, outlet: Outlet, dead_letter_id: int) -> None:
    """Send one letter, whatever its status; :class:`DeadLetterNotReplayable` says why that is no use."""
    selection = Selection(ids=[dead_letter_id])
    span = begin(connection, selection)
    tally, _ = replay_next(connection, outlet, selection, span, 1)
    for reason in tally.hindered:
        raise DeadLetterNotReplayable(dead_letter_id, reason)


def discard_next(
    connection: Connection, selection: Selection, span: Span, letters_max: int
) -> tuple[int, Span | None]:
    """Set the next letters of the selection aside; their number, and what is left."""
    with connection.transaction():
        ids = repository.find_ids(connection, selection, span, letters_max)
        discarded = repository.mark_discarded(connection, ids, selection.status) if ids else 0
    left = Span(ids[-1], span.last) if len(ids) == letters_max else None
    return discarded, left


def _part_hindered(
    letters: Sequence[Sealed], limits: Limits, own_filters: Sequence[str]
) -> tuple[list[Sealed], Counter[str]]:
    sendable: list[Sealed] = []
    hindered: Counter[str] = Counter()
    for letter in letters:
        reason = hindrance(letter.topic, len(letter.payload), limits, own_filters)
        if reason is None:
            sendable.append(letter)
        else:
            hindered[reason] += 1
    return sendable, hindered


def _rest(letters: Sequence[Sealed], span: Span, letters_max: int) -> Span | None:
    return Span(letters[-1].dead_letter_id, span.last) if len(letters) == letters_max else None


def _complain(outlet: Outlet, outcomes: Sequence[Delivery]) -> None:
    if Delivery.UNHEARD in outcomes:
        raise NoSubscriber
    if Delivery.LOST in outcomes:
        raise outlet.unavailable("it did not acknowledge what was sent")
