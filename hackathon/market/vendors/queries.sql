-- lock --
-- This vendor, until the transaction ends.
SELECT FROM innovation.vendors WHERE vendor_id = %(object_id)s FOR UPDATE

-- vendor_columns --
vendor_id, vendors.organisation_id, organisations.name_ar AS names_ar, organisations.name_en AS names_en,
organisations.state AS organisation_state, governorate, is_sme, profile_ar, profile_en, website, vendors.state,
state_reason, vendors.version, vendors.state_changed_at, created_at, until

-- vendor_rows --
-- Vendors with their company.
SELECT
    -- + vendor_columns
FROM innovation.vendors JOIN innovation.organisations USING (organisation_id)

-- some --
-- Some of them.
-- + vendor_rows
WHERE vendor_id = ANY (%(vendors)s::uuid[])

-- of_organisations --
-- Those of some companies, by name.
-- + vendor_rows
WHERE vendors.organisation_id = ANY (%(organisations)s::uuid[])
ORDER BY organisations.sort_en, vendor_id

-- desk --
-- All for the programme, with how many papers nobody has looked at.
SELECT vendor_id, vendors.state, vendors.version, vendors.state_changed_at, vendors.created_at, governorate,
       organisations.name_ar, organisations.name_en, organisations.search_text,
       (SELECT count(*) FROM innovation.vendor_documents
        WHERE vendor_documents.vendor_id = vendors.vendor_id AND accepted_at IS NULL AND replaced_at IS NULL) AS documents
FROM innovation.vendors LEFT JOIN innovation.organisations USING (organisation_id)

-- companies --
-- Verified companies among these organisations that are no vendor, by name.
SELECT organisation_id, name_ar, name_en FROM innovation.organisations
WHERE organisation_id = ANY (%(organisations)s::uuid[]) AND kind = 'company' AND state = 'verified'
  AND NOT EXISTS (SELECT FROM innovation.vendors WHERE vendors.organisation_id = organisations.organisation_id)
ORDER BY sort_en, organisation_id

-- create --
-- One a company, if it is one and verified.
INSERT INTO innovation.vendors
    (vendor_id, organisation_id, state, state_changed_at, created_at, governorate, is_sme, profile_ar, profile_en, website)
SELECT %(vendor_id)s, organisation_id, %(state)s, %(at)s, %(at)s, %(governorate)s, %(is_sme)s, %(profile_ar)s,
       %(profile_en)s, %(website)s
FROM innovation.organisations
WHERE organisation_id = %(organisation_id)s AND kind = 'company' AND state = 'verified'
ON CONFLICT (organisation_id) DO NOTHING

-- describe --
-- What it says of itself, under the next version.
UPDATE innovation.vendors SET
    version = version + 1, governorate = %(governorate)s, is_sme = %(is_sme)s, profile_ar = %(profile_ar)s,
    profile_en = %(profile_en)s, website = %(website)s
WHERE vendor_id = %(vendor_id)s

-- move --
-- Into the next state; no exclusion outlasts the state that it is the end of.
UPDATE innovation.vendors SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s,
    until = CASE WHEN %(target)s IN ('suspended', 'blacklisted') THEN until END
WHERE vendor_id = %(object_id)s

-- due --
-- What the clock moves on.
SELECT vendor_id FROM innovation.vendors JOIN innovation.deadlines ON object_id = vendor_id
WHERE state = %(source)s AND name = %(deadline)s AND instant <= %(at)s AND vendor_id > %(after)s
ORDER BY vendor_id
LIMIT %(rows)s
FOR UPDATE OF vendors SKIP LOCKED

-- set_until --
-- When an exclusion ends; not at all where nothing is said.
UPDATE innovation.vendors SET until = %(until)s WHERE vendor_id = %(vendor_id)s

-- bump --
-- Its papers have changed: whoever saw it before has seen another.
UPDATE innovation.vendors SET version = version + 1 WHERE vendor_id = %(vendor_id)s

