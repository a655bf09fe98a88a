-- most_urgent --
-- Of each kind the most urgent rows, and how many objects wait. A noun's own statement says what does.
SELECT kind, object_id, titles_ar, titles_en, state, due, since, path, number::int, total::int
FROM (
    SELECT waiting.*, sum(number) OVER (PARTITION BY step) AS total,
           row_number() OVER (PARTITION BY step ORDER BY due, since, object_id) AS place
    FROM (waiting_of_a_noun) AS waiting
) AS placed JOIN unnest(%(steps)s::text[], %(kinds)s::text[]) AS named (step, kind) USING (step)
WHERE place <= %(rows)s
