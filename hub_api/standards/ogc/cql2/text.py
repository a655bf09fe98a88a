"""CQL2 Text (OGC 21-065r2) read into CQL2 JSON, in time that grows with its length and to a bounded depth.

The package ``cql2`` is not asked: on an open bracket that nothing closes its parser takes twice as long for each more (22
brackets: 17 s), and some thousand brackets end the process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from hub_api.standards.ogc.errors import refused

Json = Any
COMPARISONS = frozenset({"=", "<>", "<", ">", "<=", ">="})
GEOMETRIES = {
    name.upper(): name
    for name in (
        "Point",
        "LineString",
        "Polygon",
        "MultiPoint",
        "MultiLineString",
        "MultiPolygon",
        "GeometryCollection",
    )
}
COLLECTION = "GEOMETRYCOLLECTION"
KEYWORDS = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN", "LIKE", "IS", "NULL"})
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<text>'(?:[^'\\]|''|\\.)*')
    |(?P<quoted>"(?:[^"]|"")+")
    |(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)
    |(?P<name>[^\W\d][\w.:]*)
    |(?P<mark><>|<=|>=|[=<>(),])
    |(?P<other>\S)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r"''|\\'")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text, and at which character it begins (from 1)."""

    kind: str
    text: str
    place: int

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these keywords, in whatever case."""
        return self.kind == "name" and self.text.upper() in words


def read_text(text: str, depth_max: int) -> Json:
    """The filter as CQL2 JSON; ``InvalidParameters`` says at which character it goes wrong."""
    reader = _Reader(list(_tokens(text)), len(text) + 1, depth_max)
    whole = reader.either(0)
    if reader.token is not None:
        reader.fail()
    return whole


def _tokens(text: str) -> Iterator[Token]:
    place = 0
    while (found := _TOKEN.match(text, place)) is not None:
        kind = found.lastgroup
        assert kind is not None
        yield Token(kind, found[kind], found.start(kind) + 1)
        if kind == "other":  # nothing that begins with it can be read
            return
        place = found.end()


class _Reader:
    """Recursive descent: or, and, not, predicate, operand."""

    def __init__(self, tokens: list[Token], end: int, depth_max: int) -> None:
        self._tokens = tokens
        self._end = end
        self._depth_max = depth_max
        self._at = 0

    @property
    def token(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def fail(self) -> NoReturn:
        """``InvalidParameters`` with the place and what stands there."""
        token = self.token
        if token is None:
            raise refused("filter", "filter_ends", place=self._end)
        if token.kind == "other" and token.text in "+-*/%^":
            raise refused("filter", "no_arithmetic", place=token.place, found=token.text)
        raise refused("filter", "filter_syntax", place=token.place, found=token.text)

    def either(self, depth: int) -> Json:
        return self._chain("OR", "or", self._both, depth)

    def _both(self, depth: int) -> Json:
        return self._chain("AND", "and", self._negation, depth)

    def _chain(self, word: str, operator: str, part: Any, depth: int) -> Json:
        parts = [part(depth)]
        while self._takes(word):
            parts.append(part(depth))
        return parts[0] if len(parts) == 1 else {"op": operator, "args": parts}

    def _negation(self, depth: int) -> Json:
        if depth >= self._depth_max:
            raise refused("filter", "filter_too_deep", maximum=self._depth_max)
        if self._takes("NOT"):
            return {"op": "not", "args": [self._negation(depth + 1)]}
        if self._takes_mark("("):
            inner = self.either(depth + 1)
            self._expect(")")
            return inner
        return self._predicate(depth)

    def _predicate(self, depth: int) -> Json:
        left = self._operand(depth)
        token = self.token
        if token is not None and token.kind == "mark" and token.text in COMPARISONS:
            self._at += 1
            return {"op": token.text, "args": [left, self._operand(depth)]}
        if self._takes("IS"):
            is_negated = self._takes("NOT")
            if not self._takes("NULL"):
                self.fail()
            return _negated({"op": "isNull", "args": [left]}, is_negated)
        is_negated = self._takes("NOT")
        if self._takes("BETWEEN"):
            low = self._operand(depth)
            if not self._takes("AND"):
                self.fail()
            return _negated({"op": "between", "args": [left, low, self._operand(depth)]}, is_negated)
        if self._takes("LIKE"):
            return _negated({"op": "like", "args": [left, self._operand(depth)]}, is_negated)
        if self._takes("IN"):
            self._expect("(")
            return _negated({"op": "in", "args": [left, self._operands(depth)]}, is_negated)
        if is_negated:
            self.fail()
        return left

    def _operands(self, depth: int) -> list[Json]:
        """Those up to the closing bracket, which is taken too."""
        found = [self._operand(depth)]
        while self._takes_mark(","):
            found.append(self._operand(depth))
        self._expect(")")
        return found

    def _operand(self, depth: int) -> Json:
        token = self.token
        if depth >= self._depth_max:
            raise refused("filter", "filter_too_deep", maximum=self._depth_max)
        if token is None or token.kind in {"mark", "other"} or token.is_word(*KEYWORDS):
            self.fail()
        self._at += 1
        if token.kind != "name":
            return _literal(token)
        word = token.text.upper()
        if word in {"TRUE", "FALSE"}:
            return word == "TRUE"
        if (word in GEOMETRIES and self._is_mark("(")) or self._is_dimension(word):
            return self._geometry(word, depth)
        if self._takes_mark("("):
            return _named(token.text, self._operands(depth + 1))
        return {"property": token.text}

    def _is_dimension(self, word: str) -> bool:
        return word in GEOMETRIES and self._takes("Z")

    def _geometry(self, word: str, depth: int) -> Json:
        if word == COLLECTION:
            self._expect("(")
            return {"type": GEOMETRIES[word], "geometries": self._operands(depth + 1)}
        nested = self._positions(depth + 1)
        if word == "POINT":
            nested = nested[0]
        if word == "MULTIPOINT":
            nested = [one[0] if isinstance(one[0], list) else one for one in nested]
        return {"type": GEOMETRIES[word], "coordinates": nested}

    def _positions(self, depth: int) -> list[Any]:
        """``(1 2, 3 4)`` or lists of such, as GeoJSON nests them."""
        if depth >= self._depth_max:
            raise refused("filter", "filter_too_deep", maximum=self._depth_max)
        self._expect("(")
        found = []
        while True:
            found.append(self._positions(depth + 1) if self._is_mark("(") else self._position())
            if not self._takes_mark(","):
                break
        self._expect(")")
        return found

    def _position(self) -> list[float]:
        numbers = []
        while (token := self.token) is not None and token.kind == "number":
            numbers.append(float(token.text))
            self._at += 1
        if len(numbers) not in {2, 3}:
            self.fail()
        return numbers

    def _takes(self, word: str) -> bool:
        token = self.token
        if token is None or not token.is_word(word):
            return False
        self._at += 1
        return True

    def _is_mark(self, mark: str) -> bool:
        token = self.token
        return token is not None and token.kind == "mark" and token.text == mark

    def _takes_mark(self, mark: str) -> bool:
        if not self._is_mark(mark):
            return False
        self._at += 1
        return True

    def _expect(self, mark: str) -> None:
        if not self._takes_mark(mark):
            self.fail()


def _literal(token: Token) -> Json:
    """A text, a number, or a property whose name stands in quotes."""
    if token.kind == "text":
        return _ESCAPED.sub("'", token.text[1:-1])
    if token.kind == "number":
        return float(token.text)
    return {"property": token.text[1:-1].replace('""', '"')}


def _negated(predicate: Json, is_negated: bool) -> Json:  # one caller, one meaning
    return {"op": "not", "args": [predicate]} if is_negated else predicate


def _named(name: str, arguments: list[Json]) -> Json:
    """What looks like a function call: a box, an instant, or a function."""
    word = name.lower()
    if word == "bbox":
        return {"bbox": arguments}
    if word in {"timestamp", "date"} and len(arguments) == 1:
        return {word: arguments[0]}
    if word == "interval":
        return {"interval": arguments}
    return {"op": word, "args": arguments}
