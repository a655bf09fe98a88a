-- duties --
-- Of which organisations somebody holds keys to responses that are not done with, and for which applications there is an award.
SELECT ARRAY(SELECT DISTINCT organisation_id FROM innovation.need_openers JOIN innovation.needs USING (need_id)
             WHERE need_openers.person_id = %(person_id)s AND side = 'agency'
               AND needs.state NOT IN ('awarded', 'matched', 'none_suitable', 'cancelled')) AS organisations,
       ARRAY(SELECT application_id FROM innovation.applicants JOIN innovation.funding_awards USING (application_id)
             WHERE applicants.person_id = %(person_id)s AND applicants.state = 'member') AS applications

-- has_factor --
-- Whether somebody has one.
SELECT EXISTS (SELECT FROM innovation.totp_secrets WHERE person_id = %(person_id)s AND confirmed_at IS NOT NULL)
    OR EXISTS (SELECT FROM innovation.passkeys WHERE person_id = %(person_id)s)

-- store_visit --
-- Somebody waits to show the second.
INSERT INTO innovation.factor_visits (visit_digest, person_id, shown, expires_at)
VALUES (%(digest)s, %(person_id)s, %(shown)s, %(expires_at)s)

-- visit --
-- Who waits.
SELECT person_id, shown, challenge FROM innovation.factor_visits
WHERE visit_digest = %(digest)s AND expires_at > %(at)s

-- hold_visit --
-- The same, for one at a time.
SELECT person_id, shown, challenge FROM innovation.factor_visits
WHERE visit_digest = %(digest)s AND expires_at > %(at)s FOR UPDATE

-- end_visit --
-- Nobody waits any more.
DELETE FROM innovation.factor_visits WHERE visit_digest = %(digest)s

-- challenge --
-- What a passkey is to sign next.
UPDATE innovation.factor_visits SET challenge = %(challenge)s
WHERE visit_digest = %(digest)s AND expires_at > %(at)s

-- take_challenge --
-- It counts once, whatever comes of it.
UPDATE innovation.factor_visits AS visit SET challenge = NULL
FROM (SELECT visit_digest, challenge FROM innovation.factor_visits WHERE visit_digest = %(digest)s FOR UPDATE) AS before
WHERE visit.visit_digest = before.visit_digest AND expires_at > %(at)s AND before.challenge IS NOT NULL
RETURNING before.challenge

-- totp --
-- The application of somebody that counts, or the one that is being set up.
SELECT totp_id, person_id, sealed, begun_at, confirmed_at, last_step FROM innovation.totp_secrets
WHERE person_id = %(person_id)s AND (confirmed_at IS NOT NULL) = %(is_confirmed)s

-- begin_totp --
-- One is being set up; an earlier one that never was is forgotten.
INSERT INTO innovation.totp_secrets (totp_id, person_id, sealed, key_id, begun_at)
VALUES (%(totp_id)s, %(person_id)s, %(sealed)s, %(key_id)s, %(begun_at)s)

-- keys_in_use --
-- How many secrets of applications lie under keys made of which key of codes.
SELECT key_id, count(*)::integer FROM innovation.totp_secrets GROUP BY key_id

-- drop_totp --
-- The application that counts, or the one that is being set up.
DELETE FROM innovation.totp_secrets
WHERE person_id = %(person_id)s AND (confirmed_at IS NOT NULL) = %(is_confirmed)s

-- confirm_totp --
-- It counts from now on.
UPDATE innovation.totp_secrets SET confirmed_at = %(at)s WHERE totp_id = %(totp_id)s

-- use_step --
-- The code of this step, once.
UPDATE innovation.totp_secrets SET last_step = %(step)s WHERE totp_id = %(totp_id)s AND last_step < %(step)s

-- passkeys --
-- Those of somebody, the oldest first.
SELECT passkey_id, credential_id, public_key, name, signed_count, added_at, last_used_at
FROM innovation.passkeys WHERE person_id = %(person_id)s ORDER BY added_at, passkey_id

-- store_passkey --
-- One more; none if somebody has it already.
INSERT INTO innovation.passkeys (passkey_id, person_id, credential_id, public_key, name, signed_count, added_at)
VALUES (%(passkey_id)s, %(person_id)s, %(credential_id)s, %(public_key)s, %(name)s, %(signed_count)s, %(added_at)s)
ON CONFLICT (credential_id) DO NOTHING

-- use_passkey --
-- It has signed, and counts on from there.
UPDATE innovation.passkeys SET signed_count = %(signed_count)s, last_used_at = %(at)s WHERE passkey_id = %(passkey_id)s

-- drop_passkey --
-- One of somebody's.
DELETE FROM innovation.passkeys WHERE passkey_id = %(passkey_id)s AND person_id = %(person_id)s

-- store_offer --
-- A passkey is being made in a session.
INSERT INTO innovation.passkey_offers (session_id, name, challenge, expires_at)
VALUES (%(session_id)s, %(name)s, %(challenge)s, %(expires_at)s)
ON CONFLICT (session_id) DO UPDATE SET
    name = EXCLUDED.name, challenge = EXCLUDED.challenge, expires_at = EXCLUDED.expires_at

-- offer --
-- What is being made there.
SELECT name, challenge FROM innovation.passkey_offers WHERE session_id = %(session_id)s AND expires_at > %(at)s

-- take_offer --
-- It counts once, whatever comes of it.
DELETE FROM innovation.passkey_offers WHERE session_id = %(session_id)s AND expires_at > %(at)s RETURNING name, challenge

-- count_recovery --
-- How many are left.
SELECT count(*) FROM innovation.recovery_codes WHERE person_id = %(person_id)s

-- store_recovery --
-- One that counts once.
INSERT INTO innovation.recovery_codes (code_digest, person_id, made_at) VALUES (%(digest)s, %(person_id)s, %(at)s)

-- use_recovery --
-- It is gone.
DELETE FROM innovation.recovery_codes WHERE code_digest = %(digest)s AND person_id = %(person_id)s

-- drop_recovery --
-- All of a person, as others are made.
DELETE FROM innovation.recovery_codes WHERE person_id = %(person_id)s

-- export --
-- What there is of a person: never what is secret.
SELECT 'application' AS kind, NULL AS name, confirmed_at AS added_at, NULL::timestamptz AS last_used_at
FROM innovation.totp_secrets WHERE person_id = %(person_id)s AND confirmed_at IS NOT NULL
UNION ALL
SELECT 'passkey', name, added_at, last_used_at FROM innovation.passkeys WHERE person_id = %(person_id)s
UNION ALL
SELECT 'recovery code', NULL, made_at, NULL FROM innovation.recovery_codes WHERE person_id = %(person_id)s
ORDER BY 3, 1

-- erase_visits --
-- All of a person.
DELETE FROM innovation.factor_visits WHERE person_id = %(person_id)s

-- erase_totp --
-- All of a person.
DELETE FROM innovation.totp_secrets WHERE person_id = %(person_id)s

-- erase_passkeys --
-- All of a person.
DELETE FROM innovation.passkeys WHERE person_id = %(person_id)s
