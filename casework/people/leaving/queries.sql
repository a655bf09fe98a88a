-- export_account --
-- The account itself.
SELECT person_id, email, name_ar, name_en, language, state, reason, created_at, state_changed_at,
       email_verified_at
FROM innovation.people WHERE person_id = %(person_id)s

-- export_password --
-- That there is a password, and since when; the hash is of use to nobody but guessers.
SELECT changed_at FROM innovation.passwords WHERE person_id = %(person_id)s

-- export_sessions --
-- Where the person is signed in.
SELECT device, network, created_at, last_used_at, expires_at FROM innovation.sessions
WHERE person_id = %(person_id)s ORDER BY created_at

-- export_links --
-- What was mailed and has not been used up.
SELECT purpose, email, issuer, subject, created_at, expires_at FROM innovation.links
WHERE person_id = %(person_id)s ORDER BY created_at

-- export_identities --
-- Sign-in services that are linked.
SELECT issuer, subject, linked_at FROM innovation.identities WHERE person_id = %(person_id)s ORDER BY linked_at

-- export_roles --
-- Every role that was ever held.
SELECT role, scope_kind, scope_id, granted_at, until, revoked_at FROM innovation.role_grants
WHERE person_id = %(person_id)s ORDER BY granted_at

-- export_readings --
-- Who looked at the person's data.
SELECT at, reader, what FROM innovation.readings WHERE person_id = %(person_id)s ORDER BY reading_id

-- export_mails --
-- What was or is being mailed.
SELECT template, language, recipient, created_at, sent_at FROM innovation.outbox
WHERE person_id = %(person_id)s ORDER BY created_at

-- export_lines --
-- What the person did, and what was done to the account, as the log has it.
SELECT chain, position, at, machine, object, event, source, target, reason, details FROM innovation.audit
WHERE subject = %(person_id)s::text OR object = %(person_id)s ORDER BY at, chain, position

-- erase_sessions --
-- Signed out for good.
DELETE FROM innovation.sessions WHERE person_id = %(person_id)s

-- erase_links --
-- What was mailed leads nowhere.
DELETE FROM innovation.links WHERE person_id = %(person_id)s

-- erase_password --
-- The hash.
DELETE FROM innovation.passwords WHERE person_id = %(person_id)s

-- erase_identities --
-- Who the person is elsewhere.
DELETE FROM innovation.identities WHERE person_id = %(person_id)s

-- erase_sign_ups --
-- Somebody may just have tried to sign up with the address.
DELETE FROM innovation.sign_ups
WHERE email_key = (SELECT email_key FROM innovation.people WHERE person_id = %(person_id)s)

-- erase_mails --
-- Also what is still waiting: nobody is left to read it. By address too, for what was mailed before there
-- was an account.
DELETE FROM innovation.outbox
WHERE person_id = %(person_id)s
   OR lower(recipient) = (SELECT lower(email) FROM innovation.people WHERE person_id = %(person_id)s)

-- erase_roles --
-- Whoever leaves lays down all roles.
UPDATE innovation.role_grants SET revoked_at = coalesce(revoked_at, state_changed_at)
FROM innovation.people WHERE people.person_id = role_grants.person_id AND role_grants.person_id = %(person_id)s

-- erase_account --
-- What is left is a key that other tables point to.
UPDATE innovation.people
SET email = NULL, email_key = NULL, name_ar = NULL, name_en = NULL, email_verified_at = NULL, language = 'en'
WHERE person_id = %(person_id)s

-- to_be_erased --
-- Accounts whose state says erased and whose data are still there.
SELECT person_id FROM innovation.people
WHERE state = 'erased' AND email_key IS NOT NULL
  AND NOT EXISTS (
      SELECT FROM public.failures WHERE job = %(job)s AND subject = person_id::text AND due_at > %(at)s)
ORDER BY person_id
LIMIT 1
FOR NO KEY UPDATE SKIP LOCKED

-- store_erasure --
-- What became of everything, for whoever asks later.
INSERT INTO innovation.erasures (person_id, erased_at, outcomes) VALUES (%(person_id)s, %(at)s, %(outcomes)s)

-- count_lines --
-- Rows that stay: they know the person by the key alone.
SELECT count(*) FROM innovation.audit WHERE subject = %(person_id)s::text OR object = %(person_id)s

-- count_readings --
-- Rows that stay: they know the person by the key alone.
SELECT count(*) FROM innovation.readings WHERE person_id = %(person_id)s OR reader = %(person_id)s

-- count_given --
-- Rows that stay: they know the person by the key alone.
SELECT count(*) FROM innovation.role_grants WHERE granted_by = %(person_id)s OR revoked_by = %(person_id)s

-- count_decisions --
-- Rows that stay: they know the person by the key alone.
SELECT count(*) FROM innovation.decisions WHERE prepared_by = %(person_id)s OR released_by = %(person_id)s

-- count_extensions --
-- Rows that stay: they know the person by the key alone.
SELECT count(*) FROM innovation.deadline_extensions WHERE extended_by = %(person_id)s
