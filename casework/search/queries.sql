-- some --
-- Of these no more than what is public now.
SELECT * FROM (findable_of_a_noun) AS found WHERE key = ANY (%(keys)s)

-- changed --
-- Which of these (NULL: of all) are public now and not in the index as they are.
SELECT found.key FROM (findable_of_a_noun) AS found
LEFT JOIN open_innovation.search AS known ON known.kind = %(kind)s AND known.key = found.key::text
WHERE (found.key = ANY (%(keys)s) OR %(keys)s IS NULL) AND known.digest IS DISTINCT FROM md5(%(rules)s || found::text)

-- gone --
-- Which of these are in the index and public no more.
SELECT known.key FROM open_innovation.search AS known
WHERE known.kind = %(kind)s AND (%(texts)s::text[] IS NULL OR known.key = ANY (%(texts)s))
  AND NOT EXISTS (SELECT FROM (findable_of_a_noun) AS found WHERE found.key::text = known.key AND (found.key = ANY (%(keys)s) OR %(keys)s IS NULL))

-- with_digest --
-- Of these what is public now, and what it is compared by.
SELECT found.*, md5(%(rules)s || found::text) AS digest FROM (findable_of_a_noun) AS found WHERE key = ANY (%(keys)s)

-- put --
-- A thing as it is now.
INSERT INTO open_innovation.search (kind, key, governorates, at, terms, title_words, digest)
VALUES (%(kind)s, %(key)s, %(governorates)s, %(at)s, %(terms)s, %(title_words)s, %(digest)s)
ON CONFLICT (kind, key) DO UPDATE SET
    governorates = excluded.governorates, at = excluded.at, terms = excluded.terms,
    title_words = excluded.title_words, digest = excluded.digest

-- take_out --
-- What is public no more.
DELETE FROM open_innovation.search WHERE kind = %(kind)s AND key = ANY (%(keys)s)

-- take_out_others --
-- Of kinds that no noun has any more.
DELETE FROM open_innovation.search WHERE kind <> ALL (%(kinds)s)

-- learn_words --
-- Words of new things, until all are counted again.
INSERT INTO open_innovation.search_words AS known (word, number)
SELECT word, 1 FROM open_innovation.search
CROSS JOIN LATERAL unnest(tsvector_to_array(terms)) AS words (word)
WHERE kind = %(kind)s AND key = ANY (%(keys)s) AND word NOT LIKE '=%%'
GROUP BY word ORDER BY word
ON CONFLICT (word) DO NOTHING

-- forget_words --
-- Words that stand nowhere.
DELETE FROM open_innovation.search_words AS known
WHERE word <> '' AND NOT EXISTS (SELECT FROM ts_stat('SELECT terms FROM open_innovation.search') AS counted WHERE counted.word = known.word)

-- count_words --
-- In how many rows each word stands; how many rows there are is kept under an empty one.
INSERT INTO open_innovation.search_words AS known (word, number)
SELECT word, ndoc FROM ts_stat('SELECT terms FROM open_innovation.search') WHERE word NOT LIKE '=%%'
UNION ALL SELECT '', count(*) FROM open_innovation.search
ORDER BY word
ON CONFLICT (word) DO UPDATE SET number = excluded.number WHERE known.number <> excluded.number

-- hold_counts --
-- One worker counts at a time, so that the last has seen what all have put in.
LOCK TABLE open_innovation.search_counts IN SHARE ROW EXCLUSIVE MODE

-- count_governorates --
-- How many of each kind there are in each governorate, written where it has changed.
WITH counted AS MATERIALIZED (
    SELECT governorate, kind, count(*) AS number
    FROM open_innovation.search CROSS JOIN LATERAL unnest(governorates) AS one (governorate)
    GROUP BY governorate, kind
), forgotten AS (
    DELETE FROM open_innovation.search_counts AS known
    WHERE NOT EXISTS (SELECT FROM counted WHERE counted.governorate = known.governorate AND counted.kind = known.kind)
)
INSERT INTO open_innovation.search_counts AS known (governorate, kind, number)
SELECT governorate, kind, number FROM counted
ON CONFLICT (governorate, kind) DO UPDATE SET number = excluded.number WHERE known.number <> excluded.number

-- touched --
-- What was changed, so much at a time; another worker takes others.
DELETE FROM innovation.search_touched WHERE touched_id IN (
    SELECT touched_id FROM innovation.search_touched ORDER BY touched_id LIMIT %(rows)s FOR UPDATE SKIP LOCKED)
RETURNING machine, object_id

-- compared --
-- When everything was compared last, if ever.
SELECT compared_at FROM innovation.search_compared

-- set_compared --
-- Now.
INSERT INTO innovation.search_compared (compared_at) VALUES (%(at)s)
ON CONFLICT (is_one) DO UPDATE SET compared_at = excluded.compared_at

