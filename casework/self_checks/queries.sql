-- claim --
-- That something is done or told now, unless it was since an instant; of several processes one claims it.
INSERT INTO innovation.self_checks AS known (kind, subject, checked_at)
VALUES (%(kind)s, %(subject)s, %(at)s)
ON CONFLICT (kind, subject) DO UPDATE SET checked_at = EXCLUDED.checked_at
WHERE known.checked_at <= %(since)s
RETURNING true

-- say --
-- What was found.
UPDATE innovation.self_checks SET said = %(said)s WHERE kind = %(kind)s AND subject = %(subject)s

-- said --
-- What was found the last time.
SELECT said FROM innovation.self_checks WHERE kind = %(kind)s AND subject = %(subject)s

-- count_told --
-- Of how many things administrators were told since.
SELECT count(*) FROM innovation.self_checks WHERE kind = ANY (%(kinds)s::text[]) AND checked_at > %(since)s

-- forget --
-- What was told or done long ago.
DELETE FROM innovation.self_checks WHERE checked_at <= %(before)s

-- administrators --
-- Of the whole hub, who can be written to.
SELECT person_id, email, language, name_ar, name_en FROM innovation.people
WHERE state = 'active' AND email_verified_at IS NOT NULL AND person_id IN (
    SELECT person_id FROM innovation.role_grants
    WHERE role = 'administrator' AND scope_kind = 'hub' AND revoked_at IS NULL AND (until IS NULL OR until > %(at)s))
ORDER BY person_id

-- export --
-- That administrators were told of somebody's account.
SELECT kind, checked_at FROM innovation.self_checks WHERE subject = (%(person_id)s::uuid)::text ORDER BY checked_at

-- erase --
-- Nothing of it stays.
DELETE FROM innovation.self_checks WHERE subject = (%(person_id)s::uuid)::text
