-- lock --
-- This introduction, until the transaction ends.
SELECT FROM innovation.introductions WHERE introduction_id = %(object_id)s FOR UPDATE

-- introduction_rows --
-- Introductions with the names of what and whom they are about.
SELECT introduction_id, need_id, needs.title_ar AS need_titles_ar, needs.title_en AS need_titles_en, offering_id,
       offering_number, versions.title_ar AS offering_titles_ar, versions.title_en AS offering_titles_en,
       vendors.vendor_id, introductions.state, introductions.state_reason, introductions.version,
       introductions.state_changed_at, introductions.created_at, suggested_by, score, parts,
       agency.organisation_id AS agency_organisation_id, agency.name_ar AS agency_names_ar,
       agency.name_en AS agency_names_en, agency_contact AS agency_contact_id, agency_interested_at,
       company.organisation_id AS vendor_organisation_id, company.name_ar AS vendor_names_ar,
       company.name_en AS vendor_names_en, vendor_contact AS vendor_contact_id, vendor_interested_at, shared_at
FROM innovation.introductions JOIN innovation.needs USING (need_id)
JOIN innovation.organisations AS agency ON agency.organisation_id = needs.organisation_id
JOIN innovation.offering_versions AS versions USING (offering_id)
JOIN innovation.offerings USING (offering_id) JOIN innovation.vendors USING (vendor_id)
JOIN innovation.organisations AS company ON company.organisation_id = vendors.organisation_id

-- introduction --
-- One of them.
-- + introduction_rows
WHERE introduction_id = %(introduction_id)s AND versions.number = offering_number

-- list --
-- Those of these agencies or companies, or all for neither; of a state; the newest first.
-- + introduction_rows
WHERE versions.number = offering_number
  AND (%(organisations)s::uuid[] IS NULL OR agency.organisation_id = ANY (%(organisations)s)
       OR company.organisation_id = ANY (%(organisations)s))
  AND (%(state)s::text IS NULL OR introductions.state = %(state)s)
  AND (%(after)s::uuid IS NULL OR (introductions.created_at, introduction_id) < (
       SELECT last.created_at, last.introduction_id FROM innovation.introductions AS last
       WHERE last.introduction_id = %(after)s))
ORDER BY introductions.created_at DESC, introduction_id DESC
LIMIT %(rows)s

-- desk --
-- All for the programme.
SELECT introduction_id, introductions.state, introductions.version, introductions.created_at,
       introductions.state_changed_at, needs.title_ar AS need_ar, needs.title_en AS need_en,
       versions.title_ar AS offering_ar, versions.title_en AS offering_en, company.name_ar AS vendor_ar,
       company.name_en AS vendor_en, needs.search_text
FROM innovation.introductions LEFT JOIN innovation.needs USING (need_id)
LEFT JOIN innovation.offering_versions AS versions
       ON versions.offering_id = introductions.offering_id AND versions.number = offering_number
LEFT JOIN innovation.offerings ON offerings.offering_id = introductions.offering_id
LEFT JOIN innovation.vendors USING (vendor_id)
LEFT JOIN innovation.organisations AS company ON company.organisation_id = vendors.organisation_id

-- pairs --
-- Which offerings a need has met, or which needs an offering has: the newest introduction of each pair.
SELECT DISTINCT ON (need_id, offering_id) need_id, offering_id, introduction_id, state
FROM innovation.introductions
WHERE (%(need_id)s::uuid IS NULL OR need_id = %(need_id)s)
  AND (%(offerings)s::uuid[] IS NULL OR offering_id = ANY (%(offerings)s))
ORDER BY need_id, offering_id, created_at DESC

-- create --
-- Suggested; not if the pair is together already, or one has declined.
INSERT INTO innovation.introductions
    (introduction_id, need_id, offering_id, offering_number, state, state_changed_at, created_at, suggested_by, score,
     parts)
VALUES (%(introduction_id)s, %(need_id)s, %(offering_id)s, %(number)s, %(state)s, %(at)s, %(at)s, %(suggested_by)s,
        %(score)s, %(parts)s)
ON CONFLICT (need_id, offering_id) WHERE state <> 'expired' DO NOTHING

-- count_open --
-- Of a need, and of a vendor, those that wait for an answer.
SELECT count(*) FILTER (WHERE need_id = %(need_id)s), count(*) FILTER (WHERE vendor_id = %(vendor_id)s)
FROM innovation.introductions JOIN innovation.offerings USING (offering_id)
WHERE introductions.state = ANY (%(unanswered)s::text[]) AND (need_id = %(need_id)s OR vendor_id = %(vendor_id)s)

-- move --
-- Into the next state; when it came there is kept for good.
UPDATE innovation.introductions SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s,
    shared_at = CASE WHEN %(target)s = 'contacts_shared' THEN coalesce(shared_at, %(at)s) ELSE shared_at END,
    met_at = CASE WHEN %(target)s = 'meeting' THEN coalesce(met_at, %(at)s) ELSE met_at END,
    pilot_at = CASE WHEN %(target)s = 'pilot' THEN coalesce(pilot_at, %(at)s) ELSE pilot_at END
WHERE introduction_id = %(object_id)s

-- due --
-- Those that nobody has answered in time.
SELECT introduction_id FROM innovation.introductions JOIN innovation.deadlines ON object_id = introduction_id
WHERE state = %(source)s AND name = %(deadline)s AND instant <= %(at)s AND introduction_id > %(after)s
ORDER BY introduction_id
LIMIT %(rows)s
FOR UPDATE OF introductions SKIP LOCKED

