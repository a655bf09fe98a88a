-- annotations --
-- Annotations that are or were going on in a window, those that begin last first. What is about a thing is of its place, too.
SELECT starts_at, annotation_id, kind, title_ar, title_en, text_ar, text_en, ends_at, is_whole_days, place, place_name_ar,
       place_name_en, thing, thing_name_ar, thing_name_en, observed_property, observed_property_name_ar,
       observed_property_name_en, author_role, organisation_name_ar, organisation_name_en, created_at, changed_at
FROM open_innovation.annotations
WHERE (%(after_starts_at)s::timestamptz IS NULL
       OR (starts_at, annotation_id) < (%(after_starts_at)s, %(after_annotation)s::uuid))
  AND (%(annotation)s::uuid IS NULL OR annotation_id = %(annotation)s)
  AND (%(start)s::timestamptz IS NULL OR starts_at >= %(start)s OR ends_at > %(start)s)
  AND (%(end)s::timestamptz IS NULL OR starts_at < %(end)s)
  AND (%(kind)s::text IS NULL OR kind = %(kind)s)
  AND (%(place)s::text IS NULL OR place = %(place)s OR thing_place = %(place)s
       OR (%(general)s::boolean AND place IS NULL AND thing IS NULL))
  AND (%(thing)s::text IS NULL OR thing = %(thing)s OR (%(general)s::boolean AND thing IS NULL))
  AND (%(observed_property)s::text IS NULL OR observed_property = %(observed_property)s
       OR (%(general)s::boolean AND observed_property IS NULL))
ORDER BY starts_at DESC, annotation_id DESC
LIMIT %(rows)s

-- version --
-- What changes with anything that the list says.
SELECT md5(string_agg(md5(row::text), '' ORDER BY annotation_id)) FROM open_innovation.annotations AS row
