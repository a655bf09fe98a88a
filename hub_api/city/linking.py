"""Which challenges link a thing or a dataset. Whoever knows challenges is named when the application is built."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

from fastapi import Depends, Request

from hub_api.serving.hub import Hub

#: The public challenges that link what has this code, as elements of an answer.
Linking = Callable[[Hub, Literal["dataset", "thing"], str], Awaitable[list[dict[str, Any]]]]


async def linking_of(request: Request) -> Linking:
    """A coroutine, since FastAPI would run a plain function in a thread."""
    linking: Linking = request.app.state.linking
    return linking


LinkingHere = Annotated[Linking, Depends(linking_of)]
