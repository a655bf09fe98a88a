-- dataset --
-- Sources of the open data.
SELECT key, titles_ar, titles_en, texts_ar, texts_en, '{}'::text[] AS codes, '{}'::text[] AS governorates, places, at,
       '/v1/datasets/' || key AS path
FROM open_innovation.catalogue WHERE kind = 'dataset'

-- observed_property --
-- What is observed.
SELECT key, titles_ar, titles_en, texts_ar, texts_en, '{}'::text[] AS codes, '{}'::text[] AS governorates, places, at,
       '/portal/vocabulary' AS path
FROM open_innovation.catalogue WHERE kind = 'observed_property'

-- place --
-- Areas.
SELECT key, titles_ar, titles_en, texts_ar, texts_en, '{}'::text[] AS codes, '{}'::text[] AS governorates, places, at,
       '/v1/places' AS path
FROM open_innovation.catalogue WHERE kind = 'place'

-- thing --
-- What observes.
SELECT key, titles_ar, titles_en, texts_ar, texts_en, '{}'::text[] AS codes, '{}'::text[] AS governorates, places, at,
       '/v1/things/' || key AS path
FROM open_innovation.catalogue WHERE kind = 'thing'

-- waiting --
-- Sources that nobody has decided of. They have no identifiers, and so they go by one that is made of their code.
SELECT 'review' AS step, md5('source:' || code)::uuid AS object_id, name_ar AS titles_ar, name_en AS titles_en, state, NULL::timestamptz AS due,
       created_at AS since, '/desk/sources/' || code AS path, 1 AS number
FROM unnest(%(review)s::text[]) AS state
JOIN innovation.waiting_sources ON true
WHERE %(review_of)s::uuid[] IS NULL
