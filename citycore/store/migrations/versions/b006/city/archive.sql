-- What was measured on a closed local day, kept as a file outside the store: one for each sector of a source.

CREATE TABLE archive_parts (
    source_id              integer NOT NULL REFERENCES sources (source_id),
    local_date             date NOT NULL,
    sector                 text NOT NULL,
    -- How many changes of the day it holds; see dataset_days.
    change_count           bigint NOT NULL,
    version                integer NOT NULL CHECK (version > 0),
    -- The day, in the zone that its source had when it was written.
    starts_at              timestamptz NOT NULL,
    ends_at                timestamptz NOT NULL,
    first_datastream_id    integer NOT NULL,
    last_datastream_id     integer NOT NULL,
    -- Its file, within the archive. Days of a month that is gone share one, where that is not too large.
    path                   text NOT NULL,
    row_count              bigint NOT NULL CHECK (row_count > 0),
    flag_count             bigint NOT NULL,
    byte_count             bigint NOT NULL,
    -- Of the file's bytes, and of what the part's rows say, however they are encoded.
    sha256                 bytea NOT NULL CHECK (octet_length(sha256) = 32),
    rows_digest            bytea NOT NULL CHECK (octet_length(rows_digest) = 32),
    first_phenomenon_time  timestamptz NOT NULL,
    written_at             timestamptz NOT NULL,
    -- When its bytes were last read and found to be its own.
    verified_at            timestamptz NOT NULL,
    -- Since when the store has not had its rows; NULL while it has them.
    let_go_at              timestamptz,
    -- Somebody needs its rows in the store.
    wanted_at              timestamptz,
    -- They stay in the store until then.
    keep_until             timestamptz,
    -- Found at the last look at the file.
    damage                 text,
    damaged_at             timestamptz,
    PRIMARY KEY (source_id, local_date, sector)
);
CREATE INDEX archive_parts_gone ON archive_parts (source_id, ends_at) WHERE let_go_at IS NOT NULL;
CREATE INDEX archive_parts_verified ON archive_parts (verified_at);
CREATE INDEX archive_parts_path ON archive_parts (path);

-- Files that no part needs (any more), or not yet: they are removed once nobody can be reading them.
CREATE TABLE archive_leftovers (
    path     text PRIMARY KEY,
    left_at  timestamptz NOT NULL
);

-- Hours (3600) and local days (86400) whose roll-ups are to be computed anew once their rows are back in the store.
CREATE TABLE archive_waiting (
    bucket_seconds  integer NOT NULL CHECK (bucket_seconds IN (3600, 86400)),
    datastream_id   integer NOT NULL,
    bucket_start    timestamptz NOT NULL,
    noted_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (bucket_seconds, datastream_id, bucket_start)
);

-- Of a closed day: how many of its changes the archive holds; NULL until it holds any.
ALTER TABLE dataset_days ADD COLUMN archived_change_count bigint;

-- Drop chunks that ended before an instant and hold nothing any more; how many. Whoever writes into one meanwhile is not
-- waited for: it is dropped another time.
CREATE FUNCTION drop_empty_chunks(ended_before timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    chunk record;
    is_empty boolean;
    dropped integer := 0;
BEGIN
    FOR chunk IN
        SELECT hypertable_name, chunk_schema, chunk_name, range_start, range_end
        FROM timescaledb_information.chunks
        WHERE hypertable_schema = 'public'
          AND hypertable_name IN ('observations', 'observations_category', 'observations_position', 'observation_flags')
          AND range_end <= ended_before
    LOOP
        BEGIN
            EXECUTE format('LOCK TABLE %I.%I IN ACCESS EXCLUSIVE MODE NOWAIT', chunk.chunk_schema, chunk.chunk_name);
            EXECUTE format('SELECT NOT EXISTS (SELECT FROM %I.%I)', chunk.chunk_schema, chunk.chunk_name) INTO is_empty;
            IF is_empty THEN
                PERFORM drop_chunks(chunk.hypertable_name::regclass, older_than => chunk.range_end, newer_than => chunk.range_start);
                dropped := dropped + 1;
            END IF;
        EXCEPTION WHEN lock_not_available THEN
            NULL;
        END;
    END LOOP;
    RETURN dropped;
END
$$;
REVOKE EXECUTE ON FUNCTION drop_empty_chunks(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_empty_chunks(timestamptz) TO falaj_worker;

-- The archive is the worker's: it takes rows out of the store and puts them back.
GRANT SELECT, INSERT, UPDATE, DELETE ON archive_parts, archive_leftovers, archive_waiting TO falaj_worker;
GRANT INSERT, UPDATE, DELETE ON observations, observations_category, observations_position, observation_flags TO falaj_worker;
GRANT INSERT, UPDATE ON dead_letters TO falaj_worker;
GRANT SELECT ON archive_parts TO falaj_read;
