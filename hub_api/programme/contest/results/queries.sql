-- results --
-- Places by hackathon, track and place, after one of them.
WITH page AS MATERIALIZED (
    SELECT told.*, placed.*
    FROM (
        SELECT result_set_id, hackathon_code, hackathon_title_en, hackathon_title_ar, status, released_at
        FROM open_innovation.told_results
        WHERE (%(after_hackathon)s::text IS NULL OR hackathon_code >= %(after_hackathon)s)
          AND (%(hackathon)s::text IS NULL OR hackathon_code = %(hackathon)s)
          AND (%(status)s::text IS NULL OR status = %(status)s)
        ORDER BY hackathon_code
    ) AS told
    CROSS JOIN LATERAL (
        SELECT track, challenge_id, place, submission_id, normalised, raw, raw_place, sheets
        FROM open_innovation.placings
        WHERE placings.result_set_id = told.result_set_id
          AND CASE WHEN %(after_hackathon)s IS NULL OR told.hackathon_code > %(after_hackathon)s THEN true
                   ELSE (track, place, submission_id)
                        > (%(after_track)s, %(after_place)s::integer, %(after_submission)s::uuid) END
          AND CASE WHEN %(challenge)s::uuid IS NULL THEN true ELSE challenge_id = %(challenge)s END
        ORDER BY track, place, submission_id
        LIMIT (SELECT %(rows)s::bigint)
    ) AS placed
    ORDER BY told.hackathon_code, track, place, submission_id
    LIMIT (SELECT %(rows)s::bigint)
)
SELECT concat_ws('/', hackathon_code, track, place, submission_id) AS key, hackathon_code, hackathon_title_en,
       hackathon_title_ar, status, released_at, challenge_id, submission_id, title, team, place, normalised, raw,
       raw_place, sheets
FROM page CROSS JOIN LATERAL (
    SELECT title, team FROM open_innovation.submissions
    WHERE submissions.submission_id = page.submission_id LIMIT 1
) AS submission
ORDER BY hackathon_code, track, place, submission_id

-- awards --
-- Who won what, by hackathon, award and place, after one of them.
WITH page AS MATERIALIZED (
    SELECT hackathon.*, won.*
    FROM (
        SELECT hackathon_id, code, title_en, title_ar
        FROM open_innovation.hackathons
        WHERE state IN ('results_final', 'archived')
          AND (%(after_hackathon)s::text IS NULL OR code >= %(after_hackathon)s)
          AND (%(hackathon)s::text IS NULL OR code = %(hackathon)s)
        ORDER BY code
    ) AS hackathon
    CROSS JOIN LATERAL (
        SELECT award, track, challenge_id, place, votes, submission_id
        FROM open_innovation.awards
        WHERE awards.hackathon_id = hackathon.hackathon_id
          AND (%(after_hackathon)s IS NULL OR hackathon.code > %(after_hackathon)s
               OR (award, track, place, submission_id)
                  > (%(after_award)s, %(after_track)s, %(after_place)s::bigint, %(after_submission)s::uuid))
          AND (%(challenge)s::uuid IS NULL OR challenge_id = %(challenge)s)
          AND (%(award)s::text IS NULL OR award = %(award)s)
        ORDER BY award, track, place, submission_id
        LIMIT (SELECT %(rows)s::bigint)
    ) AS won
    ORDER BY code, award, track, place, submission_id
    LIMIT (SELECT %(rows)s::bigint)
)
SELECT concat_ws('/', code, award, track, place, page.submission_id) AS key, code, title_en, title_ar, award, challenge_id,
       place, votes, submission_id, title, team, continuations
FROM page CROSS JOIN LATERAL (
    SELECT title, team, continuations FROM open_innovation.submissions
    WHERE submissions.submission_id = page.submission_id LIMIT 1
) AS submission
ORDER BY code, award, track, place, submission_id
