-- introductions --
-- How many introductions of a year have come how far, by year and stage, after one of these.
SELECT year, stage, introduction_count
FROM open_innovation.introductions
WHERE (%(after_year)s::integer IS NULL OR (year, stage) > (%(after_year)s, %(after_stage)s))
  AND (%(year)s::integer IS NULL OR year = %(year)s)
  AND (%(stage)s::text IS NULL OR stage = %(stage)s)
ORDER BY year, stage
LIMIT %(rows)s
