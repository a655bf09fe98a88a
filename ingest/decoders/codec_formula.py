"""The arithmetic of a codec: numbers, ``x`` and ``+ - * / // % ( )``, in one line.

No names, no calls, no powers, no loops: what it costs is bounded by its length.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

CHARACTERS_MAX = 200
DEPTH_MAX = 20

_TOKEN = re.compile(r"\s*(?:(\d+\.\d*|\.\d+|\d+)([eE][+-]?\d{1,2})?|(//|[-+*/%()x]))", re.ASCII)
_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}
_SUMS = ("+", "-")
_PRODUCTS = ("*", "/", "//", "%")

#: A step of the stack machine: a number, None for ``x``, or an operation of two.
Step = int | float | None | Callable[[Any, Any], Any]


class FormulaFault(ValueError):
    """The text is not a formula; says where."""


class Formula:
    """A formula that was read; :meth:`of` computes it."""

    __slots__ = ("_steps",)

    def __init__(self, text: str) -> None:
        self._steps = _Parser(text).steps

    def of(self, x: float) -> float:
        """The value; an :class:`ArithmeticError` where there is none."""
        stack: list[Any] = []
        for step in self._steps:
            if step is None:
                stack.append(x)
            elif callable(step):
                right = stack.pop()
                stack.append(step(stack.pop(), right))
            else:
                stack.append(step)
        value = stack.pop()
        float(value)  # an integer beyond what a double can hold is an OverflowError
        assert isinstance(value, int | float)
        return value


class _Parser:
    """Recursive descent, into the order in which a stack computes."""

    def __init__(self, text: str) -> None:
        if len(text) > CHARACTERS_MAX:
            raise FormulaFault(f"has {len(text)} characters; {CHARACTERS_MAX} at most")
        self._tokens = _tokens(text)
        self._next = 0
        self.steps: list[Step] = []
        self._sum(0)
        if self._next < len(self._tokens):
            raise FormulaFault(f"{self._tokens[self._next]} is not expected")

    def _peek(self) -> Any:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _sum(self, depth: int) -> None:
        self._chain(_SUMS, self._product, depth)

    def _product(self, depth: int) -> None:
        self._chain(_PRODUCTS, self._factor, depth)

    def _chain(self, signs: tuple[str, ...], part: Callable[[int], None], depth: int) -> None:
        part(depth)
        while (sign := self._peek()) in signs:
            self._next += 1
            part(depth)
            self.steps.append(_OPERATIONS[sign])

    def _factor(self, depth: int) -> None:
        if depth > DEPTH_MAX:
            raise FormulaFault(f"is nested deeper than {DEPTH_MAX}")
        token = self._peek()
        self._next += 1
        if token == "(":  # noqa: S105 -- a bracket
            self._sum(depth + 1)
            if self._peek() != ")":
                raise FormulaFault("lacks a )")
            self._next += 1
        elif token in _SUMS:
            self.steps.append(0)
            self._factor(depth + 1)
            self.steps.append(_OPERATIONS[token])
        elif token == "x":  # noqa: S105 -- the variable
            self.steps.append(None)
        elif isinstance(token, int | float):
            self.steps.append(token)
        else:
            raise FormulaFault("ends too early" if token is None else f"{token} is not expected")


def _tokens(text: str) -> list[Any]:
    tokens: list[Any] = []
    position, text = 0, text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise FormulaFault(
                f"{text[position:].strip()[:10]} is not a number, x or one of + - * / // % ( )"
            )
        number, exponent, sign = match.groups()
        if sign is not None:
            tokens.append(sign)
        else:
            tokens.append(
                int(number) if number.isdigit() and exponent is None else float(number + (exponent or ""))
            )
        position = match.end()
    return tokens
