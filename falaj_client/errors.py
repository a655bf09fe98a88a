"""What can go wrong, each with one line for people in the client's language."""

from __future__ import annotations

from dataclasses import dataclass

from falaj_client.model import Language
from falaj_client.texts import text


class ClientError(Exception):
    """The root of everything this package raises, besides ``ValueError`` for wrong arguments."""


@dataclass(frozen=True, slots=True)
class ParameterFault:
    """One wrong parameter of a request; ``code`` is stable, ``detail`` is for people."""

    parameter: str
    code: str
    detail: str


class Problem(ClientError):
    """The API answered with a problem (RFC 9457), in the client's language.

    ``code`` is stable; ``parameter`` is the first wrong one; ``suggestion`` the nearest name that
    exists; ``hint_url`` a request that would be answered; ``reference`` is what to quote when you report it.
    """

    def __init__(self, url: str, document: ProblemDocument) -> None:
        super().__init__(document.detail or document.title)
        self.url = url
        self.status = document.status
        self.code = document.code
        self.title = document.title
        self.detail = document.detail
        self.faults = document.faults
        self.suggestion = document.suggestion
        self.reference = document.reference
        self.retry_after_seconds = document.retry_after_seconds
        self.hint_url = document.hint_url

    @property
    def parameter(self) -> str | None:
        """The parameter that is wrong, the first if there are several."""
        return self.faults[0].parameter if self.faults else None

    @property
    def hint(self) -> str | None:
        """What would work: the request that the API proposes, or the name it suggests."""
        return self.hint_url or self.suggestion


class NotFound(Problem):
    """404: nothing has this name."""


class InvalidParameters(Problem):
    """422: a parameter is wrong; 409: parameters contradict one another. ``faults`` says which and why."""


class Unavailable(Problem):
    """429 or 5xx: the API cannot answer now, also after the retries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemDocument:
    """A problem as the API wrote it."""

    status: int
    code: str
    title: str
    detail: str
    faults: tuple[ParameterFault, ...] = ()
    suggestion: str | None = None
    hint_url: str | None = None
    reference: str | None = None
    retry_after_seconds: float | None = None


class Unreachable(ClientError):
    """Nobody answered at ``url``, also after the retries."""

    def __init__(self, url: str, reason: str, language: Language) -> None:
        super().__init__(text("unreachable", language, url=url, reason=reason))
        self.url = url
        self.reason = reason


class NotThisApi(ClientError):
    """Something answered at ``url``, but nothing this client understands."""

    def __init__(self, url: str, key: str, language: Language) -> None:
        self.url = url
        self.reason = text(key, language)
        super().__init__(text("not_this_api", language, url=url, reason=self.reason))


class Incomplete(ClientError):
    """An export was cut off or altered on its way, also after the retries."""

    def __init__(self, url: str, key: str, language: Language) -> None:
        self.url = url
        self.reason = text(key, language)
        super().__init__(text("incomplete", language, url=url, reason=self.reason))


class TooManyPages(ClientError):
    """A list goes on beyond the limit of ``Options.pages_max``."""

    def __init__(self, url: str, pages_max: int, language: Language) -> None:
        super().__init__(text("too_many_pages", language, url=url, pages_max=pages_max))
        self.url = url
        self.pages_max = pages_max


class Gap(ClientError):
    """More was missed on the live stream than the API replays.

    ``last_event_id`` is where the stream goes on: ask for it from there.
    """

    def __init__(self, detail: str, last_event_id: str | None) -> None:
        super().__init__(detail)
        self.last_event_id = last_event_id


class Closed(ClientError):
    """The client was closed before it was asked."""

    def __init__(self, language: Language) -> None:
        super().__init__(text("closed", language))


class MissingExtra(ClientError, ImportError):
    """A package is not installed; the message says which extra brings it."""

    def __init__(self, method: str, package: str, extra: str) -> None:
        line = "\n".join(
            text("missing_extra", language, method=method, package=package, extra=extra)
            for language in _LANGUAGES
        )
        super().__init__(line)
        self.extra = extra


_LANGUAGES: tuple[Language, Language] = ("en", "ar")
