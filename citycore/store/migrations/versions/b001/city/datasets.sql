-- The local days of the city for which a source has observations, and the bulk file of each. The
-- roll-up of a batch counts a change of its days; a file is due while it holds fewer changes.
CREATE TABLE dataset_days (
    source_id              integer NOT NULL REFERENCES sources (source_id),
    local_date             date NOT NULL,
    change_count           bigint NOT NULL DEFAULT 1,
    changed_at             timestamptz NOT NULL DEFAULT now(),
    -- When the first change came that the file does not hold.
    due_since              timestamptz NOT NULL DEFAULT now(),
    -- Of the file; all NULL until there is one.
    written_change_count   bigint,
    row_count              bigint,
    byte_count             bigint,
    sha256                 bytea CHECK (octet_length(sha256) = 32),
    first_phenomenon_time  timestamptz,
    last_phenomenon_time   timestamptz,
    generated_at           timestamptz,
    -- When its bytes were last read and found to be its own; NULL since it was made.
    verified_at            timestamptz,
    PRIMARY KEY (source_id, local_date)
) WITH (fillfactor = 50);
