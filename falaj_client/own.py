"""What somebody's program asks in their name: the operations below ``/v1/innovation/me``, with a token of theirs.

They are described by the hub itself, at ``/v1/innovation/me/openapi.json``; answers are given as they come, as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx

from falaj_client.errors import NotThisApi, Unreachable
from falaj_client.exchange import KEY, VERSION
from falaj_client.model import Language
from falaj_client.options import Options
from falaj_client.problems import problem_of
from falaj_client.texts import text
from falaj_client.transport import FAILURES, broken_by


@dataclass(frozen=True, slots=True)
class Deed:
    """One operation; ``version`` is the one that was seen, for what changes something."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    version: int | None = None


class Own:
    """One hub, asked for whoever the token of a question belongs to. Several threads may share it.

    Nothing is asked twice: whether what has no answer happened, only its person can see.
    """

    def __init__(self, url: str, *, options: Options | None = None, trust_env: bool = True) -> None:
        self._url = url.rstrip("/")
        waits = (options or Options()).timeout_seconds
        self._http = httpx.Client(timeout=waits, trust_env=trust_env, follow_redirects=False)

    def ask(self, token: str, deed: Deed, language: Language = "en") -> Any:
        """The answer as JSON.

        Raises :class:`Problem` where the hub refuses, :class:`Unreachable` where nobody answers, :class:`NotThisApi`, and
        ``ValueError`` for what no header can hold.
        """
        url = f"{self._url}{deed.path}"
        if not KEY.fullmatch(token):
            raise ValueError(text("not_a_key", language))
        headers = {
            "accept": "application/json, application/problem+json;q=0.9",
            "accept-language": language,
            "authorization": f"Bearer {token}",
            "user-agent": f"falaj-client/{VERSION}",
        }
        if deed.version is not None:
            headers["if-match"] = f'"{deed.version}"'
        try:
            answer = self._http.request(deed.method, url, headers=headers, json=deed.body)
        except FAILURES as error:
            raise Unreachable(url, broken_by(error).reason, language) from error
        if not answer.is_success:
            told = {name.lower(): value for name, value in answer.headers.items()}
            raise problem_of(url, answer.status_code, told, answer.content, language)
        try:
            return json.loads(answer.content)
        except ValueError as error:
            raise NotThisApi(url, "no_json", language) from error

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
