"""What speaks against a step of an account: refusals of the engine with this noun's texts."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from casework.workflow.wording import Label
from citycore.language import Language, catalogue


class LastAdministrator(Refusal):
    """Without this person nobody could administer the hub."""

    package = "casework.people"


class StillNeeded(Refusal):
    """``hindrance`` says what has to be settled first."""

    package = "casework.people"

    def text(self, language: Language) -> str:
        hindrance = self.details["hindrance"]
        assert isinstance(hindrance, Label)
        texts = catalogue(self.package)
        return texts.text(f"error.{self.slug}", language, hindrance=hindrance.text(language))
