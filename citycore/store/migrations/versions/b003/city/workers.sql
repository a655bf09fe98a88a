-- Several ingest workers: one of them may find that a flag which another gave holds no longer.
GRANT DELETE ON observation_flags TO falaj_ingest;

-- The secret of a credential that the broker has not heard of yet, as only the broker's administrator can read it.
ALTER TABLE source_credentials ADD COLUMN sealed_secret bytea;
GRANT UPDATE (sealed_secret) ON source_credentials TO falaj_worker;

-- How many credentials wait for the broker, since when the first of them, and how many it has lost.
CREATE VIEW credential_counts AS
SELECT count(*) FILTER (WHERE sealed_secret IS NOT NULL) AS waiting_count,
       min(created_at) FILTER (WHERE sealed_secret IS NOT NULL) AS since,
       count(*) FILTER (WHERE sealed_secret IS NULL) AS unknown_count
FROM source_credentials
WHERE told_at IS NULL AND revoked_at IS NULL;
GRANT SELECT ON credential_counts TO falaj_read;
