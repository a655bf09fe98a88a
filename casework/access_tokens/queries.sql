-- store --
-- A new token.
INSERT INTO innovation.access_tokens (token_id, person_id, name, scopes, token_digest, created_at, expires_at)
VALUES (%(token_id)s, %(person_id)s, %(name)s, %(scopes)s, %(digest)s, %(created_at)s, %(expires_at)s)

-- hold_person --
-- One token at a time for a person, so that there are not more than there may be.
SELECT FROM innovation.people WHERE person_id = %(person_id)s FOR UPDATE

-- count_valid --
-- How many of a person count.
SELECT count(*) FROM innovation.access_tokens
WHERE person_id = %(person_id)s AND revoked_at IS NULL AND expires_at > %(at)s

-- forget --
-- Those of a person that ended long ago.
DELETE FROM innovation.access_tokens
WHERE person_id = %(person_id)s AND least(coalesce(revoked_at, expires_at), expires_at) < %(before)s

-- list --
-- A person's, the newest first.
SELECT token_id, person_id, name, scopes, created_at, expires_at, last_used_at, revoked_at
FROM innovation.access_tokens WHERE person_id = %(person_id)s
ORDER BY created_at DESC, token_id

-- revoke --
-- From now on it opens nothing.
UPDATE innovation.access_tokens SET revoked_at = %(at)s
WHERE token_id = %(token_id)s AND person_id = %(person_id)s AND revoked_at IS NULL AND expires_at > %(at)s

-- by_digest --
-- One look-up in the index; of somebody who may not sign in there is none.
SELECT token_id, person_id, name, scopes, access_tokens.created_at, expires_at, last_used_at, revoked_at, token_digest
FROM innovation.access_tokens JOIN innovation.people USING (person_id)
WHERE token_digest = %(digest)s AND state IN ('active', 'closing')

-- touch --
-- It was used.
UPDATE innovation.access_tokens SET last_used_at = %(at)s WHERE token_id = %(token_id)s

-- export --
-- What there is of a person.
SELECT name, scopes, created_at, expires_at, last_used_at, revoked_at
FROM innovation.access_tokens WHERE person_id = %(person_id)s ORDER BY created_at

-- erase --
-- All of a person.
DELETE FROM innovation.access_tokens WHERE person_id = %(person_id)s
