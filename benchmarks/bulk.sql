-- speakers --
-- Every company and agency has somebody who is mailed about what is decided.
UPDATE innovation.memberships SET is_admin = true

-- more_speakers --
INSERT INTO innovation.memberships
    (membership_id, organisation_id, person_id, is_admin, state, state_changed_at, created_at)
SELECT md5('speaker ' || number)::uuid, organisation_id, md5('person ' || 1000 + number)::uuid, true, 'member', %(at)s, %(at)s
FROM (SELECT organisation_id, row_number() OVER (ORDER BY organisation_id) AS number
      FROM innovation.organisations WHERE organisation_id NOT IN (
          SELECT organisation_id FROM innovation.memberships WHERE is_admin)) AS mute

-- of_others --
-- What is of vendors who are still looked at is no offering that could be published.
UPDATE innovation.offerings SET state = 'returned' FROM innovation.vendors
WHERE vendors.vendor_id = offerings.vendor_id AND offerings.state = 'in_review' AND vendors.state <> 'verified'

-- offerings --
UPDATE innovation.offerings SET state = 'in_review', published = NULL, draft = jsonb_build_object(
    'title_ar', 'حساس جديد', 'title_en', 'New sensor', 'summary_ar', 'يقيس', 'summary_en', 'Measures',
    'sectors', ARRAY['water'], 'capabilities', ARRAY['leak_detection'], 'standards', ARRAY['mqtt'], 'maturity', 8,
    'price_band', NULL, 'governorates', '[]'::jsonb, 'languages', ARRAY['ar'], 'references', '[]'::jsonb)
WHERE offering_id IN (
    SELECT offering_id FROM innovation.offerings JOIN innovation.vendors USING (vendor_id)
    WHERE vendors.state = 'verified'
      AND offering_id NOT IN (SELECT offering_id FROM innovation.introductions)
    LIMIT 2 * %(rows)s)

-- versions --
DELETE FROM innovation.offering_versions USING innovation.offerings
WHERE offerings.offering_id = offering_versions.offering_id AND offerings.state = 'in_review'

-- needs --
UPDATE innovation.needs SET state = 'under_review', published_at = NULL
WHERE need_id IN (SELECT need_id FROM innovation.needs WHERE state = 'published' LIMIT 2 * %(rows)s)

-- organisations --
UPDATE innovation.organisations SET state = 'registered'
WHERE organisation_id IN (
    SELECT organisation_id FROM innovation.organisations
    WHERE organisation_id NOT IN (SELECT organisation_id FROM innovation.vendors)
      AND organisation_id NOT IN (SELECT organisation_id FROM innovation.needs)
      AND kind <> 'agency'
    LIMIT %(rows)s)

-- papers --
UPDATE innovation.vendor_documents SET accepted_at = %(at)s

-- vendors --
UPDATE innovation.vendors SET state = 'verifying'
WHERE vendor_id IN (
    SELECT vendor_id FROM innovation.vendors
    WHERE state = 'verified' AND vendor_id NOT IN (SELECT vendor_id FROM innovation.offerings WHERE state = 'in_review')
    LIMIT %(rows)s)

-- papers_end --
INSERT INTO innovation.deadlines (object_id, name, instant, zone)
SELECT vendor_id, name, '2099-12-31', 'Asia/Muscat' FROM innovation.vendors, unnest(ARRAY['papers_end', 'accepted_end']) AS name
ON CONFLICT DO NOTHING

-- activities --
UPDATE innovation.activities SET state = 'reported', counted = NULL
WHERE activity_id IN (SELECT activity_id FROM innovation.activities LIMIT %(rows)s)

-- evidence --
INSERT INTO innovation.activity_evidence (file_id, activity_id, name, media_type, size_bytes, digest, added_at)
SELECT md5('evidence ' || activity_id)::uuid, activity_id, 'a.pdf', 'application/pdf', 1, sha256('a'), %(at)s
FROM innovation.activities WHERE state = 'reported'

-- ambassadors --
UPDATE innovation.ambassadors SET state = 'applied', term = 0, term_starts_at = NULL, term_ends_at = NULL, last_active_at = NULL
WHERE ambassador_id IN (SELECT md5('ambassador ' || number)::uuid FROM generate_series(501, 500 + %(rows)s) AS number)

-- calls --
UPDATE innovation.calls SET state = 'eligibility' WHERE call_id = md5('call 1')::uuid

-- applications --
UPDATE innovation.applications SET state = 'screening' WHERE call_id = md5('call 1')::uuid

-- submissions --
UPDATE innovation.submissions SET state = 'frozen' WHERE hackathon_id = md5('hackathon 1')::uuid

-- teams --
UPDATE innovation.teams SET state = 'eligible' WHERE hackathon_id = md5('hackathon 1')::uuid
