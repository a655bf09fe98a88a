-- store_person --
-- A new account.
INSERT INTO innovation.people
    (person_id, email, email_key, name_ar, name_en, language, state, state_changed_at, created_at, email_verified_at)
VALUES
    (%(person_id)s, %(address_written)s, %(address_key)s, %(names_ar)s, %(names_en)s, %(language)s, 'active', %(at)s,
     %(at)s, %(email_verified_at)s)
ON CONFLICT (email_key) DO NOTHING
RETURNING person_id

-- person_rows --
-- Accounts as they stand.
SELECT person_id, email, name_ar AS names_ar, name_en AS names_en, language, state, version, created_at,
       email_verified_at
FROM innovation.people

-- person --
-- An account.
-- + person_rows
WHERE person_id = %(person_id)s

-- some --
-- Some accounts.
-- + person_rows
WHERE person_id = ANY (%(people)s::uuid[])

-- hold_person --
-- The same, ours until the transaction ends; rows elsewhere may begin to point to it meanwhile.
-- + person_rows
WHERE person_id = %(person_id)s FOR NO KEY UPDATE

-- person_by_email --
-- The account of an address.
-- + person_rows
WHERE email_key = %(email_key)s

-- lock_person --
-- The same for a step of its workflow.
SELECT FROM innovation.people WHERE person_id = %(object_id)s FOR NO KEY UPDATE

-- due_people --
-- Accounts whose grace period is over.
SELECT person_id FROM innovation.people
JOIN innovation.deadlines ON object_id = person_id AND name = %(deadline)s AND instant <= %(at)s
WHERE state = %(source)s AND person_id > %(after)s
ORDER BY person_id
LIMIT %(rows)s
FOR NO KEY UPDATE OF people SKIP LOCKED

-- move_person --
-- A step of the account's workflow.
UPDATE innovation.people
SET state = %(target)s, reason = %(reason)s, state_changed_at = %(at)s, version = version + 1
WHERE person_id = %(object_id)s

-- rename --
-- Names and language as the person wants them.
UPDATE innovation.people SET name_ar = %(name_ar)s, name_en = %(name_en)s, language = %(language)s
WHERE person_id = %(person_id)s

-- verify_email --
-- Somebody has followed a link that was mailed to the address.
UPDATE innovation.people SET email_verified_at = coalesce(email_verified_at, %(at)s)
WHERE person_id = %(person_id)s

-- change_email --
-- Another address; refused by the constraint if somebody has it.
UPDATE innovation.people SET email = %(email)s, email_key = %(email_key)s, email_verified_at = %(at)s
WHERE person_id = %(person_id)s

-- password --
-- The hash of an account's password.
SELECT password_hash FROM innovation.passwords WHERE person_id = %(person_id)s

-- store_password --
-- A new password.
INSERT INTO innovation.passwords (person_id, password_hash, changed_at)
VALUES (%(person_id)s, %(password_hash)s, %(at)s)
ON CONFLICT (person_id) DO UPDATE SET password_hash = EXCLUDED.password_hash, changed_at = EXCLUDED.changed_at

-- replace_hash --
-- The same password under today's parameters, unless it was changed meanwhile.
UPDATE innovation.passwords SET password_hash = %(password_hash)s
WHERE person_id = %(person_id)s AND password_hash = %(known_hash)s

-- sign_up_columns --
email AS address_written, email_key AS address_key, name_ar AS names_ar, name_en AS names_en, language

-- store_sign_up --
-- A wish for an account; a later one for the same address replaces it.
INSERT INTO innovation.sign_ups
    (email_key, email, name_ar, name_en, language, token_digest, created_at, expires_at)
VALUES
    (%(address_key)s, %(address_written)s, %(names_ar)s, %(names_en)s, %(language)s, %(token_digest)s, %(at)s,
     %(expires_at)s)
ON CONFLICT (email_key) DO UPDATE SET
    email = EXCLUDED.email, name_ar = EXCLUDED.name_ar, name_en = EXCLUDED.name_en, language = EXCLUDED.language,
    token_digest = EXCLUDED.token_digest, created_at = EXCLUDED.created_at, expires_at = EXCLUDED.expires_at

-- renew_sign_up --
-- A new link for it.
UPDATE innovation.sign_ups SET token_digest = %(token_digest)s, expires_at = %(expires_at)s
WHERE email_key = %(email_key)s AND expires_at > %(at)s
RETURNING
    -- + sign_up_columns

