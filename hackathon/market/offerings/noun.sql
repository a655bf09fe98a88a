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

-- offering --
-- Offerings that are listed, with whose they are and what they are about.
SELECT offering_id AS key, title_ar AS titles_ar, title_en AS titles_en, concat_ws(' ', summary_ar, vendor_ar) AS texts_ar,
       concat_ws(' ', summary_en, vendor_en) AS texts_en, sectors AS codes, governorates, '{}'::text[] AS places,
       published_at AS at, '/portal/offerings/' || offering_id AS path
FROM open_innovation.offerings
