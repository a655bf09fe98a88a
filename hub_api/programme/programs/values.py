"""Values that bodies hold, described so exactly that what fits the description is refused only for how it stands beside
the rest.

Limits are settings: a body is read, and the document is made, with what knows them (:func:`told_by`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainValidator,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema
from pydantic_settings import BaseSettings

#: The settings of a kind, as this hub has them.
Limits = Callable[[type[Any]], Any]
_limits: ContextVar[Limits] = ContextVar("limits")
#: What ``str.strip`` takes away, for a pattern.
_SPACES = r"\x09-\x0d\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
NOT_BLANK = rf"^[^\x00]*[^\x00{_SPACES}][^\x00]*$"
MARK_MAX = 1_000_000
MARK_TEXT = rf"^-?({MARK_MAX}|[0-9]{{1,6}}(\.[0-9]{{1,6}})?)$"
_MARK = re.compile(MARK_TEXT)

#: PostgreSQL stores no NUL, and a lone surrogate is no text.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
TrimmedText = Annotated[Text, AfterValidator(str.strip)]


@contextmanager
def told_by(limits: Limits) -> Iterator[None]:
    """Schemas that are made meanwhile have these limits."""
    token = _limits.set(limits)
    try:
        yield
    finally:
        _limits.reset(token)


@dataclass(frozen=True, slots=True)
class Most:
    """Of characters or of elements: the ``name`` of these settings; of text at ``least`` one that is no space.

    It counts what was sent, spaces around it included; the context of the validation is the :data:`Limits`, and without
    any nothing is counted.
    """

    settings: type[BaseSettings]
    name: str
    least: int = 0

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_before_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        described = dict(handler(schema))
        known = _limits.get(None)
        key = "maxItems" if described.get("type") == "array" else "maxLength"
        if known is not None:
            described[key] = self._most(known)
        if self.least:
            described |= {"minLength": self.least, "pattern": NOT_BLANK}
        return described

    def _most(self, limits: Limits) -> int:
        most: int = getattr(limits(self.settings), self.name)
        return most

    def _checked(self, value: Any, info: ValidationInfo) -> Any:
        if info.context is None or not isinstance(value, (str, list)):
            return value
        most = self._most(info.context)
        if len(value) > most:
            code = "string_too_long" if isinstance(value, str) else "too_many_items"
            raise PydanticCustomError(code, "too long", {"max_length": most})
        if self.least and isinstance(value, str) and not value.strip():
            raise PydanticCustomError("string_too_short", "blank", {})
        return value


def _whole(value: object) -> object:
    """A number of JSON with nothing behind the point is an integer, as JSON Schema counts them."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


#: Behind the bounds of a strict integer: ``Annotated[int, Field(strict=True, ge=1), WHOLE]``.
WHOLE = BeforeValidator(_whole)


def _mark(value: object) -> Decimal | Literal["n/a"]:
    if value == "n/a":
        return "n/a"
    is_number = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
    if is_number or (isinstance(value, str) and _MARK.fullmatch(value)):
        mark = Decimal(str(value))
        if abs(mark) <= MARK_MAX:
            return mark
    raise PydanticCustomError("invalid", "no mark")


#: A number, or the same as text, which keeps a decimal as it was written.
MarkSent = Annotated[
    Decimal | Literal["n/a"],
    PlainValidator(_mark),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": -MARK_MAX, "maximum": MARK_MAX},
                {"type": "string", "pattern": MARK_TEXT},
                {"const": "n/a"},
            ]
        }
    ),
]
