-- list_all --
-- Areas with the number of things that stand in them.
SELECT place.code, place.kind, place.parent_code, place.name_en, place.name_ar, place.geometry,
       place.provenance, place.zone, (SELECT count(*) FROM things WHERE things.place_code = place.code)
FROM places AS place
WHERE %(kind)s::text IS NULL OR place.kind = %(kind)s
ORDER BY place.code
