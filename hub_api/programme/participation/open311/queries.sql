-- problem_columns --
SELECT number, topic, state, outcome, organisation_ar, organisation_en, governorate, wilayat_code, longitude, latitude,
       received_at, changed_at, expected_at
FROM open_participation.public_problems

-- problems --
-- The newest first, as the view has them, of a time, of some services and states.
-- + problem_columns
WHERE received_at BETWEEN %(start)s AND %(end)s
  AND (%(topics)s::text[] IS NULL OR topic = ANY (%(topics)s))
  AND (%(states)s::text[] IS NULL OR state = ANY (%(states)s))
LIMIT %(rows)s OFFSET %(skipped)s

-- numbered --
-- With these numbers, whenever they came.
-- + problem_columns
WHERE number = ANY (%(numbers)s::text[])
ORDER BY received_at DESC, number
