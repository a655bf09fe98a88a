-- ambassadors --
-- Ambassadors who agreed to be seen, after an identifier, ordered by it.
SELECT ambassador_id, name_en, name_ar, governorate, biography_en, biography_ar, is_emeritus
FROM open_innovation.ambassadors
WHERE (%(after)s::uuid IS NULL OR ambassador_id > %(after)s)
  AND (%(governorate)s::text IS NULL OR governorate = %(governorate)s)
ORDER BY ambassador_id
LIMIT %(rows)s
