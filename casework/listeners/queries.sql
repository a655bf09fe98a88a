-- listen --
INSERT INTO participation.listeners (listener_id, object_id, email, email_key, language)
VALUES (%(listener_id)s, %(object_id)s, %(email)s, %(email_key)s, %(language)s)
ON CONFLICT DO NOTHING

-- listeners --
SELECT listener_id, email, language FROM participation.listeners
WHERE object_id = %(object_id)s ORDER BY listener_id

-- is_there --
SELECT EXISTS (SELECT FROM participation.listeners WHERE listener_id = %(listener_id)s)

-- stop --
DELETE FROM participation.listeners WHERE listener_id = %(listener_id)s

-- export --
-- What an address of a person asked to be told about.
SELECT object_id, listener.language FROM participation.listeners AS listener
JOIN innovation.people USING (email_key) WHERE person_id = %(person_id)s ORDER BY object_id

-- erase --
DELETE FROM participation.listeners
WHERE email_key = (SELECT email_key FROM innovation.people WHERE person_id = %(person_id)s)
