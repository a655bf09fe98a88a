-- mark --
-- A name of this hub that may be seen at the broker.
SELECT hub_mark()

-- wanted --
-- What a credential of a source, or of one thing of it, may publish to follows from these; no row: there is no such source.
SELECT source.source_id, source.code, source.decoder, source.topic_filters, thing.thing_id, thing.code, thing.device
FROM sources AS source
LEFT JOIN things AS thing ON thing.source_id = source.source_id AND thing.code = %(thing)s
WHERE source.code = %(source)s

-- create --
INSERT INTO source_credentials (source_id, thing_id, username, secret_digest)
VALUES (%(source_id)s, %(thing_id)s, %(username)s, %(secret_digest)s)

-- revoke --
-- Once revoked it stays so. No row: there is none of this name of this source.
UPDATE source_credentials AS credential
SET revoked_at = coalesce(credential.revoked_at, now()), sealed_secret = NULL
FROM sources WHERE sources.source_id = credential.source_id AND sources.code = %(source)s
  AND credential.username = %(username)s
RETURNING credential.username

-- note_told --
UPDATE source_credentials SET told_at = now(), sealed_secret = NULL WHERE username = ANY(%(usernames)s)

-- keep_sealed --
-- Until the broker has heard of it. One that was revoked meanwhile is told to nobody.
UPDATE source_credentials SET sealed_secret = %(sealed_secret)s
WHERE username = %(username)s AND told_at IS NULL AND revoked_at IS NULL

-- note_unknown --
-- The broker has lost them. What was told meanwhile stays.
UPDATE source_credentials AS credential SET told_at = NULL
FROM unnest(%(usernames)s::text[], %(told)s::timestamptz[]) AS known (username, told_at)
WHERE credential.username = known.username AND credential.told_at = known.told_at

-- credentials --
-- Of one source, or of all.
SELECT credential.username, source.code, thing.code, credential.created_at, credential.revoked_at, credential.told_at,
    source.decoder, source.topic_filters, thing.device, credential.secret_digest, credential.sealed_secret
FROM source_credentials AS credential
JOIN sources AS source USING (source_id)
LEFT JOIN things AS thing ON thing.thing_id = credential.thing_id
WHERE %(source)s::text IS NULL OR source.code = %(source)s
ORDER BY credential.source_credential_id
