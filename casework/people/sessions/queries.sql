-- open --
-- A new session.
INSERT INTO innovation.sessions
    (session_id, person_id, token_digest, device, network, created_at, last_used_at, idle_at, expires_at, shown)
VALUES
    (%(session_id)s, %(person_id)s, %(token_digest)s, %(device)s, %(address)s, %(at)s, %(at)s, %(idle_at)s,
     %(expires_at)s, %(shown)s)

-- keep_newest --
-- So many a person; those that were used longest ago end.
DELETE FROM innovation.sessions WHERE session_id IN (
    SELECT session_id FROM innovation.sessions WHERE person_id = %(person_id)s
    ORDER BY last_used_at DESC, session_id OFFSET %(sessions_max)s)

-- resume --
-- Whose session it is, if it has not ended.
SELECT people.person_id, email, name_ar AS names_ar, name_en AS names_en, language, state, version, people.created_at,
       email_verified_at, session_id, sessions.created_at AS began_at, last_used_at, shown
FROM innovation.sessions JOIN innovation.people USING (person_id)
WHERE token_digest = %(token_digest)s AND idle_at > %(at)s AND expires_at > %(at)s
  AND state IN ('active', 'closing')

-- touch --
-- It is in use.
UPDATE innovation.sessions SET last_used_at = %(at)s, idle_at = %(idle_at)s
WHERE session_id = %(session_id)s AND last_used_at < %(at)s

-- shown --
-- What a session that lives has shown.
SELECT created_at AS began_at, shown FROM innovation.sessions
WHERE session_id = %(session_id)s AND idle_at > %(at)s AND expires_at > %(at)s

-- list --
-- A person's sessions, the last used first.
SELECT session_id, device, network, created_at, last_used_at, least(idle_at, expires_at) AS expires_at
FROM innovation.sessions
WHERE person_id = %(person_id)s AND idle_at > %(at)s AND expires_at > %(at)s
ORDER BY last_used_at DESC, session_id

-- end --
-- One of a person's sessions.
DELETE FROM innovation.sessions WHERE session_id = %(session_id)s AND person_id = %(person_id)s

-- end_by_token --
-- The session of a browser.
DELETE FROM innovation.sessions WHERE token_digest = %(token_digest)s RETURNING session_id, person_id

-- end_all --
-- All of a person, but one if it is named.
DELETE FROM innovation.sessions
WHERE person_id = %(person_id)s AND (%(kept)s::uuid IS NULL OR session_id <> %(kept)s)

-- end_visits --
-- Whoever has shown a first factor of a person by now begins anew.
DELETE FROM innovation.factor_visits WHERE person_id = %(person_id)s
