"""Adding to the log, and finding out whether it is whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from casework.audit import repository
from casework.audit.model import Damage, Finding, Head, Line, StoredLine, Verdict
from casework.audit.rules import ChainCheck, check_details, linked
from citycore.store.connections import Connection


def append(connection: Connection, *lines: Line) -> None:
    """Add lines within the caller's transaction, those of one chain in their order.

    The chains are held until that transaction ends: what commits stands in the order of the chain. :class:`NotCanonical` for
    what has no place in the log.
    """
    for line in lines:
        check_details(line.details)
    chains = sorted({line.chain for line in lines})
    if not chains:
        return
    repository.lock_chains(connection, chains)
    repository.store_lines(connection, linked(lines, repository.find_heads_of(connection, chains)))


def heads(connection: Connection) -> list[Head]:
    """Where each chain ends now."""
    with connection.transaction():
        return repository.find_heads(connection)


def verify(connection: Connection, chain: str | None = None, noted: Iterable[Head] = ()) -> Verdict:
    """Read every chain (or one), as of one moment, and compare it with itself, its head, and heads noted elsewhere."""
    with connection.transaction():
        connection.execute(repository.QUERIES["one_moment"])
        return examine(connection, chain, noted)


def examine(connection: Connection, chain: str | None = None, noted: Iterable[Head] = ()) -> Verdict:
    """As :func:`verify`, in the caller's transaction and as it sees things."""
    expected = _by_chain(noted, chain)
    chains = lines = 0
    findings: list[Finding] = []
    for name, head in repository.find_chains(connection, chain):
        check = ChainCheck(name, expected.pop(name, {}))
        finding = check.check(repository.find_lines(connection, name), head)
        findings += [] if finding is None else [finding]
        chains, lines = chains + 1, lines + check.position
    findings += [Finding(name, 1, Damage.MISSING) for name in sorted(expected)]
    return Verdict(chains, lines, tuple(findings))


def read_until(connection: Connection, chain: str, object_id: UUID, event: str) -> list[StoredLine] | None:
    """The beginning of a chain, up to the first line of an event of an object and with it, in the caller's transaction.

    Nothing where that event is not logged; None where a line was changed, is missing or does not follow from the one before.
    """
    lines = repository.find_lines_until(connection, chain, object_id, event)
    if not lines:
        return lines
    end = Head(chain, lines[-1].position, lines[-1].digest)
    return lines if ChainCheck(chain).check(lines, end) is None else None


def _by_chain(noted: Iterable[Head], chain: str | None) -> dict[str, Mapping[int, bytes]]:
    kept: dict[str, dict[int, bytes]] = {}
    for head in noted:
        if chain is None or head.chain == chain:
            kept.setdefault(head.chain, {})[head.position] = head.digest
    return dict(kept)
