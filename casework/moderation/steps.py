"""The part of a machine by which texts become public: states, steps and deadlines that a noun puts among its own."""

from __future__ import annotations

from typing import Any, Final

from casework.access.model import Role
from casework.moderation.model import Rule
from casework.workflow.model import Guard, State, Transition, Window

MODERATORS: Final = frozenset({Role.MODERATOR})
#: Whose text it is, by account or by number and code, in a scope of their own.
AUTHORS: Final = frozenset({Role.PERSON, Role.FOLLOWER})
ADMIT_DUE, APPEAL_ENDS = "admit_due", "appeal_ends"
#: A moderator has to decide.
UNMODERATED: Final = ("new", "appealed")
_RULES: Final = tuple(rule.value for rule in Rule)
NEW, APPEALED = State("new"), State("appealed")
HELD = State("held", reasons=_RULES)
REFUSED = State("refused", reasons=(*_RULES, "not_appealed"), is_terminal=True)


def moderated(
    public: str, by: tuple[Guard[Any], ...], on_appeal: tuple[Guard[Any], ...]
) -> tuple[Transition[Any], ...]:
    """To the state ``public``, or refused. ``by`` guards every word of a moderator, ``on_appeal`` besides that about an appeal."""
    system = frozenset({Role.SYSTEM})
    twice = (*by, *on_appeal)
    return (
        Transition("new", "admit", public, MODERATORS, by),
        Transition("new", "hold", "held", MODERATORS, by),
        # Once: nothing leads back to what is held.
        Transition("held", "appeal", "appealed", AUTHORS, window=Window(until=APPEAL_ENDS)),
        Transition("held", "lapse", "refused", system, window=Window(APPEAL_ENDS), reason="not_appealed"),
        Transition("appealed", "admit", public, MODERATORS, twice),
        Transition("appealed", "refuse", "refused", MODERATORS, twice),
    )
