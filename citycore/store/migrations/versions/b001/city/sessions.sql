-- Who this hub is on a broker that it may share with others. Ingest makes it when it first needs it. It is a
-- secret: whoever knows it could take the hub's sessions over.
CREATE TABLE hub_identity (
    is_only     boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    hub_id      uuid NOT NULL DEFAULT gen_random_uuid(),
    created_at  timestamptz NOT NULL DEFAULT now()
);

-- What a worker's session with the broker is subscribed to, and how it fares.
CREATE TABLE ingest_sessions (
    worker            text PRIMARY KEY,
    -- Of the present subscription, and of an earlier one until that is ended.
    filters           text[] NOT NULL,
    is_connected      boolean NOT NULL DEFAULT false,
    reported_at       timestamptz NOT NULL DEFAULT now(),
    -- How often another client came with this session's id, and when last.
    taken_over_count  bigint NOT NULL DEFAULT 0,
    taken_over_at     timestamptz
);

-- Sessions from before hubs had an id, under their workers' names; what waits in them is yet to be stored.
CREATE TABLE earlier_sessions (
    client_id  text PRIMARY KEY
);

GRANT SELECT, INSERT, UPDATE ON hub_identity TO falaj_ingest;
GRANT SELECT, INSERT, UPDATE, DELETE ON ingest_sessions TO falaj_ingest;
GRANT SELECT, DELETE ON earlier_sessions TO falaj_ingest;
-- What is not kept of topics that nobody registered is counted by ingest.
GRANT SELECT, INSERT, UPDATE ON dead_letter_removals TO falaj_ingest;

GRANT SELECT (worker, is_connected, reported_at, taken_over_count, taken_over_at) ON ingest_sessions TO falaj_read;
