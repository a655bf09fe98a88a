"""What stands against a step of any case. A noun has codes and texts of its own for it."""

from __future__ import annotations

from typing import Generic, TypeVar, cast

from casework.cases.model import LEVEL_MAX, CaseFacts
from casework.workflow.errors import Refusal
from citycore.errors import Kind

Facts = TypeVar("Facts", bound=CaseFacts)


class Guards(Generic[Facts]):
    """For the machine of a noun. ``root`` is that of its refusals, which stands in its ``errors``: with ``VoiceRefusal`` somebody
    else's case is refused as ``VoiceNotYours``, whose code is ``voice_not_yours``.
    """

    def __init__(self, root: type[Refusal]) -> None:
        def refusal(name: str, kind: Kind = Kind.CONFLICT) -> type[Refusal]:
            named, held = (
                root.__name__.replace("Refusal", name),
                {"kind": kind, "__module__": root.__module__},
            )
            return cast("type[Refusal]", type(named, (root,), held))

        self.not_yours = refusal("NotYours", Kind.FORBIDDEN)
        self.without_handler = refusal("WithoutHandler")
        self.disputed_before = refusal("DisputedBefore")
        self.objected_before = refusal("ObjectedBefore")
        self.main_not_closed = refusal("MainNotClosed")
        self.at_last_level = refusal("AtLastLevel")

    def in_hand(self, facts: Facts) -> Refusal | None:
        """The actor has the case in hand."""
        return None if facts.is_handler else self.not_yours()

    def somebody_has_it(self, facts: Facts) -> Refusal | None:
        return None if facts.has_handler else self.without_handler()

    def not_disputed_before(self, facts: Facts) -> Refusal | None:
        """Whoever asked may dispute one answer."""
        return self.disputed_before() if facts.was_disputed else None

    def not_objected_before(self, facts: Facts) -> Refusal | None:
        """Whoever asked may take it out of another once."""
        return self.objected_before() if facts.has_objected else None

    def main_is_closed(self, facts: Facts) -> Refusal | None:
        """What it follows is over."""
        return None if facts.is_main_closed else self.main_not_closed()

    def can_rise(self, facts: Facts) -> Refusal | None:
        return None if facts.level < LEVEL_MAX else self.at_last_level()
