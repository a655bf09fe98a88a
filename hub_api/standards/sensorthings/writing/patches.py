"""JSON Patch (RFC 6902) on the properties of an entity. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from hub_api.standards.sensorthings.writing.errors import EntityInvalid, WritingConflict
from hub_api.standards.sensorthings.writing.rules import check_nesting

_OPERATIONS_MAX = 100


def patched(present: Mapping[str, Any], operations: Sequence[Any]) -> dict[str, Any]:
    """The properties after all operations; :class:`EntityInvalid` where one cannot be done, ``WritingConflict`` where a test fails."""
    document: dict[str, Any] = {
        key: value for key, value in deepcopy(dict(present)).items() if value is not None
    }
    for number, operation in enumerate(operations[: _OPERATIONS_MAX + 1]):
        if number == _OPERATIONS_MAX or not isinstance(operation, dict):
            raise EntityInvalid("", "patch_unreadable", number=number, given=operation)
        try:
            _apply(document, operation)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise EntityInvalid("", "patch_unreadable", number=number, given=operation) from error
    check_nesting(document)
    return document


def _apply(document: dict[str, Any], operation: Mapping[str, Any]) -> None:
    path = _steps(operation["path"])
    match operation["op"]:
        case "add":
            _put(document, path, operation["value"], is_new=True)
        case "replace":
            _put(document, path, operation["value"], is_new=False)
        case "remove":
            _take(document, path)
        case "move":
            _put(document, path, _take(document, _steps(operation["from"])), is_new=True)
        case "copy":
            _put(document, path, deepcopy(_get(document, _steps(operation["from"]))), is_new=True)
        case "test":
            if _get(document, path) != operation["value"]:
                raise WritingConflict("patch_test", path=operation["path"])
        case other:
            raise ValueError(other)


def _steps(path: str) -> list[str]:
    if not path.startswith("/"):
        raise ValueError(path)
    return [step.replace("~1", "/").replace("~0", "~") for step in path[1:].split("/")]


def _get(document: Any, path: Sequence[str]) -> Any:
    for step in path:
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


def _take(document: Any, path: Sequence[str]) -> Any:
    around = _get(document, path[:-1])
    return around.pop(int(path[-1])) if isinstance(around, list) else around.pop(path[-1])


def _put(document: Any, path: Sequence[str], value: Any, *, is_new: bool) -> None:
    around = _get(document, path[:-1])
    if isinstance(around, list):
        place = len(around) if path[-1] == "-" else int(path[-1])
        if not 0 <= place <= len(around):
            raise IndexError(place)
        around[place : place + (not is_new)] = [value]
        return
    if not is_new and path[-1] not in around:
        raise KeyError(path[-1])
    around[path[-1]] = value
