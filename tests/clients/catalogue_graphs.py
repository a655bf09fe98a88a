"""Run by the clients' Python: both forms of a catalogue hold the same triples, and fit the shapes."""

from __future__ import annotations

import sys

import rdflib
from pyshacl import validate
from rdflib.compare import isomorphic


def main(shapes: str, *addresses: str) -> None:
    for address in addresses:
        turtle = rdflib.Graph().parse(f"{address}?f=turtle", format="turtle")
        linked = rdflib.Graph().parse(f"{address}?f=jsonld", format="json-ld")
        assert isomorphic(turtle, linked), address
        conforms, _, told = validate(turtle, shacl_graph=shapes, advanced=True)
        assert conforms, told
        sys.stdout.write(f"{address} {len(turtle)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
