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
