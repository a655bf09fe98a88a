-- lock --
-- This need, until the transaction ends.
SELECT FROM innovation.needs WHERE need_id = %(object_id)s FOR UPDATE

-- need_rows --
-- Needs with their agency's name.
SELECT need_id, code, organisation_id, needs.state, needs.state_reason, needs.version, needs.state_changed_at,
       created_at, published_at, title_ar, title_en, problem_ar, problem_en, client_kind, sector,
       capabilities AS required, capabilities_wished AS wished, standards, maturity_min, governorate, languages,
       budget_minor, is_budget_public, sme_only, is_sealed, criteria, organisations.name_ar AS agency_ar,
       organisations.name_en AS agency_en, intended_id, debrief_ar, debrief_en, challenge_id
FROM innovation.needs JOIN innovation.organisations USING (organisation_id)

-- some --
-- Some of them.
-- + need_rows
WHERE need_id = ANY (%(needs)s)

-- of_code --
-- By its name in addresses.
SELECT need_id FROM innovation.needs WHERE code = %(code)s

-- surroundings --
-- What the guards of some ask: planned dates, openers with keys, responses that were handed in, those still sealed.
SELECT need_id, ARRAY(SELECT name FROM innovation.deadlines WHERE object_id = need_id) AS planned,
       (SELECT count(*) FROM innovation.need_openers AS openers
        WHERE openers.need_id = wanted.need_id AND public_key IS NOT NULL) AS keys,
       counted.handed_in, counted.waiting
FROM unnest(%(needs)s::uuid[]) AS wanted (need_id)
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state NOT IN ('draft', 'withdrawn', 'expired')) AS handed_in,
           count(*) FILTER (WHERE state = 'sealed') AS waiting
    FROM innovation.responses WHERE responses.need_id = wanted.need_id) AS counted

-- move --
-- Into the next state.
UPDATE innovation.needs SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s,
    published_at = CASE WHEN %(target)s = 'published' THEN coalesce(published_at, %(at)s) ELSE published_at END
WHERE need_id = %(object_id)s

-- due --
-- What the clock moves on.
SELECT need_id FROM innovation.needs JOIN innovation.deadlines ON object_id = need_id
WHERE state = %(source)s AND name = %(deadline)s AND instant <= %(at)s AND need_id > %(after)s
ORDER BY need_id
LIMIT %(rows)s
FOR UPDATE OF needs SKIP LOCKED

-- create --
-- A new one.
INSERT INTO innovation.needs
    (need_id, organisation_id, state, state_changed_at, created_at, created_by, code, title_ar, title_en, problem_ar,
     problem_en, client_kind, sector, capabilities, capabilities_wished, standards, maturity_min, governorate,
     languages, currency, budget_minor, is_budget_public, sme_only, is_sealed, criteria)
VALUES
    (%(need_id)s, %(organisation_id)s, %(state)s, %(at)s, %(at)s, %(created_by)s, %(code)s, %(title_ar)s,
     %(title_en)s, %(problem_ar)s, %(problem_en)s, %(client_kind)s, %(sector)s, %(required)s,
     %(wished)s, %(standards)s, %(maturity_min)s, %(governorate)s, %(languages)s, %(currency)s,
     %(budget_minor)s, %(is_budget_public)s, %(sme_only)s, %(is_sealed)s, %(criteria)s)

-- describe --
-- Write it anew.
UPDATE innovation.needs SET
    version = version + 1, title_ar = %(title_ar)s, title_en = %(title_en)s, problem_ar = %(problem_ar)s,
    problem_en = %(problem_en)s, client_kind = %(client_kind)s, sector = %(sector)s,
    capabilities = %(required)s, capabilities_wished = %(wished)s, standards = %(standards)s,
    maturity_min = %(maturity_min)s, governorate = %(governorate)s, languages = %(languages)s,
    budget_minor = %(budget_minor)s, is_budget_public = %(is_budget_public)s, sme_only = %(sme_only)s,
    is_sealed = %(is_sealed)s, criteria = %(criteria)s
WHERE need_id = %(need_id)s

-- search --
-- Public needs, the newest first: by words, sector, governorate and state.
-- + need_rows
WHERE published_at IS NOT NULL AND needs.search_text LIKE %(pattern)s
  AND (%(sector)s::text IS NULL OR sector = %(sector)s)
  AND (%(governorate)s::text IS NULL OR governorate = %(governorate)s OR governorate IS NULL)
  AND (%(state)s::text IS NULL OR needs.state = %(state)s)
  AND (%(small)s::boolean IS NULL OR needs.state IN ('published', 'qa_closed') AND (%(small)s OR NOT sme_only))
  AND (%(since)s::timestamptz IS NULL
       -- What was published, or came into the state, after the one instant and not after the other.
       OR tstzrange(%(since)s, %(until)s, '(]') @>
          CASE WHEN %(state)s::text IS NULL THEN published_at ELSE needs.state_changed_at END)
  AND (%(after)s::uuid IS NULL OR (created_at, need_id) <
       (SELECT created_at, need_id FROM innovation.needs WHERE need_id = %(after)s))
