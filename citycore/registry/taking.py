"""Take in what somebody wrote: what it would change, or everything that is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from citycore.registry.comparing import Change, changes
from citycore.registry.document import Document
from citycore.registry.errors import DocumentInvalid
from citycore.registry.rules import faults
from citycore.registry.service import OPERATOR, Keeper, apply, describe, known_with, vocabulary
from citycore.registry.written import Fault, Written, read_written
from citycore.store.connections import Connection


@dataclass(slots=True)
class Finding:
    """What a document that somebody wrote would change, or what is wrong with it, with the lines."""

    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def take_in(
    connection: Connection,
    text: str,
    now: datetime,
    keeper: Keeper = OPERATOR,
    *,
    is_trial: bool = False,
) -> Finding:
    """Make the registry as a text says, all or nothing: not where it has faults, nor on trial."""
    written = read_written(text)
    with connection.transaction():
        document = written.document if written.faults else _with_things(connection, written)
        if not written.faults:
            known = known_with(connection, document, keeper)
            written.faults += [
                written.fault(str(each.details["where"]), str(each.details["reason"]))
                for each in faults(document, known)
            ]
        if written.faults:
            return Finding(faults=sorted(written.faults, key=lambda fault: fault.line or 0))
        sources = [describe(connection, source.code).sources for source in document.sources]
        before = msgspec.structs.replace(
            vocabulary(connection), sources=[one for (one,) in filter(None, sources)]
        )
        found = Finding(list(changes(document, before)))
        try:
            apply(connection, document, now, keeper, is_trial=is_trial)
        except DocumentInvalid as error:
            return Finding(faults=[written.fault(str(error.details["where"]), str(error.details["reason"]))])
        return found


def _with_things(connection: Connection, written: Written) -> Document:
    """The things of a table belong to a source of the same file, or to one that is there."""
    sources = list(written.document.sources)
    for code, things in written.things.items():
        number = next((place for place, one in enumerate(sources) if one.code == code), len(sources))
        if number == len(sources):
            found = describe(connection, code).sources if code else []
            if not found:
                where = f"things.{code}[0]"
                written.faults.append(written.fault(where, f"there is no source {code!r}"))
                continue
            sources += found
        sources[number] = msgspec.structs.replace(sources[number], things=things)
        before, after = f"things.{code}[", f"sources[{number}].things["
        written.lines |= {
            after + where.removeprefix(before): line
            for where, line in written.lines.items()
            if where.startswith(before)
        }
    return msgspec.structs.replace(written.document, sources=sources)
