"""Routes whose arguments an address names, as FastAPI reads those of any route."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from inspect import Parameter, Signature, signature
from typing import Any, get_type_hints
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from hub_api.programme.kit.request import CurrentRequest

_NAMES = re.compile(r"\{(\w+)\}")


def add_route(
    router: APIRouter,
    method: str,
    path: str,
    route: Callable[..., Awaitable[Response]],
    arguments: Sequence[Parameter],
) -> None:
    """With arguments that FastAPI reads as those of any route: the signature is made, not written."""
    shape = Signature([argument("request", CurrentRequest), *arguments], return_annotation=Response)
    route.__signature__ = shape  # type: ignore[attr-defined]
    router.add_api_route(path, route, methods=[method])


def names_in(path: str) -> list[str]:
    return _NAMES.findall(path)


def argument(name: str, kind: object) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, annotation=kind)


def arguments_of(function: Callable[..., object], known: int) -> list[Parameter]:
    """Those that an address gives to a function: all but the first, which are known."""
    hints = get_type_hints(function, include_extras=True)
    parameters = list(signature(function).parameters.values())[known:]
    return [each.replace(annotation=hints[each.name], kind=Parameter.KEYWORD_ONLY) for each in parameters]


def named(look: Callable[..., Any], path: str) -> Callable[..., Any]:
    """``look`` gets the session, the request and what ``path`` names, by the names that it has there: an object if it names one,
    and texts after it.
    """
    names = names_in(path)
    kinds: dict[str, type] = {**dict.fromkeys(names[:1], UUID), **dict.fromkeys(names[1:], str)}

    def shown(*given: Any) -> Any:
        return look(*given)

    known = [Parameter(each, Parameter.POSITIONAL_ONLY) for each in ("session", "request")]
    shown.__annotations__ = kinds
    arguments = [argument(name, kind) for name, kind in kinds.items()]
    shown.__signature__ = Signature([*known, *arguments])  # type: ignore[attr-defined]
    return shown


def at(path: str, object_id: UUID) -> str:
    """The path of one object."""
    (name,) = names_in(path)
    return path.format(**{name: object_id})