ORDER BY created_at DESC, need_id DESC
LIMIT %(rows)s

-- of_agencies --
-- What these agencies have written, the newest first; of all where there are none.
-- + need_rows
WHERE (%(agencies)s::uuid[] IS NULL OR organisation_id = ANY (%(agencies)s::uuid[]))
  AND (%(state)s::text IS NULL OR needs.state = %(state)s)
  AND (%(after)s::uuid IS NULL OR (created_at, need_id) <
       (SELECT created_at, need_id FROM innovation.needs WHERE need_id = %(after)s))
ORDER BY created_at DESC, need_id DESC
LIMIT %(rows)s

-- desk --
-- All for the programme.
SELECT need_id, needs.state, needs.version, needs.created_at, needs.state_changed_at, title_ar, title_en, sector,
       governorate, needs.search_text, organisations.name_ar AS agency_ar, organisations.name_en AS agency_en
FROM innovation.needs LEFT JOIN innovation.organisations USING (organisation_id)

-- similar --
-- Published needs of others that ask for the same in the same sector, or are worded alike; the most alike first.
-- + need_rows
WHERE published_at IS NOT NULL AND organisation_id <> %(organisation_id)s
  AND needs.state IN ('published', 'qa_closed', 'suspended', 'closed', 'evaluating', 'standstill')
  AND (capabilities && %(capabilities)s AND sector = %(sector)s OR needs.search_text LIKE ANY (%(patterns)s))
ORDER BY (sector = %(sector)s)::int + cardinality(ARRAY(
             SELECT unnest(capabilities) INTERSECT SELECT unnest(%(capabilities)s::text[]))) DESC, need_id
LIMIT %(rows)s

-- facts_rows --
-- Needs as matching looks at them. A budget that is not public is told to no match either.
SELECT need_id, title_ar, title_en, problem_ar AS body_ar, problem_en AS body_en, client_kind, sector,
       capabilities AS required, capabilities_wished AS optional, standards, maturity_min, governorate, languages,
       CASE WHEN is_budget_public THEN budget_minor END AS budget_minor, sme_only, true AS is_open
FROM innovation.needs

-- open --
-- What vendors can still answer, or be introduced to: the newest, or of them those that require nothing but this.
SELECT * FROM (
    -- + facts_rows
    WHERE state IN ('published', 'qa_closed')
    ORDER BY published_at DESC, need_id
    LIMIT %(rows)s
) AS newest
WHERE %(able)s::text[] IS NULL OR required <@ %(able)s::text[]

-- facts --
-- One of them.
-- + facts_rows
WHERE need_id = %(need_id)s

-- set_intended --
-- Who is to win, and what all are told.
UPDATE innovation.needs SET intended_id = %(intended_id)s, debrief_ar = %(debrief_ar)s, debrief_en = %(debrief_en)s
WHERE need_id = %(need_id)s

-- set_challenge --
-- What it became.
UPDATE innovation.needs SET challenge_id = %(challenge_id)s, version = version + 1 WHERE need_id = %(need_id)s

-- vendor --
-- The verified vendor among these companies.
SELECT vendor_id, organisation_id, is_sme FROM innovation.vendors
WHERE organisation_id = ANY (%(organisations)s::uuid[]) AND state = 'verified'
ORDER BY vendor_id LIMIT 1

-- count_questions --
-- Of all to a need, and of one vendor.
SELECT count(*), count(*) FILTER (WHERE vendor_id = %(vendor_id)s)
FROM innovation.need_questions WHERE need_id = %(need_id)s

-- add_question --
-- A vendor asks.
INSERT INTO innovation.need_questions (question_id, need_id, vendor_id, asked_by, text, language, asked_at)
VALUES (%(question_id)s, %(need_id)s, %(vendor_id)s, %(asked_by)s, %(text)s, %(language)s, %(asked_at)s)

-- question_rows --
-- What was asked; not by whom.
SELECT question_id, need_id, text, language, asked_at, shown, answer_ar, answer_en, answered_at
FROM innovation.need_questions

-- questions --
-- In the order in which they were asked.
-- + question_rows
WHERE need_id = %(need_id)s
ORDER BY asked_at, question_id

-- same_question --
-- What a company has asked in the same words.
-- + question_rows
WHERE need_id = %(need_id)s AND vendor_id = %(vendor_id)s AND text = %(text)s
ORDER BY asked_at, question_id LIMIT 1

-- own_questions --
-- What a company has asked.
-- + question_rows
WHERE need_id = %(need_id)s AND vendor_id = %(vendor_id)s
ORDER BY asked_at, question_id

