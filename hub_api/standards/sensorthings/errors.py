"""What can be wrong with a SensorThings request."""

from __future__ import annotations

from collections.abc import Mapping

from citycore.errors import FalajError, Kind
from citycore.language import Language, catalogue

PACKAGE = "hub_api.standards.sensorthings"
#: What of a wrong piece is repeated in the message.
SHOWN_CHARACTERS_MAX = 60

#: What a message says of ours, which is short or wanted whole.
OURS = frozenset({"known", "maximum"})


def shown(piece: object) -> str:
    """A piece of the request as a message repeats it: short, in one line."""
    text = " ".join(str(piece).split())
    return text if len(text) <= SHOWN_CHARACTERS_MAX else f"{text[: SHOWN_CHARACTERS_MAX - 1]}…"


def _shown(fields: Mapping[str, object]) -> dict[str, object]:
    """What is known is ours, and told in full; with numbers their nouns agree."""
    return {name: value if name in OURS else shown(value) for name, value in fields.items()}


class RequestInvalid(FalajError):
    """A query option, a path or an expression cannot be read or means nothing.

    ``option`` is where (``$filter``), ``reason`` names the text that ``fields`` fill.
    """

    slug = "sta_request_invalid"
    kind = Kind.INVALID
    package = PACKAGE

    def __init__(self, option: str, reason: str, **fields: object) -> None:
        self.option = option
        self.reason = reason
        self.fields = _shown(fields)
        super().__init__(option=option)

    def text(self, language: Language) -> str:
        texts = catalogue(PACKAGE)
        reason = texts.text(f"reason.{self.reason}", language, **self.fields)
        return texts.text(f"error.{self.slug}", language, option=self.option, reason=reason)


class OptionUnsupported(RequestInvalid):
    """An option of OData that the standard did not take over; it asks for 501 then."""

    slug = "sta_option_unsupported"


class NothingThere(FalajError):
    """The path leads to no entity, property or collection; ``reason`` says which of its segments fails."""

    slug = "sta_nothing_there"
    kind = Kind.NOT_FOUND
    package = PACKAGE

    def __init__(self, reason: str, **fields: object) -> None:
        self.reason = reason
        self.fields = _shown(fields)
        super().__init__()

    def text(self, language: Language) -> str:
        return catalogue(PACKAGE).text(f"nothing.{self.reason}", language, **self.fields)


class StillSearching(FalajError):
    """Nothing was found in the time that a request has; ``link`` goes on where this one ended."""

    slug = "sta_still_searching"
    kind = Kind.UNAVAILABLE
    package = PACKAGE

    def __init__(self, link: str) -> None:
        self.link = link
        super().__init__()
