-- waiting --
-- Offerings that a vendor has to finish, and for the programme those to review, without those of one's own company.
SELECT step, offerings.offering_id AS object_id, nullif(coalesce(draft ->> 'title_ar', versions.title_ar), '') AS titles_ar,
       nullif(coalesce(draft ->> 'title_en', versions.title_en), '') AS titles_en, offerings.state,
       NULL::timestamptz AS due, offerings.state_changed_at AS since,
       CASE step WHEN 'finish' THEN '/account' ELSE '/desk' END || '/offerings/' || offerings.offering_id AS path, 1 AS number
FROM (VALUES ('finish', %(finish)s::text[]), ('review', %(review)s)) AS steps (step, states)
JOIN innovation.offerings ON state = ANY (states) JOIN innovation.vendors USING (vendor_id)
LEFT JOIN innovation.offering_versions AS versions
    ON versions.offering_id = offerings.offering_id AND number = published
WHERE CASE step WHEN 'finish' THEN organisation_id = ANY (%(finish_of)s) ELSE %(review_of)s::uuid[] IS NULL AND NOT EXISTS (
      SELECT FROM innovation.memberships WHERE memberships.organisation_id = vendors.organisation_id
      AND memberships.person_id = %(person_id)s AND memberships.state = 'member') END
