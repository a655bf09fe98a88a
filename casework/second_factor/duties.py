"""Which grants count in a session, for sessions and tokens alike."""

from __future__ import annotations

from typing import Final

from casework.access.model import Actor
from casework.access.shown import Shown
from casework.programme import Session
from casework.second_factor import repository, rules
from casework.second_factor.model import Awake, Duties
from casework.second_factor.settings import SecondFactorSettings

_NONE: Final = Duties(frozenset(), frozenset())


def awake(session: Session, actor: Actor, shown: Shown) -> Awake:
    """The actor as this session, or this token, lets them act: duties that ask for more than was shown sleep."""
    settings = session.of(SecondFactorSettings)
    more = _NONE
    if actor.person_id is not None and rules.may_have_more(actor, settings):
        more = repository.find_duties(session.connection, actor.person_id)
    return rules.awake(actor, more, shown, settings, session.now())