-- own --
-- To which of these companies a person belongs.
SELECT organisation_id FROM innovation.memberships
WHERE organisation_id = ANY (%(organisations)s::uuid[]) AND person_id = %(person_id)s AND state = 'member'

-- documents --
-- All papers of vendors, the newest first.
SELECT document_id, vendor_id, kind, number, expires_on, name, media_type, size_bytes, encode(digest, 'hex') AS digest,
       added_at, accepted_at, accepted_by, replaced_at
FROM innovation.vendor_documents WHERE vendor_id = ANY (%(vendors)s::uuid[])
ORDER BY added_at DESC, document_id

-- replace_waiting --
-- A paper that nobody has looked at gives way to the next of its kind.
UPDATE innovation.vendor_documents SET replaced_at = %(added_at)s
WHERE vendor_id = %(vendor_id)s AND kind = %(paper_kind)s AND accepted_at IS NULL AND replaced_at IS NULL

-- replace_accepted --
-- One that is accepted gives way once the next is.
UPDATE innovation.vendor_documents SET replaced_at = %(at)s
WHERE vendor_id = %(vendor_id)s AND kind = %(paper_kind)s AND accepted_at IS NOT NULL AND replaced_at IS NULL
  AND document_id <> %(document_id)s

-- add_document --
-- A paper with its file.
INSERT INTO innovation.vendor_documents
    (document_id, vendor_id, kind, number, expires_on, name, media_type, size_bytes, digest, added_at)
VALUES
    (%(document_id)s, %(vendor_id)s, %(paper_kind)s, %(paper_number)s, %(paper_expires_on)s, %(name)s, %(media_type)s,
     %(size_bytes)s, decode(%(digest)s, 'hex'), %(added_at)s)

-- accept_document --
-- Somebody has looked at it.
UPDATE innovation.vendor_documents SET accepted_at = %(at)s, accepted_by = %(by)s
WHERE document_id = %(document_id)s AND accepted_at IS NULL AND replaced_at IS NULL

-- ending --
-- A vendor that is verified, after this one, of which a paper that counts ends within so many days: candidates,
-- the day of each is told apart by the rules.
SELECT vendor_id FROM innovation.vendors
WHERE state = 'verified' AND vendor_id > %(after)s
  AND NOT EXISTS (
    SELECT FROM public.failures WHERE job = %(job)s AND subject = vendor_id::text AND due_at > %(at)s)
  AND EXISTS (
    SELECT FROM innovation.vendor_documents
    WHERE vendor_documents.vendor_id = vendors.vendor_id AND accepted_at IS NOT NULL AND replaced_at IS NULL
      AND expires_on >= %(today)s AND expires_on < %(before)s
      AND (reminded_days IS NULL OR reminded_days > expires_on - %(today)s::date))
ORDER BY vendor_id
LIMIT 1
FOR UPDATE OF vendors SKIP LOCKED

-- reminded --
-- How near to its end a paper was when its vendor was reminded last.
SELECT document_id, reminded_days FROM innovation.vendor_documents
WHERE vendor_id = %(vendor_id)s AND accepted_at IS NOT NULL AND replaced_at IS NULL

-- mark_reminded --
-- And now.
UPDATE innovation.vendor_documents SET reminded_days = %(days)s WHERE document_id = %(document_id)s

-- count_accepted --
-- Papers that a person has looked at.
SELECT count(*) FROM innovation.vendor_documents WHERE accepted_by = %(person_id)s

-- export_accepted --
-- The same, one by one.
SELECT document_id, vendor_id, kind, accepted_at FROM innovation.vendor_documents
WHERE accepted_by = %(person_id)s ORDER BY accepted_at, document_id

-- named_files --
-- Which of these digests are those of papers of vendors.
SELECT encode(digest, 'hex') FROM innovation.vendor_documents WHERE digest = ANY (%(digests)s::bytea[])

-- called --
-- The company.
SELECT organisation.name_ar, organisation.name_en
FROM innovation.vendors AS vendor JOIN innovation.organisations AS organisation USING (organisation_id)
WHERE vendor.vendor_id = %(object_id)s
