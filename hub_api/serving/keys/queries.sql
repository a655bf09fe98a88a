-- issue --
-- A new key, unless its name is taken.
INSERT INTO api_keys (name, owner, key_digest, requests_per_minute, requests_per_day, expires_at)
VALUES (%(name)s, %(owner)s, %(digest)s, %(requests_per_minute)s, %(requests_per_day)s, %(expires_at)s)
ON CONFLICT (name) DO NOTHING
RETURNING api_key_id

-- revoke --
-- A key that was revoked before keeps the instant.
UPDATE api_keys SET revoked_at = coalesce(revoked_at, %(now)s) WHERE name = %(name)s RETURNING revoked_at

-- list --
-- All keys by name, with today's requests.
SELECT name, owner, requests_per_minute, requests_per_day, created_at, expires_at, revoked_at,
       coalesce(request_count, 0)
FROM api_keys LEFT JOIN api_usage ON api_usage.api_key_id = api_keys.api_key_id AND day = %(today)s
ORDER BY name

-- find --
-- Whether there is a key of this name.
SELECT api_key_id FROM api_keys WHERE name = %(name)s

-- usage --
-- The newest days on which a key was used.
SELECT day, request_count, limited_count FROM api_usage WHERE api_key_id = %(api_key_id)s
ORDER BY day DESC LIMIT %(days)s

-- by_digest --
-- The key of this digest: one look-up in the index.
SELECT api_key_id, key_digest, requests_per_minute, requests_per_day, expires_at, revoked_at,
       limit_subject
FROM api_keys WHERE key_digest = %(digest)s

-- add_usage --
-- Requests since the last time, added to their days.
INSERT INTO api_usage (api_key_id, day, request_count, limited_count)
SELECT * FROM unnest(%(keys)s::integer[], %(days)s::date[], %(requests)s::bigint[], %(limited)s::bigint[])
ON CONFLICT (api_key_id, day) DO UPDATE SET
    request_count = api_usage.request_count + EXCLUDED.request_count,
    limited_count = api_usage.limited_count + EXCLUDED.limited_count
