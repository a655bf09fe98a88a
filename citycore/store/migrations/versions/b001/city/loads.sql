-- How far a file of history is loaded; kept in the transaction of each batch, so that a load
-- that was killed continues where its last batch ended. The same content is the same load,
-- whatever the file is called.
CREATE TABLE loads (
    digest         bytea NOT NULL,          -- SHA-256 of the file's content
    source_code    text NOT NULL,           -- as given to the load; '' when each thing's own source counts
    worker         text NOT NULL,           -- its name in the ledger
    file_name      text NOT NULL,
    -- The last line (CSV) or row (Parquet, Arrow) that is accounted for, and the counts up to it.
    lines_done     bigint NOT NULL DEFAULT 0,
    received       bigint NOT NULL DEFAULT 0,
    stored         bigint NOT NULL DEFAULT 0,
    duplicate      bigint NOT NULL DEFAULT 0,
    conflicting    bigint NOT NULL DEFAULT 0,
    quarantined    bigint NOT NULL DEFAULT 0,
    -- Rows without a result: nothing was received, so they are no part of the account.
    missing        bigint NOT NULL DEFAULT 0,
    -- Of the quarantined rows, those that became dead letters; a limit bounds them for each file.
    dead_letters   bigint NOT NULL DEFAULT 0,
    -- Bytes of the outcome file that belong to committed batches.
    outcome_bytes  bigint NOT NULL DEFAULT 0,
    started_at     timestamptz NOT NULL DEFAULT now(),
    completed_at   timestamptz,
    PRIMARY KEY (digest, source_code),
    CONSTRAINT load_closes CHECK (received = stored + duplicate + conflicting + quarantined)
);
