-- make_identity --
-- Once in the life of a database.
INSERT INTO hub_identity DEFAULT VALUES ON CONFLICT DO NOTHING

-- renew_identity --
-- For a copy of a hub that goes its own way: nothing of the original is its own any more.
INSERT INTO hub_identity DEFAULT VALUES
ON CONFLICT (is_only) DO UPDATE SET hub_id = EXCLUDED.hub_id, created_at = EXCLUDED.created_at

-- hub_id --
-- Who this hub is.
SELECT hub_id FROM hub_identity

-- forget_sessions --
-- Those of an identity that was given up.
DELETE FROM ingest_sessions

-- forget_earlier_sessions --
-- The same of sessions from before hubs had an id.
DELETE FROM earlier_sessions

-- open_session --
-- Note what is going to be subscribed to, beside what the session may still be subscribed to.
INSERT INTO ingest_sessions AS known (worker, filters) VALUES (%(worker)s, %(filters)s::text[])
ON CONFLICT (worker) DO UPDATE SET
    filters = ARRAY(SELECT DISTINCT unnest(known.filters || EXCLUDED.filters)), is_connected = false
RETURNING filters

-- session_filters --
-- What a worker's session may be subscribed to.
SELECT filters FROM ingest_sessions WHERE worker = %(worker)s

-- report_session --
-- How it fares. Once it is connected, it is subscribed to these filters and to no others.
UPDATE ingest_sessions
SET is_connected = %(is_connected)s,
    filters = CASE WHEN %(is_connected)s THEN %(filters)s::text[] ELSE filters END,
    reported_at = now(),
    taken_over_count = taken_over_count + %(taken_over)s,
    taken_over_at = CASE WHEN %(taken_over)s > 0 THEN now() ELSE taken_over_at END
WHERE worker = %(worker)s

-- forget_session --
-- A session that was emptied and ended.
DELETE FROM ingest_sessions WHERE worker = %(worker)s

-- connected_since --
-- Which of these workers have told since an instant that they are connected.
SELECT worker FROM ingest_sessions
WHERE worker = ANY(%(workers)s) AND is_connected AND reported_at > %(since)s

-- may_guard --
-- Whether this connection speaks for the hub: one at a time does.
SELECT pg_try_advisory_lock(hashtext('falaj ingest guard'))

-- now --
-- The database's clock, by which reports are dated.
SELECT clock_timestamp()

-- earlier_sessions --
-- Sessions from before hubs had an id that nobody has emptied yet.
SELECT client_id FROM earlier_sessions

-- forget_earlier_session --
-- One that was emptied and ended.
DELETE FROM earlier_sessions WHERE client_id = %(client_id)s
