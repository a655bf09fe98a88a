"""One batch, one transaction: observations, latest, dirty hours, dead letters, the ledger row.

Errors of the database are of two kinds. *Permanent* ones are the data's fault: the batch is
halved until the poisoned rows stand alone and become dead letters. Everything else is
*transient*: the batch waits, unacknowledged, until the database can take it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import psycopg
import structlog

from citycore.store.connections import Connection
from ingest import notes, repository
from ingest.arrange import DirtyHours, Settled, dirty_hours, newest, part_by_key, settle
from ingest.isolation import is_permanent, reason_of
from ingest.model import NOTHING, Account, Checked, Family, Fate, Flag, Notes, Rejection, Rows

log = structlog.get_logger()

#: Called in the transaction of each part of a batch with its fate and whether it is the last one;
#: gives the number of its rejections that become dead letters.
Alongside = Callable[[Connection, Fate, bool], int]

_BATCH_IDS_BLOCK = 100


@dataclass(slots=True)
class _Part:
    """A batch, or what bisecting left of one. ``batch_id`` is set once an attempt was made."""

    checked: Checked
    batch_id: int | None = None


class Batch:
    """A batch on its way into the store; it survives failed attempts until all of it is accounted for."""

    def __init__(self, checked: Checked, alongside: Alongside | None = None) -> None:
        self.parts: deque[_Part] = deque([_Part(checked)])
        self.account: Account = NOTHING
        #: Of the parts that committed.
        self.fates: list[Fate] = []
        #: Messages with values in a part whose commit was not heard of at first, where its account does not tell which of them
        #: were stored and which were there already.
        self.unheard: set[int] = set()
        self.alongside = alongside


class Writer:
    """Writes batches over one connection, which it opens anew when the old one is broken."""

    def __init__(self, connect: Callable[[], Connection], worker: str) -> None:
        self._connect = connect
        self._worker = worker
        self._connection: Connection | None = None
        self._batch_ids: list[int] = []
        # Duplicates come in runs (replays, redeliveries). In a run, look keys up first;
        # otherwise COPY in the hope that all are new, which costs nothing extra.
        self._expects_known = False

    def connection(self) -> Connection:
        """The present connection; ``psycopg.OperationalError`` or StoreUnavailable if there is none."""
        if self._connection is None or self._connection.broken or self._connection.closed:
            self._connection = self._connect()
            repository.prepare(self._connection)
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def write(self, batch: Batch) -> Account:
        """Commit all parts of the batch; a transient error leaves the rest for the next attempt."""
        while batch.parts:
            part = batch.parts[0]
            try:
                account = self._write_part(part, self._companion(batch), batch)
            except psycopg.Error as error:
                if not is_permanent(error) or not part.checked.rows:
                    raise
                batch.parts.popleft()
                batch.parts.extendleft(reversed(_halves(part.checked, error)))
                continue
            batch.parts.popleft()
            batch.account += account
        return batch.account

    def _companion(self, batch: Batch) -> Callable[[Connection, Fate], int]:
        """What else belongs into the transaction of the batch's first part; by default all letters."""
        alongside = batch.alongside
        if alongside is None:
            return lambda _connection, fate: len(fate.rejections)
        is_last = len(batch.parts) == 1
        return lambda connection, fate: alongside(connection, fate, is_last)

    def _write_part(self, part: _Part, companion: Callable[[Connection, Fate], int], batch: Batch) -> Account:
        connection = self.connection()
        if part.batch_id is not None:
            # The attempt before may have committed without our hearing of it.
            with connection.transaction():
                known = repository.find_account(connection, part.batch_id)
            if known is not None:
                fate, is_certain = _fate_by_account(part.checked, known)
                batch.fates.append(fate)
                if not is_certain:
                    batch.unheard.update(*(rows.messages.tolist() for rows in part.checked.rows.values()))
                return known
        if not self._batch_ids:
            with connection.transaction():
                self._batch_ids = repository.next_batch_ids(connection, _BATCH_IDS_BLOCK)[::-1]
        part.batch_id = self._batch_ids.pop()
        try:
            fate = self._attempt(connection, part, companion, look_first=self._expects_known)
        except psycopg.errors.UniqueViolation:
            self._expects_known = True
            fate = self._attempt(connection, part, companion, look_first=True)
        batch.fates.append(fate)
        return fate.account

    def _attempt(
        self,
        connection: Connection,
        part: _Part,
        companion: Callable[[Connection, Fate], int],
        *,
        look_first: bool,
    ) -> Fate:
        checked, batch_id = part.checked, part.batch_id
        assert batch_id is not None
        with connection.transaction():
            settled = [
                self._settle(connection, rows, checked, batch_id, look_first=look_first)
                for rows in checked.rows.values()
            ]
            fate = _fate(checked, settled)
            letters = fate.rejections[: companion(connection, fate)]
            if checked.notes:
                notes.store_notes(connection, checked.notes, batch_id)
            flags = _flags_of(checked, settled)
            with connection.pipeline():
                if flags:
                    notes.store_flags(connection, flags, batch_id)
                self._derive(connection, settled, checked, batch_id)
                if letters:
                    repository.store_dead_letters(connection, checked.received, letters, batch_id)
                    repository.count_not_kept(connection, checked.received, letters)
                repository.close_account(
                    connection, fate.account, self._worker, checked.began_microseconds, batch_id
                )
        self._expects_known = fate.account.duplicate + fate.account.conflicting > 0
        return fate

    def _settle(
        self, connection: Connection, rows: Rows, checked: Checked, batch_id: int, *, look_first: bool
    ) -> Settled:
        parted = part_by_key(rows, checked.policies)
        if look_first:
            settled = settle(parted, checked.policies, *repository.find_stored(connection, parted.kept))
        else:
            settled = settle(parted, checked.policies)
        if len(settled.new):
            repository.insert(connection, settled.new, batch_id)
        if settled.replaced is not None:
            repository.replace(connection, settled.replaced, batch_id)
        return settled

    def _derive(
        self, connection: Connection, settled: list[Settled], checked: Checked, batch_id: int
    ) -> None:
        has_judged = checked.notes.late_flags or checked.notes.undue_flags or checked.notes.passed
        dirty = [notes.late_hours(checked.notes)] if has_judged else []
        for some in settled:
            for rows, are_new in ((some.new, True), (some.replaced, False)):
                if rows is not None and len(rows):
                    repository.advance_latest(connection, newest(rows), batch_id)
                    dirty.append(dirty_hours(rows, are_new=are_new))
        if dirty:
            whole = DirtyHours(*(np.concatenate(parts) for parts in zip(*dirty, strict=True)))
            repository.mark_dirty(connection, whole, batch_id)


