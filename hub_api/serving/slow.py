"""Slow questions: those whose filters, spans and expansions a reader writes, so that nobody knows beforehand how long they take.

They have connections of their own, and each reader a few of these; what is read by everybody, such as what is newest, does not
wait behind them. Which questions are slow is declared where they are answered, by :func:`slow`, and never guessed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, Final, ParamSpec

from starlette.requests import Request
from starlette.responses import Response

from hub_api.serving.database import LENT
from hub_api.serving.errors import QueryTooLong
from hub_api.serving.exports.readers import reader_of
from hub_api.serving.hub import Hub

Given = ParamSpec("Given")
Handler = Callable[Given, Awaitable[Response]]
#: Of handlers that are declared slow.
MARK: Final = "is_slow"


def slow(handler: Handler[Given]) -> Handler[Given]:
    """A handler that takes the request, with a place of its reader: :class:`TooManyQuestions` where there is none, and
    :class:`QueryTooLong` after ``slow_seconds_max``.
    """

    @wraps(handler)
    async def within(*given: Given.args, **named: Given.kwargs) -> Response:
        request = _request_among((*given, *named.values()))
        hub: Hub = request.app.state.hub
        async with hub.slow_readers.place(reader_of(request.scope)) as places:
            token = LENT.set(places.connections)
            try:
                async with asyncio.timeout(hub.settings.slow_seconds_max):
                    return await handler(*given, **named)
            except TimeoutError as error:
                raise QueryTooLong from error
            finally:
                LENT.reset(token)

    setattr(within, MARK, True)
    return within


def _request_among(given: tuple[Any, ...]) -> Request:
    return next(one for one in given if isinstance(one, Request))
