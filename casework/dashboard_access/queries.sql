-- store --
-- A new code.
INSERT INTO innovation.dashboard_codes (code_digest, person_id, session_id, nonce, code_challenge, expires_at)
VALUES (%(digest)s, %(person_id)s, %(session_id)s, %(nonce)s, %(code_challenge)s, %(expires_at)s)

-- hold --
-- A code, for one at a time.
SELECT person_id, session_id, nonce, code_challenge, expires_at, token_id
FROM innovation.dashboard_codes WHERE code_digest = %(digest)s FOR UPDATE

-- use --
-- What it was exchanged for.
UPDATE innovation.dashboard_codes SET token_id = %(token_id)s WHERE code_digest = %(digest)s

-- erase --
-- All of a person.
DELETE FROM innovation.dashboard_codes WHERE person_id = %(person_id)s
