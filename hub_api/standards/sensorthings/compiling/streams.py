"""What of a condition about observations is about their datastreams alone.

That part is asked first: which datastreams they are is known from thousands of rows, and their observations are found by key among
tens of millions.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hub_api.standards.sensorthings.syntax import tree

LINK: Final = "Datastream"


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


def _parts(expression: tree.Expression) -> list[tree.Expression]:
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
    parts = _parts(expression)
    return [leaf for part in parts for leaf in _leaves(part)] if parts else [expression]


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
