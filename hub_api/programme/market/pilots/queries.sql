-- pilots --
-- Pilots after a code, ordered by it.
SELECT code, state, state_reason, state_changed_at, agreed_at, title_en, title_ar, purpose_en, purpose_ar, starts_on,
       ends_on, is_simulated, agency_name_en, agency_name_ar, provider_name_en, provider_name_ar, origin, need_code,
       submission_id, award_id, source_code
FROM open_innovation.pilots
WHERE (%(after)s::text IS NULL OR code > %(after)s)
  AND (%(pilot)s::text IS NULL OR code = %(pilot)s)
  AND (%(state)s::text IS NULL OR state = %(state)s)
  AND (%(origin)s::text IS NULL OR origin = %(origin)s)
  AND (%(need)s::text IS NULL OR need_code = %(need)s)
ORDER BY code
LIMIT %(rows)s
