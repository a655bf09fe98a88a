"""``$filter`` and ``$orderby``, from text to trees. Bounded in length, in parts and in depth."""

from __future__ import annotations

import re
from typing import Final, get_args

from hub_api.standards.sensorthings.errors import RequestInvalid
from hub_api.standards.sensorthings.settings import SensorThingsSettings
from hub_api.standards.sensorthings.syntax import literals
from hub_api.standards.sensorthings.syntax.tokens import Tokens, pieces
from hub_api.standards.sensorthings.syntax.tree import (
    Among,
    Binary,
    Call,
    Expression,
    Lambda,
    Literal,
    Negative,
    Not,
    Operator,
    OrderKey,
    Path,
    Value,
)

#: What binds tighter has the larger number.
STRENGTH: Final[dict[str, int]] = {
    "or": 1,
    "and": 2,
    "eq": 4,
    "ne": 4,
    "gt": 5,
    "ge": 5,
    "lt": 5,
    "le": 5,
    "in": 5,
    "add": 6,
    "sub": 6,
    "mul": 7,
    "div": 7,
    "divby": 7,
    "mod": 7,
}
assert STRENGTH.keys() == {*get_args(Operator), "in"}
#: ``not`` takes a whole comparison: ``not result gt 5``.
NOT_STRENGTH: Final = 3
#: Some clients write the direction in capitals.
_DIRECTED: Final = re.compile(r"(.*\S)\s+(asc|desc)", re.IGNORECASE | re.DOTALL)
WORDS: Final = {"true": True, "false": False, "null": None}


def parse_filter(text: str, settings: SensorThingsSettings, option: str = "$filter") -> Expression:
    """The tree of a condition."""
    return _Parser(text, settings, option).whole()


def parse_order(text: str, settings: SensorThingsSettings) -> tuple[OrderKey, ...]:
    """``phenomenonTime desc, result``."""
    keys = []
    for piece in pieces(text, ",", "$orderby"):
        found = _DIRECTED.fullmatch(piece)
        expression = parse_filter(piece if found is None else found[1], settings, "$orderby")
        keys.append(OrderKey(expression, found is not None and found[2].lower() == "desc"))
    if len(keys) > settings.order_keys_max:
        raise RequestInvalid("$orderby", "too_many_keys", maximum=settings.order_keys_max)
    return tuple(keys)


class _Parser:
    def __init__(self, text: str, settings: SensorThingsSettings, option: str) -> None:
        self._settings = settings
        self._option = option
        self._tokens = Tokens(text, option)
        self._parts = 0
        self._depth = 0

    def whole(self) -> Expression:
        expression = self._expression(0)
        if self._tokens.current.kind != "end":
            raise self._tokens.wrong()
        return expression

    def _expression(self, weakest: int) -> Expression:
        self._depth += 1
        if self._depth > self._settings.expression_depth_max:
            raise RequestInvalid(self._option, "too_deep", maximum=self._settings.expression_depth_max)
        left = self._first()
        while self._tokens.current.kind == "name":
            word = self._tokens.current.text
            strength = STRENGTH.get(word)
            if strength is None or strength <= weakest:
                break
            self._tokens.take()
            self._count()
            left = self._among(left) if word == "in" else Binary(word, left, self._expression(strength))
        self._depth -= 1
        return left

    def _count(self) -> None:
        self._parts += 1
        if self._parts > self._settings.expression_parts_max:
            raise RequestInvalid(self._option, "too_many_parts", maximum=self._settings.expression_parts_max)

    def _first(self) -> Expression:
        self._count()
        tokens = self._tokens
        if tokens.is_word("not"):
            tokens.take()
            return Not(self._expression(NOT_STRENGTH))
        if tokens.is_sign("-"):
            tokens.take()
            return self._negative()
        if tokens.is_sign("+"):
            tokens.take()
            return self._first()
        if tokens.is_sign("("):
            tokens.take()
            inner = self._expression(0)
            tokens.expect(")")
            return inner
        if tokens.current.kind == "name":
            return self._named()
        return self._literal()

    def _negative(self) -> Expression:
        self._depth += 1
        if self._depth > self._settings.expression_depth_max:
            raise RequestInvalid(self._option, "too_deep", maximum=self._settings.expression_depth_max)
        item = self._first()
        self._depth -= 1
        if isinstance(item, Literal) and type(item.value) in (int, float):
            return Literal(-item.value)  # type: ignore[operator]  # a number, as was just asked
        return Negative(item)

    def _literal(self) -> Expression:
        token = self._tokens.current
        option, points_max = self._option, self._settings.geometry_points_max
        match token.kind:
            case "text":
                value: Value = literals.quoted(token.text)
            case "number":
                value = literals.number(token.text, option)
            case "instant":
                value = literals.instant(token.text, option)
            case "interval":
                value = literals.interval(token.text, option)
            case "date":
                value = literals.day(token.text, option)
            case "time":
                value = literals.time_of_day(token.text, option)
            case "typed":
                value = literals.typed(token.text, option, points_max)
            case _:
                raise self._tokens.wrong()
        if isinstance(value, str) and "\0" in value:
            raise RequestInvalid(option, "null_character")
        self._tokens.take()
        return Literal(value)

    def _named(self) -> Expression:
        word = self._tokens.take().text
        if word in WORDS and not self._tokens.is_sign("/"):
            return Literal(WORDS[word])
        if self._tokens.is_sign("("):
            return Call(word, self._arguments())
        return self._path(word)

    def _arguments(self) -> tuple[Expression, ...]:
        tokens = self._tokens
        tokens.expect("(")
        arguments: list[Expression] = []
        while not tokens.is_sign(")"):
            if arguments:
                tokens.expect(",")
            arguments.append(self._expression(0))
        tokens.take()
        return tuple(arguments)

    def _among(self, item: Expression) -> Expression:
        if self._tokens.current.kind == "name":  # of an array in JSON
            return Among(item, (self._path(self._tokens.take().text),), is_array=True)
        choices = self._arguments()
        if not choices:
            raise RequestInvalid(self._option, "among_nothing")
        return Among(item, choices)

    def _path(self, first: str) -> Expression:
        tokens = self._tokens
        keys = [first]
        while tokens.is_sign("/") or tokens.is_sign("["):
            self._count()
            if tokens.take().text == "[":
                if tokens.current.kind != "number":
                    raise tokens.wrong()
                keys.append(tokens.take().text)
                tokens.expect("]")
                continue
            key = tokens.take_key()
            if key in ("any", "all") and tokens.is_sign("("):
                return self._lambda(key, tuple(keys))
            keys.append(key)
        return Path(tuple(keys))

    def _lambda(self, quantifier: str, keys: tuple[str, ...]) -> Expression:
        tokens = self._tokens
        tokens.expect("(")
        if tokens.is_sign(")") and quantifier == "any":
            tokens.take()
            return Lambda("any", Path(keys), "", None)
        if tokens.current.kind != "name":
            raise tokens.wrong()
        variable = tokens.take().text
        tokens.expect(":")
        condition = self._expression(0)
        tokens.expect(")")
        return Lambda("any" if quantifier == "any" else "all", Path(keys), variable, condition)
