"""RDF as small values, and how they are written: JSON-LD 1.1 and Turtle. One graph, the same triples in both.

Predicates, types and datatypes are prefixed names of :data:`PREFIXES`, written by us; addresses and texts may come from
anybody and are escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from citycore.language import Language
from hub_api.standards.catalogue.vocabulary import PREFIXES

#: What an address may hold unescaped; RFC 3987 and Turtle's IRIREF forbid the rest of ASCII.
IRI_SAFE = "!#$%&'()*+,/:;=?@[]~-._"
#: How a literal of Turtle writes what would end it, and what no text has.
ESCAPES = {number: f"\\u{number:04X}" for number in (*range(0x20), 0x7F)} | {
    ord(character): written
    for character, written in {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}.items()
}
INDENT = "    "


@dataclass(frozen=True, slots=True)
class Text:
    value: str
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A literal of a datatype, such as ``xsd:dateTime``."""

    lexical: str
    datatype: str


@dataclass(frozen=True, slots=True)
class Link:
    iri: str


@dataclass(frozen=True, slots=True)
class Node:
    """Something with properties, in their order; without ``iri`` it is blank."""

    types: tuple[str, ...]
    properties: tuple[tuple[str, Term], ...]
    iri: str | None = None


Term = Text | Value | Link | Node
Pair = tuple[str, Term]


def texts(predicate: str, both: Mapping[Language, str] | None) -> Iterator[Pair]:
    """A text in each of its languages; nothing for no text."""
    for language, value in (both or {}).items():
        yield predicate, Text(value, language)


def address(text: str) -> str:
    """An address in which nothing can end it early."""
    return quote(text, safe=IRI_SAFE)


def json_ld(nodes: Iterable[Node]) -> dict[str, Any]:
    """The nodes as one JSON-LD document. What has an address is described where it comes first."""
    described: set[str] = set()
    return {"@context": dict(PREFIXES), "@graph": [_object(node, described) for node in nodes]}


def _object(node: Node, described: set[str]) -> dict[str, Any]:
    if node.iri is not None:
        if node.iri in described:
            return {"@id": address(node.iri)}
        described.add(node.iri)
    found: dict[str, Any] = {} if node.iri is None else {"@id": address(node.iri)}
    found["@type"] = list(node.types) if len(node.types) > 1 else node.types[0]
    for predicate, terms in _grouped(node):
        values = [_value(term, described) for term in terms]
        found[predicate] = values[0] if len(values) == 1 else values
    return found


def _value(term: Term, described: set[str]) -> dict[str, Any]:
    match term:
        case Node():
            return _object(term, described)
        case Link(iri):
            return {"@id": address(iri)}
        case Text(value, None):
            return {"@value": value}
        case Text(value, language):
            return {"@value": value, "@language": language}
        case Value(lexical, datatype):
            return {"@value": lexical, "@type": datatype}


def turtle(nodes: Iterable[Node]) -> str:
    """The nodes as Turtle. What has an address is a subject of its own, told once."""
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    waiting, told, blocks = list(nodes), set[str](), list[str]()
    while waiting:
        node = waiting.pop(0)
        if node.iri is None or node.iri in told:
            continue
        told.add(node.iri)
        found: list[Node] = []
        blocks.append(f"\n<{address(node.iri)}> {_told(node, 1, found)} .\n")
        waiting += found
    return head + "".join(blocks)


def _told(node: Node, depth: int, found: list[Node]) -> str:
    """What is said of a node; nodes with an address within are put into ``found``."""
    lines = [f"a {', '.join(node.types)}"]
    for predicate, terms in _grouped(node):
        lines.append(f"{predicate} {', '.join(_written(term, depth, found) for term in terms)}")
    return f" ;\n{INDENT * depth}".join(lines)


def _written(term: Term, depth: int, found: list[Node]) -> str:
    match term:
        case Node(iri=None):
            end = f"\n{INDENT * depth}]"
            return f"[\n{INDENT * (depth + 1)}{_told(term, depth + 1, found)}{end}"
        case Node(iri=str(iri)):
            found.append(term)
            return f"<{address(iri)}>"
        case Link(iri):
            return f"<{address(iri)}>"
        case Text(value, None):
            return _quoted(value)
        case Text(value, language):
            return f"{_quoted(value)}@{language}"
        case Value(lexical, datatype):
            return f"{_quoted(lexical)}^^{datatype}"
    raise TypeError(f"{term!r} is no term")


def _quoted(text: str) -> str:
    return f'"{text.translate(ESCAPES)}"'


def _grouped(node: Node) -> Iterator[tuple[str, list[Term]]]:
    """The terms of each predicate, without repeats, in the order of the first."""
    groups: dict[str, list[Term]] = {}
    for predicate, term in node.properties:
        group = groups.setdefault(predicate, [])
        if term not in group:
            group.append(term)
    yield from groups.items()
