-- page --
-- Bulk files of one dataset or all, of days from a first to a last, after a key.
SELECT source.code, day.local_date, coalesce(source.zone, city_zone()), day.row_count, day.byte_count, day.sha256, day.first_phenomenon_time,
       day.last_phenomenon_time, day.generated_at
FROM dataset_days AS day
JOIN sources AS source USING (source_id)
WHERE day.generated_at IS NOT NULL
  AND (%(dataset)s::text IS NULL OR source.code = %(dataset)s)
  AND (%(first_date)s::date IS NULL OR day.local_date >= %(first_date)s)
  AND (%(last_date)s::date IS NULL OR day.local_date <= %(last_date)s)
  AND (%(after_dataset)s::text IS NULL
       OR (source.code, day.local_date) > (%(after_dataset)s, %(after_date)s::date))
ORDER BY source.code, day.local_date
LIMIT %(rows)s

-- suspect --
-- Tell the worker that a file is not what it should be, and learn whether it had to set it aside until when.
SELECT pg_notify('falaj_bulk_suspected', %(name)s),
       (SELECT max(due_at) FROM bulk_failures WHERE subject IN ('', %(name)s))

-- any_of --
-- Whether any of these datasets has a bulk file of these days.
SELECT EXISTS (
    SELECT FROM dataset_days AS day
    JOIN sources AS source USING (source_id)
    WHERE day.generated_at IS NOT NULL
      AND source.code = ANY(%(datasets)s::text[])
      AND (%(first_date)s::date IS NULL OR day.local_date >= %(first_date)s)
      AND (%(last_date)s::date IS NULL OR day.local_date <= %(last_date)s)
)
