-- What could not be stored, whole, with the reason. The same bytes on the same topic are one row.
CREATE TABLE dead_letters (
    dead_letter_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest             bytea NOT NULL UNIQUE,
    topic              text NOT NULL,
    payload            bytea NOT NULL,
    payload_bytes      integer NOT NULL GENERATED ALWAYS AS (octet_length(payload)) STORED,
    reason             text NOT NULL,
    detail             text NOT NULL,
    status             text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'replayed', 'discarded')),
    times_received     integer NOT NULL DEFAULT 1,
    times_replayed     integer NOT NULL DEFAULT 0,
    first_received_at  timestamptz NOT NULL,
    last_received_at   timestamptz NOT NULL,
    last_replayed_at   timestamptz,
    batch_id           bigint NOT NULL
);
-- Counts and bytes by status and reason without touching the payloads.
CREATE INDEX dead_letters_status ON dead_letters (status, reason, dead_letter_id) INCLUDE (payload_bytes);
-- The order in which letters are removed when there are too many.
CREATE INDEX dead_letters_removal ON dead_letters ((status = 'open'), last_received_at, dead_letter_id);

-- What the bounds on dead letters removed for ever, so that no removal goes unseen.
CREATE TABLE dead_letter_removals (
    reason           text NOT NULL,
    status           text NOT NULL,
    removed_count    bigint NOT NULL,
    removed_bytes    bigint NOT NULL,
    last_removed_at  timestamptz NOT NULL,
    PRIMARY KEY (reason, status)
);

-- How many dead letters there are, as of the last housekeeping; a look at the metrics reads this.
CREATE TABLE dead_letter_counts (
    status         text NOT NULL,
    reason         text NOT NULL,
    letter_count   bigint NOT NULL,
    payload_bytes  bigint NOT NULL,
    counted_at     timestamptz NOT NULL,
    PRIMARY KEY (status, reason)
);
