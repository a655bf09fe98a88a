-- problems --
-- The newest first, of a time, of some services and states, or those with these numbers whenever they came.
SELECT number, topic, state, outcome, organisation_ar, organisation_en, governorate, wilayat_code, longitude, latitude,
       received_at, changed_at, expected_at
FROM open_participation.public_problems
WHERE CASE WHEN %(numbers)s::text[] IS NOT NULL THEN number = ANY (%(numbers)s)
           ELSE received_at BETWEEN %(start)s AND %(end)s
                AND (%(topics)s::text[] IS NULL OR topic = ANY (%(topics)s))
                AND (%(states)s::text[] IS NULL OR state = ANY (%(states)s)) END
ORDER BY received_at DESC, number
LIMIT %(rows)s OFFSET %(skipped)s
