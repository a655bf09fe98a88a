-- surveys --
-- Surveys after an identifier, ordered by it.
SELECT survey_id, title_ar, title_en, purpose_ar, purpose_en, service_ar, service_en, state, agency_id, agency_name_ar,
       agency_name_en, decider_id, decider_name_ar, decider_name_en, promised_on, sampling, channels, form_sha256, opens_at,
       closes_at, follows_id, release_id, decision_id, alike, state_changed_at
FROM open_participation.surveys
WHERE survey_id > %(after)s::uuid
  AND (%(state)s::text IS NULL OR state = %(state)s)
  AND (%(organisation)s::text IS NULL OR agency_id::text = %(organisation)s)
ORDER BY survey_id
LIMIT %(rows)s

-- version --
-- What changes with any of them.
SELECT md5(string_agg(md5(row::text), '' ORDER BY survey_id)) FROM open_participation.surveys AS row
