"""Settings that are several values in one line, separated by commas."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import BeforeValidator
from pydantic_settings import NoDecode

Value = TypeVar("Value")


def separated(line: str) -> tuple[str, ...]:
    """What stands between commas, without spaces around it and without what is empty."""
    return tuple(part for part in map(str.strip, line.split(",")) if part)


def _parts(given: object) -> object:
    """What is several values already stays so."""
    return separated(given) if isinstance(given, str) else given


#: A field of settings: ``hosts: CommaList[str] = ()`` takes ``FALAJ_…_HOSTS=a.example, b.example``.
CommaList = Annotated[tuple[Value, ...], NoDecode, BeforeValidator(_parts)]
