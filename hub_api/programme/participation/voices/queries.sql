-- voices --
-- What was said to whom in a month and what became of it, after one of these rows.
SELECT month, organisation_id, kind, governorate, organisation_ar, organisation_en, release_id, received, put_right,
       not_put_right, still_open
FROM open_participation.voice_figures
WHERE (%(after_month)s::text IS NULL
       OR (month, organisation_id, kind, governorate)
          > (%(after_month)s, %(after_organisation)s::uuid, %(after_kind)s, %(after_governorate)s))
  AND (%(month)s::text IS NULL OR month = %(month)s)
  AND (%(organisation)s::text IS NULL OR organisation_id::text = %(organisation)s)
  AND (%(kind)s::text IS NULL OR kind = %(kind)s)
  AND (%(governorate)s::text IS NULL OR governorate = %(governorate)s)
ORDER BY month, organisation_id, kind, governorate
LIMIT %(rows)s

-- version --
-- Rows are added and never change.
SELECT count(*), max(released_at) FROM open_participation.releases
