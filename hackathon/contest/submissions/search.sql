-- submission --
-- What teams handed in, once everybody may read it.
SELECT submission_id AS key, title AS titles_ar, title AS titles_en, concat_ws(' ', summary, team) AS texts_ar,
       concat_ws(' ', summary, team) AS texts_en, '{}'::text[] AS codes, '{}'::text[] AS governorates, '{}'::text[] AS places,
       submitted_at AS at, '/portal/hackathons/' || hackathon_id || '/results' AS path
FROM open_innovation.submissions
