-- waiting --
-- Vendors that have to bring papers, and for the programme those to verify and papers that nobody has looked at,
-- without those of one's own company.
SELECT step, vendor_id AS object_id, name_ar AS titles_ar, name_en AS titles_en, vendors.state,
       CASE WHEN vendors.state <> 'documents_expired' THEN instant END AS due, vendors.state_changed_at AS since,
       '/account/vendor/' || vendor_id AS path, 1 AS number
FROM (VALUES ('hand_in', %(hand_in)s::text[]), ('renew', %(renew)s)) AS steps (step, states)
JOIN innovation.vendors ON state = ANY (states) JOIN innovation.organisations USING (organisation_id)
LEFT JOIN innovation.deadlines ON object_id = vendor_id AND name = 'papers_end'
WHERE vendors.organisation_id = ANY (%(hand_in_of)s)
UNION ALL
SELECT step, vendor_id, name_ar, name_en, vendors.state, NULL, vendors.state_changed_at, '/desk/vendors/' || vendor_id, 1
FROM (VALUES ('verify', %(verify)s::text[]), ('look_at_papers', %(look_at_papers)s)) AS steps (step, states)
JOIN innovation.vendors ON state = ANY (states) JOIN innovation.organisations USING (organisation_id)
WHERE %(verify_of)s::uuid[] IS NULL
  AND (step = 'verify' OR EXISTS (
      SELECT FROM innovation.vendor_documents AS papers
      WHERE papers.vendor_id = vendors.vendor_id AND accepted_at IS NULL AND replaced_at IS NULL))
  AND NOT EXISTS (
      SELECT FROM innovation.memberships WHERE memberships.organisation_id = vendors.organisation_id
      AND memberships.person_id = %(person_id)s AND memberships.state = 'member')

-- vendor --
-- Vendors that are verified.
SELECT vendor_id AS key, name_ar AS titles_ar, name_en AS titles_en, profile_ar AS texts_ar, profile_en AS texts_en,
       '{}'::text[] AS codes, array_remove(ARRAY[governorate], NULL) AS governorates, '{}'::text[] AS places,
       NULL::timestamptz AS at, '/portal/vendors/' || vendor_id AS path
FROM open_innovation.vendors