-- answer_question --
-- To everybody, once.
UPDATE innovation.need_questions SET
    shown = %(shown)s, answer_ar = %(ar)s, answer_en = %(en)s, answered_at = %(at)s
WHERE question_id = %(question_id)s AND need_id = %(need_id)s AND answered_at IS NULL

-- has_question --
-- Whether it was asked about this need.
SELECT EXISTS (SELECT FROM innovation.need_questions WHERE question_id = %(question_id)s AND need_id = %(need_id)s)

-- add_addendum --
-- For good.
INSERT INTO innovation.need_addenda (addendum_id, need_id, text_ar, text_en, published_at, published_by)
VALUES (%(addendum_id)s, %(need_id)s, %(text_ar)s, %(text_en)s, %(published_at)s, %(published_by)s)

-- addenda --
-- Oldest first.
SELECT text_ar, text_en, published_at FROM innovation.need_addenda WHERE need_id = %(need_id)s
ORDER BY published_at, addendum_id

-- openers --
-- Who is to hold a key, in the order in which they were named.
SELECT opener_id, need_id, person_id, side, public_key, key_made_at, opened_at, name_ar, name_en
FROM innovation.need_openers JOIN innovation.people USING (person_id)
WHERE need_id = %(need_id)s ORDER BY added_at, opener_id

-- person_of_email --
-- Whose confirmed address it is.
SELECT person_id FROM innovation.people
WHERE email_key = %(email_key)s AND state = 'active' AND email_verified_at IS NOT NULL

-- add_opener --
-- Once a need.
INSERT INTO innovation.need_openers (opener_id, need_id, person_id, side, added_at)
VALUES (%(opener_id)s, %(need_id)s, %(person_id)s, %(side)s, %(at)s)
ON CONFLICT (need_id, person_id) DO NOTHING

-- remove_opener --
-- Before anything is sealed to them.
DELETE FROM innovation.need_openers WHERE opener_id = %(opener_id)s AND need_id = %(need_id)s RETURNING person_id

-- set_key --
-- The public half; a new one takes the place of the old.
UPDATE innovation.need_openers SET public_key = %(public_key)s, key_made_at = %(at)s WHERE opener_id = %(opener_id)s

-- mark_opened --
-- They have brought their key.
UPDATE innovation.need_openers SET opened_at = %(at)s WHERE opener_id = %(opener_id)s

-- respondents --
-- The companies that have begun a response, or asked.
SELECT organisation_id FROM innovation.responses
WHERE need_id = %(need_id)s AND responses.state IN ('draft', 'sealed', 'withdrawn')
UNION
SELECT vendors.organisation_id FROM innovation.need_questions
JOIN innovation.vendors USING (vendor_id) WHERE need_id = %(need_id)s

-- export_questions --
-- What somebody has asked.
SELECT needs.code AS need, text, asked_at, answered_at
FROM innovation.need_questions JOIN innovation.needs USING (need_id)
WHERE asked_by = %(person_id)s ORDER BY asked_at

-- export_openers --
-- Which keys somebody holds.
SELECT needs.code AS need, side, added_at, key_made_at, opened_at
FROM innovation.need_openers JOIN innovation.needs USING (need_id)
WHERE person_id = %(person_id)s ORDER BY added_at

-- export_written --
-- Which needs somebody wrote.
SELECT code AS need, title_ar, title_en, created_at FROM innovation.needs
WHERE created_by = %(person_id)s ORDER BY created_at

-- export_addenda --
-- What somebody added.
SELECT needs.code AS need, text_ar, text_en, need_addenda.published_at
FROM innovation.need_addenda JOIN innovation.needs USING (need_id)
WHERE published_by = %(person_id)s ORDER BY need_addenda.published_at

-- erase_questions --
-- What was asked stays with its answer.
UPDATE innovation.need_questions SET asked_by = NULL WHERE asked_by = %(person_id)s

-- erase_written --
-- The need is its agency's.
UPDATE innovation.needs SET created_by = NULL WHERE created_by = %(person_id)s

-- erase_addenda --
-- The addendum is its agency's.
UPDATE innovation.need_addenda SET published_by = NULL WHERE published_by = %(person_id)s

-- count_openers --
-- That a key was held is part of the record of an opening.
SELECT count(*) FROM innovation.need_openers WHERE person_id = %(person_id)s

-- holds_keys --
-- Whether responses are or may still be sealed to the person.
SELECT EXISTS (
    SELECT FROM innovation.need_openers JOIN innovation.needs USING (need_id)
    WHERE person_id = %(person_id)s AND public_key IS NOT NULL AND opened_at IS NULL
      AND needs.state IN ('published', 'qa_closed', 'suspended', 'closed'))

-- called --
-- What an agency looks for.
SELECT title_ar, title_en FROM innovation.needs WHERE need_id = %(object_id)s
