-- voice --
-- Problems in public places that their authors let everybody see: what about, where, and with whom; nothing that anybody wrote.
SELECT number AS key, NULL::text AS titles_ar, NULL::text AS titles_en, organisation_ar AS texts_ar, organisation_en AS texts_en,
       ARRAY[topic] AS codes, array_remove(ARRAY[governorate], NULL) AS governorates, '{}'::text[] AS places,
       received_at AS at, '/open311/v2/requests/' || number || '.json' AS path
FROM open_participation.public_problems
