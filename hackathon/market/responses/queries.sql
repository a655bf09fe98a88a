-- lock --
-- This response, until the transaction ends.
SELECT FROM innovation.responses WHERE response_id = %(object_id)s FOR UPDATE

-- response_rows --
-- Responses with the names of their companies; not what is sealed.
SELECT response_id, need_id, vendor_id, organisation_id, responses.state, responses.state_reason, responses.version,
       responses.state_changed_at, created_at, created_by, sealed_at, encode(digest, 'hex') AS digest,
       name_ar AS company_ar, name_en AS company_en
FROM innovation.responses JOIN innovation.organisations USING (organisation_id)

-- response --
-- One of them.
-- + response_rows
WHERE response_id = %(response_id)s

-- of_need --
-- All to a need, in the order of their identifiers.
-- + response_rows
WHERE need_id = %(need_id)s ORDER BY response_id

-- of_companies --
-- What these companies have begun, the newest first.
-- + response_rows
WHERE organisation_id = ANY (%(organisations)s::uuid[])
ORDER BY created_at DESC, response_id LIMIT %(rows)s

-- own --
-- A company's response to a need.
SELECT response_id FROM innovation.responses
WHERE need_id = %(need_id)s AND organisation_id = ANY (%(organisations)s::uuid[])
ORDER BY response_id LIMIT 1

-- surroundings --
-- What its guards ask of the need, of the vendor, and whether it was opened.
SELECT needs.state AS need_state, is_sealed AS is_sealed_need, vendors.state = 'verified' AS is_verified,
       is_sme OR NOT sme_only AS is_small_enough,
       EXISTS (SELECT FROM innovation.response_contents WHERE response_id = %(response_id)s) AS has_content,
       needs.organisation_id AS agency_id
FROM innovation.responses JOIN innovation.needs USING (need_id) JOIN innovation.vendors USING (vendor_id)
WHERE response_id = %(response_id)s

-- move --
-- Into the next state.
UPDATE innovation.responses SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s
WHERE response_id = %(object_id)s

-- due --
-- What the clock moves on: by the deadlines of the need.
SELECT response_id FROM innovation.responses JOIN innovation.deadlines ON object_id = need_id
WHERE state = %(source)s AND name = %(deadline)s AND instant <= %(at)s AND response_id > %(after)s
ORDER BY response_id
LIMIT %(rows)s
FOR UPDATE OF responses SKIP LOCKED

-- create --
-- One without anything in it, once a vendor and need.
INSERT INTO innovation.responses
    (response_id, need_id, vendor_id, organisation_id, state, state_changed_at, created_at, created_by)
VALUES
    (%(response_id)s, %(need_id)s, %(vendor_id)s, %(organisation_id)s, %(state)s, %(at)s, %(at)s, %(created_by)s)
ON CONFLICT (need_id, vendor_id) DO NOTHING

-- seal --
-- What is encrypted takes the place of what was before.
UPDATE innovation.responses SET sealed = %(sealed)s, digest = %(digest)s, sealed_at = %(at)s
WHERE response_id = %(response_id)s

-- unseal --
-- Withdrawn: nothing is left of it.
UPDATE innovation.responses SET sealed = NULL, digest = NULL, sealed_at = NULL WHERE response_id = %(response_id)s

-- drop_shares --
-- Keys of what was sealed before.
DELETE FROM innovation.response_shares WHERE response_id = %(response_id)s

-- add_share --
-- Half of a key, sealed to one opener.
INSERT INTO innovation.response_shares (response_id, opener_id, partner_id, sealed)
VALUES (%(response_id)s, %(opener)s, %(partner)s, %(sealed)s)

-- shares_of_opener --
-- All that one opener can unseal of a need.
SELECT response_id, opener_id, partner_id, response_shares.sealed
FROM innovation.response_shares JOIN innovation.responses USING (response_id)
WHERE need_id = %(need_id)s AND opener_id = %(opener_id)s AND state = 'sealed'
ORDER BY response_id, partner_id