def _flags_of(checked: Checked, settled: list[Settled]) -> list[Flag]:
    """The flags of rows that are stored. Of two results for one instant only one is, and it has no flag of the other."""
    if not checked.flags:
        return []
    flagged = np.array(sorted({flag.datastream_id for flag in checked.flags}), dtype=np.int32)
    kept: dict[tuple[int, int], tuple[float, int]] = {}
    for some in settled:
        for rows in (some.new, some.replaced):
            if rows is not None and rows.family is Family.MEASUREMENT and len(rows):
                its = rows.take(np.isin(rows.datastream_ids, flagged))
                keys = zip(its.datastream_ids.tolist(), its.times.tolist(), strict=True)
                kept.update(
                    zip(keys, zip(its.results.tolist(), its.qualities.tolist(), strict=True), strict=True)
                )
    return [flag for flag in checked.flags if _is_of(flag, kept.get((flag.datastream_id, flag.time)))]


def _is_of(flag: Flag, row: tuple[float, int] | None) -> bool:
    """Whether the row of its key is the one that it was found of."""
    return row is not None and row[0] == flag.result and row[1] >= flag.quality


def _fate(checked: Checked, settled: list[Settled]) -> Fate:
    rejections = [*checked.rejections, *(r for some in settled for r in some.rejections)]
    account = Account(
        messages=checked.messages,
        received=checked.values,
        stored=sum(len(some.new) for some in settled),
        duplicate=sum(some.duplicate for some in settled),
        conflicting=sum(some.conflicting for some in settled),
        quarantined=sum(rejection.values for rejection in rejections),
    )
    nothing = np.empty(0, dtype=np.int32)
    return Fate(
        account,
        np.concatenate([nothing, *(some.duplicates for some in settled)]),
        np.concatenate([nothing, *(some.conflicts for some in settled)]),
        rejections,
    )


def _fate_by_account(checked: Checked, account: Account) -> tuple[Fate, bool]:
    """What became of a part, as far as its account in the ledger tells; and whether it tells all."""
    nothing = np.empty(0, dtype=np.int32)
    messages = np.concatenate([nothing, *(rows.messages for rows in checked.rows.values())])
    is_certain = len(messages) in {account.stored, account.duplicate, account.conflicting}
    fate = Fate(
        account,
        messages if account.duplicate else nothing,
        messages if account.conflicting else nothing,
        checked.rejections,
    )
    return (fate, True) if is_certain else (replace(fate, duplicates=nothing, conflicts=nothing), False)


def _halves(checked: Checked, error: psycopg.Error) -> list[_Part]:
    """Two smaller batches with the same rows, or one without its last row, which is the poisoned one."""
    pieces = list(checked.rows.values())
    if len(pieces) == 1 and len(pieces[0]) == 1:
        return [_Part(_without_row(checked, pieces[0], error))]
    if len(pieces) == 1:
        middle = len(pieces[0]) // 2
        pieces = [pieces[0].take(slice(None, middle)), pieces[0].take(slice(middle, None))]
    first, *others = pieces
    # Refused values and the count of messages go with the first part, so that each counts once.
    return [
        _Part(replace(checked, rows={first.family: first})),
        _Part(replace(checked, rows=_by_family(others), rejections=[], messages=0, notes=Notes())),
    ]


def _by_family(pieces: list[Rows]) -> dict[Family, Rows]:
    return {rows.family: rows for rows in pieces}


def _without_row(checked: Checked, row: Rows, error: psycopg.Error) -> Checked:
    reason = reason_of(error)
    log.warning("row_rejected", sqlstate=error.sqlstate, reason=reason)
    rejection = Rejection(int(row.messages[0]), "rejected_by_store", reason)
    return replace(checked, rows={}, rejections=[*checked.rejections, rejection])
