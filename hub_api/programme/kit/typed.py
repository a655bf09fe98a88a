"""What somebody typed beside a step that was refused: back in its box, or, where that is gone, told to be copied."""

from __future__ import annotations

from dataclasses import dataclass

from hub_api.programme.kit.forms import WORDS_FIELD, Form


@dataclass(slots=True)
class Typed:
    """``sent`` is the form, and ``address`` where it was sent to, without the mount and what follows a question mark."""

    sent: Form
    address: str
    _is_back: bool = False

    def of_step(self, address: str, event: str) -> Form:
        """What was sent to this address for this step, nothing for all others."""
        return self.of_form(address) if self.sent.text("event") == event else Form()

    def of_form(self, address: str) -> Form:
        """What was sent to this address, nothing for all others."""
        if self.address != address.partition("?")[0]:
            return Form()
        self._is_back = True
        return self.sent

    @property
    def left(self) -> str:
        """The words that no box of the page has taken back."""
        return "" if self._is_back else self.sent.text(WORDS_FIELD).strip()
