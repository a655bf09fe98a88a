-- store --
-- A new token.
INSERT INTO innovation.access_tokens (token_id, person_id, name, scopes, token_digest, created_at, expires_at,
                                      sign_in_session, shown)
VALUES (%(token_id)s, %(person_id)s, %(name)s, %(scopes)s, %(digest)s, %(created_at)s, %(expires_at)s,
        %(sign_in_session)s, %(shown)s)

-- hold_person --
-- One token at a time for a person, so that there are not more than there may be.
SELECT FROM innovation.people WHERE person_id = %(person_id)s FOR UPDATE

-- count_valid --
-- How many of a person's own programs count.
SELECT count(*) FROM innovation.access_tokens
WHERE person_id = %(person_id)s AND sign_in_session IS NULL AND revoked_at IS NULL AND expires_at > %(at)s

-- forget --
-- Those of a person that ended long ago.
DELETE FROM innovation.access_tokens
WHERE person_id = %(person_id)s AND least(coalesce(revoked_at, expires_at), expires_at) < %(before)s

-- list --
-- A person's, the newest first.
SELECT token_id, person_id, name, scopes, created_at, expires_at, last_used_at, revoked_at, shown
FROM innovation.access_tokens WHERE person_id = %(person_id)s
ORDER BY created_at DESC, token_id

-- revoke --
-- From now on it opens nothing.
UPDATE innovation.access_tokens SET revoked_at = %(at)s
WHERE token_id = %(token_id)s AND person_id = %(person_id)s AND revoked_at IS NULL AND expires_at > %(at)s

-- revoke_all --
-- All of a person's programs.
UPDATE innovation.access_tokens SET revoked_at = %(at)s
WHERE person_id = %(person_id)s AND sign_in_session IS NULL AND revoked_at IS NULL AND expires_at > %(at)s
RETURNING token_id

-- has_sign_in --
-- Whether a sign-in of a person on the dashboards lives that may all of this.
SELECT EXISTS (SELECT FROM innovation.access_tokens
               WHERE person_id = %(person_id)s AND sign_in_session IS NOT NULL AND revoked_at IS NULL AND expires_at > %(at)s
                 AND scopes @> %(scopes)s::text[])

-- replace_sign_ins --
-- The same browser's ends, and the oldest beyond so many.
UPDATE innovation.access_tokens SET revoked_at = %(at)s
WHERE token_id IN (
    SELECT token_id FROM (
        SELECT token_id, sign_in_session,
               row_number() OVER (ORDER BY sign_in_session = %(session_id)s, created_at DESC, token_id) AS place
        FROM innovation.access_tokens
        WHERE person_id = %(person_id)s AND sign_in_session IS NOT NULL AND revoked_at IS NULL AND expires_at > %(at)s
    ) AS living
    WHERE sign_in_session = %(session_id)s OR place > %(kept)s)
RETURNING token_id

-- end_sign_in --
-- One sign-in on the dashboards; a token of a program is none.
UPDATE innovation.access_tokens SET revoked_at = %(at)s
WHERE token_id = %(token_id)s AND person_id = %(person_id)s AND sign_in_session IS NOT NULL
  AND revoked_at IS NULL AND expires_at > %(at)s

-- end_sign_ins --
-- What a person has on the dashboards, of all browsers or of one, and what would still let them in there.
WITH codes AS (
    DELETE FROM innovation.dashboard_codes
    WHERE person_id = %(person_id)s AND token_id IS NULL AND coalesce(session_id = %(session_id)s::uuid, true)
)
UPDATE innovation.access_tokens SET revoked_at = %(at)s
WHERE person_id = %(person_id)s AND sign_in_session IS NOT NULL AND coalesce(sign_in_session = %(session_id)s::uuid, true)
  AND revoked_at IS NULL AND expires_at > %(at)s
RETURNING token_id

-- by_digest --
-- One look-up in the index; of somebody who may not sign in there is none.
SELECT token_id, person_id, name, scopes, access_tokens.created_at, expires_at, last_used_at, revoked_at, shown, token_digest
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
