"""Numbers that sensors send where they have no value, by model, in the units in which they send: ``missing_codes.toml``. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from citycore.units import SAME, conversion

_NOT_NAME = re.compile(r"[^a-z0-9]+")
_ONE_OF_SEVERAL = re.compile(r"[-_]\d{1,2}$", re.ASCII)
_TABLE = "missing_codes.toml"


class Codes(NamedTuple):
    """Numbers that stand for "no value", and those that may be true results as well, in one unit."""

    values: frozenset[float] = frozenset()
    doubtful: frozenset[float] = frozenset()


_NONE = Codes()


@cache
def missing_codes() -> Mapping[str, Mapping[str, Any]]:
    """The entries of the file by each name of a model: ``names``, ``after`` (the source) and ``codes``."""
    listed = tomllib.loads((files("citycore") / _TABLE).read_text("utf-8"))["model"]
    return {_plain(name): each for each in listed for name in each["names"]}


def is_known(model: str) -> bool:
    return _entry(model) is not None


@lru_cache(maxsize=4096)
def codes_of(model: str, observed_property: str, unit: str) -> Codes:
    """The codes of a model for a property in a unit (UCUM), none where the model is not known."""
    known = _entry(model)
    if known is None:
        return _NONE
    values: set[float] = set()
    doubtful: set[float] = set()
    for code in known["codes"]:
        if code.get("property", observed_property) != observed_property:
            continue
        made = conversion(code["unit"], unit) if "unit" in code else SAME
        if made is not None:
            values.update(made(float(each)) for each in code.get("values", ()))
            doubtful.update(made(float(each)) for each in code.get("doubtful", ()))
    return Codes(frozenset(values), frozenset(doubtful - values))


def _entry(model: str) -> Mapping[str, Any] | None:
    """The entry of a model, also where its name ends with a number, as of several at a device: ``ds18b20-2``."""
    known = missing_codes()
    return known.get(_plain(model)) or known.get(_plain(_ONE_OF_SEVERAL.sub("", model)))


def _plain(model: str) -> str:
    """``DS18B20`` for ``ds18b20`` and ``DS-18B20``."""
    return _NOT_NAME.sub("", model.lower())