-- sign_up --
-- Who signed up, by the link.
SELECT
    -- + sign_up_columns
FROM innovation.sign_ups
WHERE token_digest = %(token_digest)s AND expires_at > %(at)s

-- take_sign_up --
-- It is used up.
DELETE FROM innovation.sign_ups WHERE token_digest = %(token_digest)s AND expires_at > %(at)s
RETURNING
    -- + sign_up_columns

-- forget_sign_up --
-- There is an account of that address now.
DELETE FROM innovation.sign_ups WHERE email_key = %(email_key)s

-- link_columns --
person_id, purpose, email AS address_written, email_key AS address_key,
CASE WHEN issuer IS NOT NULL THEN ARRAY[issuer, subject] END AS identity

-- store_link --
-- A link that is mailed; it replaces an older one for the same purpose.
INSERT INTO innovation.links
    (person_id, purpose, token_digest, email, email_key, issuer, subject, created_at, expires_at)
VALUES
    (%(person_id)s, %(purpose)s, %(token_digest)s, %(address_written)s, %(address_key)s,
     (%(identity)s::text[])[1], (%(identity)s::text[])[2], %(at)s, %(expires_at)s)
ON CONFLICT (person_id, purpose) DO UPDATE SET
    token_digest = EXCLUDED.token_digest, email = EXCLUDED.email, email_key = EXCLUDED.email_key,
    issuer = EXCLUDED.issuer, subject = EXCLUDED.subject, created_at = EXCLUDED.created_at,
    expires_at = EXCLUDED.expires_at, followed_at = NULL

-- link --
-- A link that has not been followed.
SELECT
    -- + link_columns
FROM innovation.links
WHERE token_digest = %(token_digest)s AND expires_at > %(at)s AND followed_at IS NULL

-- follow_link --
-- The one use of a link.
UPDATE innovation.links SET followed_at = %(at)s
WHERE token_digest = %(token_digest)s AND purpose = %(purpose)s AND expires_at > %(at)s AND followed_at IS NULL
RETURNING
    -- + link_columns

-- followed_link --
-- The other half of a change of address.
SELECT
    -- + link_columns
FROM innovation.links
WHERE person_id = %(person_id)s AND purpose = %(purpose)s AND expires_at > %(at)s AND followed_at IS NOT NULL

-- forget_links --
-- None that was mailed before counts any more.
DELETE FROM innovation.links WHERE person_id = %(person_id)s

-- search_ar --
-- People by name in Arabic, or whose name or address has the words.
SELECT person_id, email, name_ar AS names_ar, name_en AS names_en, language, state, version, created_at,
       email_verified_at, sort_ar AS place_sort, person_id AS place_object_id
FROM innovation.people
WHERE state <> 'erased' AND search_text LIKE %(pattern)s
  AND (%(after_sort)s::text IS NULL OR (sort_ar, person_id) > (%(after_sort)s, %(after_id)s))
ORDER BY sort_ar, person_id
LIMIT %(rows)s

-- search_en --
-- The same by name in English.
SELECT person_id, email, name_ar AS names_ar, name_en AS names_en, language, state, version, created_at,
       email_verified_at, sort_en AS place_sort, person_id AS place_object_id
FROM innovation.people
WHERE state <> 'erased' AND search_text LIKE %(pattern)s
  AND (%(after_sort)s::text IS NULL OR (sort_en, person_id) > (%(after_sort)s, %(after_id)s))
ORDER BY sort_en, person_id
LIMIT %(rows)s

-- desk --
-- Accounts for the staff, with the roles that they have now.
SELECT person_id, email, name_ar, name_en, state, created_at, search_text, sort_ar, sort_en,
       (SELECT string_agg(DISTINCT role, ' ' ORDER BY role) FROM innovation.role_grants
        WHERE role_grants.person_id = people.person_id AND revoked_at IS NULL AND coalesce(until > %(at)s, true)) AS roles
FROM innovation.people
WHERE state <> 'erased'

-- has_role --
-- Of those in the list, whoever has a role now.
EXISTS (SELECT FROM innovation.role_grants
        WHERE role_grants.person_id = listed.person_id AND role = %(role)s AND revoked_at IS NULL
          AND coalesce(until > %(at)s, true))

-- names --
-- What people are called, for pages that show who did something.
SELECT person_id, name_ar, name_en FROM innovation.people WHERE person_id = ANY (%(person_ids)s::uuid[])
