-- lock --
-- This certificate, until the transaction ends.
SELECT FROM innovation.certificates WHERE certificate_id = %(object_id)s FOR UPDATE

-- certificate --
-- One of them.
SELECT certificate_id, short_id, kind, person_id, subject_id, occasion_ar, occasion_en, starts_on, ends_on,
       occurrence, minutes, reached, expires_at, name_ar, name_en, state, state_reason, version,
       state_changed_at, number, salt, issued_at, credential
FROM innovation.certificates WHERE certificate_id = %(certificate_id)s

-- by_short_id --
-- The one whose address somebody has opened.
SELECT certificate_id FROM innovation.certificates WHERE short_id = %(short_id)s

-- of_person --
-- A person's, the newest first.
SELECT certificate_id, short_id, kind, person_id, subject_id, occasion_ar, occasion_en, starts_on, ends_on,
       occurrence, minutes, reached, expires_at, name_ar, name_en, state, state_reason, version,
       state_changed_at, number, salt, issued_at, credential
FROM innovation.certificates WHERE person_id = %(person_id)s
ORDER BY created_at DESC, certificate_id
LIMIT %(rows)s

-- move --
-- Into the next state.
UPDATE innovation.certificates SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s
WHERE certificate_id = %(object_id)s

-- offer --
-- A certificate; nothing if the same has been offered or issued.
INSERT INTO innovation.certificates
    (certificate_id, short_id, person_id, kind, subject_id, occurrence, occasion_ar, occasion_en, starts_on,
     ends_on, minutes, reached, expires_at, state, state_changed_at, created_at, salt)
VALUES
    (%(certificate_id)s, %(short_id)s, %(person_id)s, %(kind)s, %(subject_id)s, %(occurrence)s,
     %(occasion_ar)s, %(occasion_en)s, %(starts_on)s, %(ends_on)s, %(minutes)s, %(reached)s, %(expires_at)s,
     %(state)s, %(at)s, %(at)s, %(salt)s)
ON CONFLICT DO NOTHING

-- name --
-- How the holder spells their name.
UPDATE innovation.certificates SET name_ar = %(name_ar)s, name_en = %(name_en)s
WHERE certificate_id = %(certificate_id)s

-- seal --
-- What was signed.
UPDATE innovation.certificates SET issued_at = %(at)s, credential = %(credential)s
WHERE certificate_id = %(certificate_id)s

-- holder --
-- Whose it is.
SELECT person_id, email, language, name_ar, name_en FROM innovation.people
WHERE person_id = %(person_id)s AND state IN ('active', 'closing') AND email_verified_at IS NOT NULL

-- term_total --
-- What was verified of an ambassador's work in a term.
SELECT count(*), coalesce(sum(minutes), 0), coalesce(sum(reached), 0)
FROM innovation.reach_shares JOIN innovation.outreach_events USING (event_id)
WHERE ambassador_id = %(ambassador_id)s AND ends_at >= %(starts_at)s AND ends_at < %(ends_at)s

-- revoked --
-- The numbers of revoked certificates that stand in one list.
SELECT number FROM innovation.certificates
WHERE state = 'revoked' AND number >= %(first)s AND number < %(first)s + %(size)s
ORDER BY number

-- newest_number --
-- How far the numbers have come.
SELECT coalesce(max(number), 0) FROM innovation.certificates

-- export --
-- What is certified of a person.
SELECT short_id, kind, occasion_ar, occasion_en, starts_on, ends_on, minutes, reached, name_ar, name_en, state,
       state_reason, created_at, issued_at, expires_at, credential
FROM innovation.certificates WHERE person_id = %(person_id)s ORDER BY created_at

-- erase --
-- The name goes, and with it what could be verified.
UPDATE innovation.certificates SET
    name_ar = NULL, name_en = NULL, credential = NULL, salt = '',
    state_reason = CASE WHEN state = 'issued' THEN 'account_closed' WHEN state = 'offered' THEN 'declined'
                        ELSE state_reason END,
    state = CASE WHEN state = 'issued' THEN 'revoked' WHEN state = 'offered' THEN 'withdrawn' ELSE state END
WHERE person_id = %(person_id)s
