-- What happened to every value received.

CREATE SEQUENCE ingest_batch_ids;

-- One row per committed batch. Counts are values: an observation, or a whole message where
-- the message could not be read. The identity is a constraint: a batch whose account does
-- not close cannot commit.
CREATE TABLE ingest_batches (
    batch_id              bigint PRIMARY KEY,
    worker                text NOT NULL,
    messages              integer NOT NULL,
    received              integer NOT NULL,
    stored                integer NOT NULL CHECK (stored >= 0),
    duplicate             integer NOT NULL CHECK (duplicate >= 0),
    conflicting           integer NOT NULL CHECK (conflicting >= 0),
    quarantined           integer NOT NULL CHECK (quarantined >= 0),
    first_received_at     timestamptz NOT NULL,
    committed_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- Batches take their ids before they commit, some long before; whether a batch was there at an
    -- instant is told by its transaction and a snapshot.
    transaction_id        xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT ledger_closes CHECK (received = stored + duplicate + conflicting + quarantined)
);
CREATE INDEX ingest_batches_transaction ON ingest_batches (transaction_id);
CREATE INDEX ingest_batches_committed ON ingest_batches USING brin (committed_at);

-- The sum of a worker's accounts, kept in the same transaction as each of them: the whole
-- ledger in as many rows as there are workers, however long it grows.
CREATE TABLE ingest_totals (
    worker       text PRIMARY KEY,
    batches      bigint NOT NULL,
    messages     bigint NOT NULL,
    received     bigint NOT NULL,
    stored       bigint NOT NULL,
    duplicate    bigint NOT NULL,
    conflicting  bigint NOT NULL,
    quarantined  bigint NOT NULL,
    -- Of the newest batch: when its first message arrived, and when it was committed.
    first_received_at  timestamptz NOT NULL,
    committed_at       timestamptz NOT NULL,
    CONSTRAINT totals_close CHECK (received = stored + duplicate + conflicting + quarantined)
) WITH (fillfactor = 50);

-- When each part of the hub last gave an account of itself: who writes nothing here any more is frozen or
-- gone, whatever its processes look like. The worker writes what it hears from the broker.
CREATE TABLE component_reports (
    component         text NOT NULL CHECK (component IN ('ingest', 'worker', 'broker')),
    -- The name of an ingest worker; empty where there is only one.
    instance          text NOT NULL DEFAULT '',
    reported_at       timestamptz NOT NULL,
    -- Messages that the broker keeps for subscribers, and since when it was never seen without any.
    waiting_messages  bigint CHECK (waiting_messages >= 0),
    waiting_since     timestamptz,
    PRIMARY KEY (component, instance)
) WITH (fillfactor = 50);

-- Hours (since 1970-01-01T00Z) that a batch touched, so that what is derived from them is stale;
-- element n of both arrays belongs together. One row a batch keeps the write path at one insert.
CREATE TABLE dirty_buckets (
    batch_id        bigint PRIMARY KEY,
    datastream_ids  integer[] NOT NULL,
    bucket_hours    integer[] NOT NULL
);