-- known --
-- Which of these stems the index has, each with its number of rows.
SELECT word, number FROM open_innovation.search_words WHERE word = ANY (%(stems)s)

-- alike --
-- What resembles these stems.
SELECT asked.stem, alike.word, alike.number
FROM unnest(%(stems)s::text[]) AS asked (stem) CROSS JOIN LATERAL open_innovation.words_like(asked.stem, %(rows)s) AS alike

-- find --
-- What fits best, and how many of each kind fit. The newer first where the rest is alike: a thousand days count as one point of a thousand.
WITH fitting AS MATERIALIZED (
    -- What has all words in its title; what has all somewhere; what has a rare one.
    (SELECT kind, key, at, terms, title_words FROM open_innovation.search
     WHERE terms @@ %(titled)s::tsquery AND (%(governorate)s::text IS NULL OR governorates @> ARRAY[%(governorate)s::text])
     LIMIT %(weighed)s)
    UNION ALL
    (SELECT kind, key, at, terms, title_words FROM open_innovation.search
     WHERE terms @@ %(together)s::tsquery AND NOT terms @@ %(titled)s::tsquery
       AND (%(governorate)s::text IS NULL OR governorates @> ARRAY[%(governorate)s::text])
     LIMIT %(weighed)s)
    UNION ALL
    (SELECT kind, key, at, terms, title_words FROM open_innovation.search
     WHERE terms @@ %(rare)s::tsquery AND NOT terms @@ %(together)s::tsquery
       AND (%(governorate)s::text IS NULL OR governorates @> ARRAY[%(governorate)s::text])
     LIMIT %(weighed)s)
), weighed AS MATERIALIZED (
    SELECT fitting.kind, key,
           (1000 * preferred.weight * (said + titled * (0.6 + 0.8 * least(1, title_hits / greatest(1, title_words))))
            + coalesce(extract(epoch FROM at) / 86400 / 10, 0))::bigint AS score
    FROM fitting
    JOIN unnest(%(kinds)s::text[], %(kind_weights)s::float8[]) AS preferred (kind, weight) ON preferred.kind = fitting.kind
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(part.weight) FILTER (WHERE NOT part.is_title), 0) AS said,
               coalesce(sum(part.weight) FILTER (WHERE part.is_title), 0) AS titled,
               count(*) FILTER (WHERE part.is_title)::float8 AS title_hits
        FROM unnest(%(queries)s::tsquery[], %(weights)s::float8[], %(titles)s::bool[]) AS part (query, weight, is_title)
        WHERE terms @@ part.query
    ) AS counted
)
SELECT kind, key, score,
       (SELECT jsonb_object_agg(counted.kind, counted.number)
        FROM (SELECT kind, count(*) AS number FROM weighed GROUP BY kind) AS counted) AS counts
FROM weighed
WHERE (%(kind)s::text IS NULL OR kind = %(kind)s)
  AND (%(after_score)s::bigint IS NULL OR (-score, kind, key) > (-%(after_score)s::bigint, %(after_kind)s, %(after_key)s))
ORDER BY score DESC, kind, key
OFFSET %(start)s LIMIT %(rows)s

-- newest --
-- The same without words: the newest of a kind, of a governorate, or of all.
WITH fitting AS MATERIALIZED (
    SELECT kind, key, greatest(0, coalesce(extract(epoch FROM at) / 60, 0))::bigint AS score FROM open_innovation.search
    WHERE (%(governorate)s::text IS NULL OR governorates @> ARRAY[%(governorate)s::text])
)
SELECT kind, key, score,
       (SELECT jsonb_object_agg(counted.kind, counted.number)
        FROM (SELECT kind, count(*) AS number FROM fitting GROUP BY kind) AS counted) AS counts
FROM fitting
WHERE (%(kind)s::text IS NULL OR kind = %(kind)s)
  AND (%(after_score)s::bigint IS NULL OR (-score, kind, key) > (-%(after_score)s::bigint, %(after_kind)s, %(after_key)s))
ORDER BY score DESC, kind, key
OFFSET %(start)s LIMIT %(rows)s

-- of_governorate --
-- The newest of each kind there, and how many there are.
SELECT kind, key, number FROM (
    SELECT kind, key, count(*) OVER (PARTITION BY kind) AS number,
           row_number() OVER (PARTITION BY kind ORDER BY at DESC NULLS LAST, key) AS place
    FROM open_innovation.search WHERE governorates @> ARRAY[%(governorate)s::text]
) AS ranked
WHERE place <= %(rows)s ORDER BY kind, place

-- by_governorate --
-- How many of each kind there are in each.
SELECT governorate, kind, number FROM open_innovation.search_counts

-- version --
-- Another whenever anything in the index is.
SELECT count(*), max(at), bit_xor(('x' || left(digest, 16))::bit(64)::bigint) FROM open_innovation.search
