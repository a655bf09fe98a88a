ALTER TABLE dead_letters
    ADD COLUMN payload_bytes integer NOT NULL GENERATED ALWAYS AS (octet_length(payload)) STORED,
    ADD COLUMN times_replayed integer NOT NULL DEFAULT 0,
    ADD COLUMN last_replayed_at timestamptz;

-- Counts and bytes by status and reason without touching the payloads.
DROP INDEX dead_letters_reason;
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

GRANT USAGE ON SCHEMA public TO falaj_admin;
GRANT SELECT ON dead_letters, dead_letter_removals, dead_letter_counts TO falaj_admin;
GRANT UPDATE (status, times_replayed, last_replayed_at) ON dead_letters TO falaj_admin;

GRANT SELECT ON dead_letter_removals, dead_letter_counts TO falaj_worker, falaj_read;
GRANT DELETE, UPDATE (status) ON dead_letters TO falaj_worker;
GRANT INSERT, UPDATE ON dead_letter_removals TO falaj_worker;
GRANT INSERT, DELETE ON dead_letter_counts TO falaj_worker;
