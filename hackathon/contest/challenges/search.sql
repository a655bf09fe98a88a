-- challenge --
-- Challenges that are published, with whose they are and the place of their hackathon.
SELECT challenge_id AS key, challenge.title_ar AS titles_ar, challenge.title_en AS titles_en,
       concat_ws(' ', problem_ar, organisation_name_ar) AS texts_ar, concat_ws(' ', problem_en, organisation_name_en) AS texts_en,
       '{}'::text[] AS codes, '{}'::text[] AS governorates, array_remove(ARRAY[place_ar, place_en, summary_en], NULL) AS places,
       NULL::timestamptz AS at, '/portal/challenges/' || challenge_id AS path
FROM open_innovation.challenges AS challenge JOIN open_innovation.hackathons USING (hackathon_id)
