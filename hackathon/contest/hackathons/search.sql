-- hackathon --
-- Hackathons since they were announced.
SELECT hackathon_id AS key, title_ar AS titles_ar, title_en AS titles_en, concat_ws(' ', summary_ar, place_ar) AS texts_ar,
       concat_ws(' ', summary_en, place_en) AS texts_en, '{}'::text[] AS codes, '{}'::text[] AS governorates,
       array_remove(ARRAY[place_ar, place_en, summary_en], NULL) AS places,
       (SELECT min(own.instant) FROM open_innovation.deadlines AS own WHERE own.hackathon_id = hackathon.hackathon_id) AS at,
       '/portal/hackathons/' || hackathon_id AS path
FROM open_innovation.hackathons AS hackathon
