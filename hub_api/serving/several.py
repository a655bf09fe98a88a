"""Several values of one parameter: side by side, or given several times."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

#: How many values one parameter may have.
VALUES_MAX = 100
NAME_CHARACTERS_MAX = 63
DATASTREAM_MAX = 2**31 - 1


def split_values(given: object) -> object:
    """``a,b`` as well as a parameter given several times: each value once, in the order in which they came."""
    texts = [given] if isinstance(given, str | int) else given
    if not isinstance(texts, list | tuple):
        return given
    values = [value for text in texts for value in str(text).split(",")]
    # As they came: a document can bound how many there are, not how many differ.
    if len(values) > VALUES_MAX:
        raise PydanticCustomError("too_many_values", "too many", {"max_length": VALUES_MAX})
    return tuple(dict.fromkeys(values))


_NameOfSeveral = Annotated[
    str,
    StringConstraints(min_length=1, max_length=NAME_CHARACTERS_MAX, pattern=r"^[^,\x00-\x1f\x7f]*$"),
]
_NumberOfSeveral = Annotated[int, Field(ge=1, le=DATASTREAM_MAX)]
_SEVERAL = Field(min_length=1, max_length=VALUES_MAX)
#: ``thing=a,b`` or ``thing=a&thing=b``.
SeveralNames = Annotated[tuple[_NameOfSeveral, ...], BeforeValidator(split_values), _SEVERAL]
SeveralNumbers = Annotated[tuple[_NumberOfSeveral, ...], BeforeValidator(split_values), _SEVERAL]
