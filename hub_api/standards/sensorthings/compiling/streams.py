"""What of a condition about observations is about their datastreams alone.

That part is asked first: which datastreams they are is known from thousands of rows, and their observations are found by key among
tens of millions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np

from citycore.store.binary import ArrayParameter, int4_array
from hub_api.standards.sensorthings.syntax import tree

LINK: Final = "Datastream"


@dataclass(frozen=True, slots=True)
class Spans:
    """When things were at a feature of interest, by their datastreams: all the time, or in some spans of it."""

    always: Sequence[int] = ()
    sometimes: Sequence[int] = ()
    since: Sequence[datetime] = ()
    until: Sequence[datetime] = ()

    @property
    def parameters(self) -> dict[str, object]:
        """As a statement binds them."""
        return {
            "always": key_array(self.always),
            "sometimes": key_array(self.sometimes),
            "since": list(self.since),
            "until": list(self.until),
        }


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The datastreams that a question about observations is about, and of which types their results are; of a feature of interest also
    when they were there. ``rest`` is what of the filter is left.
    """

    numbers: Sequence[int]
    result_types: tuple[str, ...]
    spans: Spans | None = None
    rest: tree.Expression | None = None


def key_array(keys: Sequence[int]) -> ArrayParameter:
    """Of tens of thousands of entities, as an array that costs next to nothing to bind."""
    return int4_array(np.array(keys, dtype=np.int32))


def split(expression: tree.Expression) -> tuple[tree.Expression | None, tree.Expression | None]:
    """What has to hold for the datastream, as a condition of its own, and what is left for the observation."""
    own: tree.Expression | None = None
    rest: tree.Expression | None = None
    for one in _conjuncts(expression):
        if _is_of_stream(one):
            own = _and(own, _stripped(one))
        else:
            rest = _and(rest, one)
    return own, rest


def _conjuncts(expression: tree.Expression) -> list[tree.Expression]:
    match expression:
        case tree.Binary("and", left, right):
            return [*_conjuncts(left), *_conjuncts(right)]
        case _:
            return [expression]


def _and(so_far: tree.Expression | None, more: tree.Expression) -> tree.Expression:
    return more if so_far is None else tree.Binary("and", so_far, more)


def parts(expression: tree.Expression) -> list[tree.Expression]:
    """What an expression is put together of; of a path and of any() and all() nothing."""
    match expression:
        case tree.Binary(_, left, right):
            return [left, right]
        case tree.Not(item) | tree.Negative(item):
            return [item]
        case tree.Among(item, choices):
            return [item, *choices]
        case tree.Call(_, arguments):
            return list(arguments)
        case _:
            return []


def _leaves(expression: tree.Expression) -> list[tree.Expression]:
    some = parts(expression)
    return [leaf for part in some for leaf in _leaves(part)] if some else [expression]


def _is_of_stream(expression: tree.Expression) -> bool:
    leaves = _leaves(expression)
    paths = [one for one in leaves if isinstance(one, tree.Path)]
    is_plain = all(isinstance(one, tree.Path | tree.Literal | tree.Call) for one in leaves)
    return bool(paths) and is_plain and all(one.keys[0] == LINK and len(one.keys) > 1 for one in paths)


def _stripped(expression: tree.Expression) -> tree.Expression:
    match expression:
        case tree.Path(keys):
            return tree.Path(keys[1:])
        case tree.Binary(_, left, right):
            return replace(expression, left=_stripped(left), right=_stripped(right))
        case tree.Not(item) | tree.Negative(item):
            return replace(expression, item=_stripped(item))
        case tree.Among(item, choices):
            return replace(expression, item=_stripped(item), choices=tuple(_stripped(one) for one in choices))
        case tree.Call(name, arguments):
            return tree.Call(name, tuple(_stripped(one) for one in arguments))
        case _:
            return expression
