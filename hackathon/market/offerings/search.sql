-- offering --
-- Offerings that are listed, with whose they are and what they are about.
SELECT offering_id AS key, title_ar AS titles_ar, title_en AS titles_en, concat_ws(' ', summary_ar, vendor_ar) AS texts_ar,
       concat_ws(' ', summary_en, vendor_en) AS texts_en, sectors AS codes, governorates, '{}'::text[] AS places,
       published_at AS at, '/portal/offerings/' || offering_id AS path
FROM open_innovation.offerings
