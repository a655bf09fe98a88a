-- listen_for_registry --
-- Triggers notify with each change of sources, things and credentials.
LISTEN falaj_registry

-- listen_for_batches --
-- Ingest notifies with each committed batch.
LISTEN falaj_batches

-- report_worker --
-- A sign of life, for the status.
INSERT INTO component_reports (component, reported_at) VALUES ('worker', clock_timestamp())
ON CONFLICT (component, instance) DO UPDATE SET reported_at = excluded.reported_at

-- report_broker --
-- When the broker was heard last, and what it holds.
INSERT INTO component_reports (component, reported_at, waiting_messages, waiting_since)
VALUES ('broker', clock_timestamp() - %(age)s::interval, %(waiting)s, %(since)s)
ON CONFLICT (component, instance) DO UPDATE
SET reported_at = excluded.reported_at, waiting_messages = excluded.waiting_messages,
    waiting_since = excluded.waiting_since
