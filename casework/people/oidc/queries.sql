-- begin --
-- Somebody leaves for the provider.
INSERT INTO innovation.identity_flows
    (state_digest, browser_digest, issuer, nonce, code_verifier, expires_at)
VALUES
    (%(state_digest)s, %(browser_digest)s, %(issuer)s, %(nonce)s, %(code_verifier)s, %(expires_at)s)

-- take --
-- And comes back, in the same browser; once.
DELETE FROM innovation.identity_flows
WHERE state_digest = %(state_digest)s AND browser_digest = %(browser_digest)s AND issuer = %(issuer)s
  AND expires_at > %(at)s
RETURNING issuer, nonce, code_verifier

-- person --
-- Whose identity it is.
SELECT person_id FROM innovation.identities WHERE issuer = %(issuer)s AND subject = %(subject)s

-- link --
-- From now on it opens this account.
INSERT INTO innovation.identities (issuer, subject, person_id, linked_at)
VALUES (%(issuer)s, %(subject)s, %(person_id)s, %(at)s)
ON CONFLICT (issuer, subject) DO NOTHING
RETURNING person_id

-- unlink --
-- No longer.
DELETE FROM innovation.identities WHERE issuer = %(issuer)s AND person_id = %(person_id)s