-- keep_half --
-- The first opener has brought it.
INSERT INTO innovation.response_openings (response_id, opener_id, partner_id, share, opened_at)
VALUES (%(response_id)s, %(opener_id)s, %(partner_id)s, %(share)s, %(at)s)

-- half --
-- What the other of a pair has brought.
SELECT share FROM innovation.response_openings
WHERE response_id = %(response_id)s AND opener_id = %(opener_id)s AND partner_id = %(partner_id)s

-- drop_halves --
-- They have served.
DELETE FROM innovation.response_openings WHERE response_id = %(response_id)s

-- sealed --
-- What is encrypted, and what its document must come to.
SELECT sealed, digest FROM innovation.responses WHERE response_id = %(response_id)s

-- add_content --
-- What was in it.
INSERT INTO innovation.response_contents (response_id, document, opened_at)
VALUES (%(response_id)s, %(document)s, %(at)s)

-- add_file --
-- And with it.
INSERT INTO innovation.response_files (response_id, number, name, media_type, content)
VALUES (%(response_id)s, %(number)s, %(name)s, %(media_type)s, %(content)s)

-- content --
-- What was in it.
SELECT document, opened_at FROM innovation.response_contents WHERE response_id = %(response_id)s

-- files --
-- And with it, without the bytes.
SELECT number, name, media_type, octet_length(content) AS size_bytes FROM innovation.response_files
WHERE response_id = %(response_id)s ORDER BY number

-- file --
-- One of them.
SELECT name, media_type, content FROM innovation.response_files
WHERE response_id = %(response_id)s AND number = %(number)s

-- is_interested --
-- Whether somebody belongs, or ever belonged, to a company that has handed in.
SELECT EXISTS (
    SELECT FROM innovation.responses JOIN innovation.memberships USING (organisation_id)
    WHERE need_id = %(need_id)s AND person_id = %(person_id)s
      AND responses.state NOT IN ('draft', 'withdrawn', 'expired')
      AND memberships.state IN ('member', 'left', 'removed'))

-- mark --
-- What an evaluator thinks; a later word takes the place of an earlier one.
INSERT INTO innovation.response_marks (response_id, evaluator_id, marks, comment, marked_at)
VALUES (%(response_id)s, %(evaluator_id)s, %(marks)s, %(comment)s, %(at)s)
ON CONFLICT (response_id, evaluator_id) DO UPDATE SET
    marks = EXCLUDED.marks, comment = EXCLUDED.comment, marked_at = EXCLUDED.marked_at

-- marks --
-- Of all evaluators, of those that are in the contest.
SELECT response_id, evaluator_id, marks, comment
FROM innovation.response_marks JOIN innovation.responses USING (response_id)
WHERE need_id = %(need_id)s AND state IN ('compliant', 'scored', 'awarded', 'not_awarded')
  AND state_reason IS DISTINCT FROM 'disqualified'
ORDER BY response_id, evaluator_id

-- export_responses --
-- What somebody began.
SELECT needs.code AS need, responses.state, responses.created_at, sealed_at
FROM innovation.responses JOIN innovation.needs USING (need_id)
WHERE responses.created_by = %(person_id)s ORDER BY responses.created_at

-- export_marks --
-- How somebody evaluated.
SELECT needs.code AS need, marks, comment, marked_at
FROM innovation.response_marks JOIN innovation.responses USING (response_id) JOIN innovation.needs USING (need_id)
WHERE evaluator_id = %(person_id)s ORDER BY marked_at

-- erase_responses --
-- The response is its company's.
UPDATE innovation.responses SET created_by = NULL WHERE created_by = %(person_id)s

-- count_marks --
-- Marks stay with the evaluation.
SELECT count(*) FROM innovation.response_marks WHERE evaluator_id = %(person_id)s