-- set_agency_contact --
-- Somebody of the agency agrees to be named; the agency is interested since the first of them.
UPDATE innovation.introductions SET
    agency_contact = %(person_id)s, agency_interested_at = coalesce(agency_interested_at, %(at)s)
WHERE introduction_id = %(introduction_id)s

-- set_vendor_contact --
-- The same of the vendor.
UPDATE innovation.introductions SET
    vendor_contact = %(person_id)s, vendor_interested_at = coalesce(vendor_interested_at, %(at)s)
WHERE introduction_id = %(introduction_id)s

-- change_contact --
-- Under the next version of the row, since the page says something else then.
UPDATE innovation.introductions SET version = version + 1 WHERE introduction_id = %(introduction_id)s

-- contact --
-- How a person is written to, while they can be.
SELECT name_ar AS names_ar, name_en AS names_en, email FROM innovation.people
WHERE person_id = %(person_id)s AND state IN ('active', 'closing') AND email_verified_at IS NOT NULL

-- plan_question --
-- What is asked some days after; once.
INSERT INTO innovation.introduction_outcomes (introduction_id, side, days, due_at)
VALUES (%(introduction_id)s, %(side)s, %(days)s, %(due_at)s)
ON CONFLICT DO NOTHING

-- next_question --
-- The next that is due and has not been asked, held; of one that did not fit nothing is asked any more.
SELECT introduction_id, side, days FROM innovation.introduction_outcomes
WHERE asked_at IS NULL AND due_at <= %(at)s
  AND introduction_id NOT IN (SELECT introduction_id FROM innovation.introductions WHERE state = 'no_fit')
  AND NOT EXISTS (
      SELECT FROM public.failures
      WHERE job = %(job)s AND subject = introduction_id || ' ' || side || ' ' || days AND failures.due_at > %(at)s)
ORDER BY due_at, introduction_id, side
LIMIT 1
FOR UPDATE SKIP LOCKED

-- mark_asked --
-- It is asked once.
UPDATE innovation.introduction_outcomes SET asked_at = %(at)s
WHERE introduction_id = %(introduction_id)s AND side = %(side)s AND days = %(days)s

-- questions --
-- All that was or will be asked about an introduction.
SELECT introduction_id, side, days, due_at, asked_at, answered_at, has_met, has_pilot, has_contract, value_band,
       -- Empty, not missing, where nothing is told yet.
       CASE WHEN answered_at IS NOT NULL THEN note END AS note
FROM innovation.introduction_outcomes
WHERE introduction_id = %(introduction_id)s
ORDER BY days, side

-- answer --
-- Once, when its day has come.
UPDATE innovation.introduction_outcomes SET
    answered_at = %(at)s, answered_by = %(person_id)s, has_met = %(has_met)s, has_pilot = %(has_pilot)s,
    has_contract = %(has_contract)s, value_band = %(value_band)s, note = %(note)s
WHERE introduction_id = %(introduction_id)s AND side = %(side)s AND days = %(days)s AND answered_at IS NULL
  AND due_at <= %(at)s

-- waiting --
-- Questions of these organisations that have come due and wait for an answer.
SELECT introduction_id, side, days FROM innovation.introduction_outcomes
JOIN innovation.introductions USING (introduction_id) JOIN innovation.needs USING (need_id)
JOIN innovation.offerings USING (offering_id) JOIN innovation.vendors USING (vendor_id)
WHERE due_at <= %(at)s AND answered_at IS NULL AND introductions.state <> 'no_fit'
  AND CASE side WHEN 'agency' THEN needs.organisation_id ELSE vendors.organisation_id END = ANY (%(organisations)s)
ORDER BY due_at, introduction_id
LIMIT %(rows)s

-- stages --
-- How many came exactly so far, and stand in each state.
SELECT stage, state, count(*) AS number FROM innovation.introduction_stages GROUP BY stage, state

-- asked --
-- What was asked and said, by the day of the question.
SELECT days, count(asked_at) AS asked, count(answered_at) AS answered, count(*) FILTER (WHERE has_met) AS met,
       count(*) FILTER (WHERE has_pilot) AS pilots, count(*) FILTER (WHERE has_contract) AS contracts
FROM innovation.introduction_outcomes GROUP BY days ORDER BY days

-- export_contacts --
-- Where a person agreed to be named.
SELECT introduction_id, need_id, offering_id, state, created_at, agency_contact = %(person_id)s AS for_agency,
       shared_at
FROM innovation.introductions
WHERE agency_contact = %(person_id)s OR vendor_contact = %(person_id)s
ORDER BY created_at, introduction_id

-- export_answers --
-- What a person said of what came of it.
SELECT introduction_id, side, days, answered_at, has_met, has_pilot, has_contract, value_band, note
FROM innovation.introduction_outcomes WHERE answered_by = %(person_id)s
ORDER BY answered_at, introduction_id

-- erase_contacts --
-- Nobody is named any more; somebody else of the side can be.
UPDATE innovation.introductions SET
    agency_contact = CASE WHEN agency_contact <> %(person_id)s THEN agency_contact END,
    vendor_contact = CASE WHEN vendor_contact <> %(person_id)s THEN vendor_contact END
WHERE agency_contact = %(person_id)s OR vendor_contact = %(person_id)s

-- erase_answers --
-- The organisation's answer stays, without whose it was and what they wrote.
UPDATE innovation.introduction_outcomes SET answered_by = NULL, note = '' WHERE answered_by = %(person_id)s
