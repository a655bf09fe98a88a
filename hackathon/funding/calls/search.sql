-- call --
-- Calls since they were announced, with who pays.
SELECT call_id AS key, title_ar AS titles_ar, title_en AS titles_en, concat_ws(' ', summary_ar, organisation_name_ar) AS texts_ar,
       concat_ws(' ', summary_en, organisation_name_en) AS texts_en, '{}'::text[] AS codes, '{}'::text[] AS governorates,
       '{}'::text[] AS places, published_at AS at, '/portal/calls/' || call_id AS path
FROM open_innovation.calls
