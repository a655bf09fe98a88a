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

GRANT SELECT, INSERT, UPDATE, DELETE ON component_reports TO falaj_ingest, falaj_worker;
GRANT SELECT ON component_reports TO falaj_read;
