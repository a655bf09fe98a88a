-- lock --
SELECT FROM participation.surveys WHERE survey_id = %(object_id)s FOR UPDATE

-- survey_rows --
-- Surveys with their dates; whether the reader has written it is for those who may step it.
SELECT survey_id, surveys.state, surveys.state_reason, surveys.version, surveys.state_changed_at, surveys.created_at, agency_id,
       agency.name_ar AS agency_ar, agency.name_en AS agency_en, decider.name_ar AS decider_ar, decider.name_en AS decider_en,
       title_ar AS description_title_ar, title_en AS description_title_en, purpose_ar AS description_purpose_ar,
       purpose_en AS description_purpose_en, decider_id AS description_decider_id, promised_on AS description_promised_on,
       surveys.sampling AS description_sampling, channels AS description_channels, service_ar AS description_service_ar,
       service_en AS description_service_en, follows_id, form_version, form_digest, opens.instant AS opens,
       closes.instant AS closes, release_id, decision_id, answered, weights, drafted_by IS NOT DISTINCT FROM %(person_id)s AS is_own
FROM participation.surveys
JOIN innovation.organisations AS agency ON agency.organisation_id = agency_id
JOIN innovation.organisations AS decider ON decider.organisation_id = decider_id
LEFT JOIN innovation.deadlines AS opens ON opens.object_id = survey_id AND opens.name = 'opens'
LEFT JOIN innovation.deadlines AS closes ON closes.object_id = survey_id AND closes.name = 'closes'
LEFT JOIN participation.releases USING (release_id)

-- survey --
-- + survey_rows
WHERE survey_id = %(survey_id)s

-- list --
-- The newest first.
-- + survey_rows
WHERE surveys.state = ANY (%(states)s::text[])
  AND (%(after)s::uuid IS NULL OR (surveys.created_at, survey_id) < (
       SELECT last.created_at, last.survey_id FROM participation.surveys AS last WHERE last.survey_id = %(after)s))
ORDER BY surveys.created_at DESC, survey_id DESC
LIMIT %(rows)s

-- desk --
-- Those of these agencies, or all for none.
SELECT survey_id, surveys.state, surveys.version, surveys.created_at, surveys.state_changed_at, title_ar, title_en,
       organisations.name_ar AS agency_ar, organisations.name_en AS agency_en,
       (SELECT instant FROM innovation.deadlines WHERE object_id = survey_id AND name = 'closes') AS closes
FROM participation.surveys LEFT JOIN innovation.organisations ON organisation_id = agency_id
WHERE %(agencies)s::uuid[] IS NULL OR agency_id = ANY (%(agencies)s)

-- waves --
-- The one before and the one after, of what is asked again and again.
-- + survey_rows
WHERE survey_id = (SELECT own.follows_id FROM participation.surveys AS own WHERE own.survey_id = %(survey_id)s)
   OR follows_id = %(survey_id)s
ORDER BY surveys.created_at

-- services --
-- Satisfaction with services by channel, in the newest waves first.
SELECT survey_id, service_ar, service_en, figure ->> 'channel' AS channel, instant AS closes, (figure ->> 'base')::integer AS base,
       (figure ->> 'value')::numeric AS value, (figure ->> 'low')::numeric AS low, (figure ->> 'high')::numeric AS high
FROM participation.surveys
JOIN participation.releases USING (release_id)
JOIN innovation.deadlines ON object_id = survey_id AND name = 'closes'
CROSS JOIN LATERAL jsonb_array_elements(document::jsonb -> 'figures') AS figure
WHERE service_en <> '' AND figure ->> 'kind' = 'satisfaction' AND figure ->> 'weighted' = 'false'
ORDER BY instant DESC, survey_id, figure ->> 'code', figure ->> 'channel'
LIMIT %(rows)s

-- standing --
-- What its machine asks: it is timely while it opens in the future, and is promised to be decided after it closes.
SELECT surveys.state, surveys.version, agency_id,
       EXISTS (SELECT FROM participation.form_drafts WHERE form_id = survey_id) AS has_form,
       form_version IS NOT NULL AS is_fixed,
       EXISTS (SELECT FROM innovation.organisations AS decider
               WHERE decider.organisation_id = decider_id AND kind = 'agency' AND decider.state = 'verified') AS has_decider,
       coalesce(opens.instant < closes.instant
                AND (promised_on + 1)::timestamp AT TIME ZONE 'Asia/Muscat' > closes.instant
                AND (promised_on - %(days)s::integer)::timestamp AT TIME ZONE 'Asia/Muscat' <= closes.instant, false) AS is_timely,
       drafted_by IS NULL OR drafted_by IS DISTINCT FROM %(person_id)s AS is_by_another,
       NOT EXISTS (SELECT FROM participation.codings WHERE object_id = survey_id
                   AND is_quoted AND coded_by = %(person_id)s) AS is_read_by_another,
       NOT EXISTS (SELECT FROM participation.counts WHERE object_id = survey_id) AS is_counted_out,
       figures IS NOT NULL AS has_figures,
       EXISTS (SELECT FROM participation.decisions AS decided JOIN participation.decision_grounds AS ground USING (decision_id)
               WHERE ground.kind = 'survey' AND ground.object_id = surveys.survey_id AND outcome IS NOT NULL) AS is_answered
FROM participation.surveys
LEFT JOIN innovation.deadlines AS opens ON opens.object_id = survey_id AND opens.name = 'opens'
LEFT JOIN innovation.deadlines AS closes ON closes.object_id = survey_id AND closes.name = 'closes'
WHERE survey_id = %(survey_id)s

-- move --
UPDATE participation.surveys SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s
WHERE survey_id = %(object_id)s

-- due --
-- What is published goes on with the answer of its decision.
SELECT survey_id FROM participation.surveys JOIN innovation.deadlines ON object_id = survey_id
WHERE state = %(source)s AND name = %(deadline)s AND instant <= %(at)s AND survey_id > %(after)s
  AND (state <> 'published' OR EXISTS (
       SELECT FROM participation.decisions AS decided JOIN participation.decision_grounds AS ground USING (decision_id)
       WHERE ground.kind = 'survey' AND ground.object_id = survey_id AND outcome IS NOT NULL))
ORDER BY survey_id
LIMIT %(rows)s
FOR UPDATE OF surveys SKIP LOCKED

-- called --
SELECT title_ar, title_en FROM participation.surveys WHERE survey_id = %(object_id)s

-- create --
INSERT INTO participation.surveys
    (survey_id, state, state_changed_at, created_at, agency_id, drafted_by, follows_id, title_ar, title_en, purpose_ar,
     purpose_en, decider_id, promised_on, sampling, channels, service_ar, service_en)
VALUES (%(survey_id)s, %(state)s, %(at)s, %(at)s, %(agency_id)s, %(drafted_by)s, %(follows_id)s, %(title_ar)s, %(title_en)s,
        %(purpose_ar)s, %(purpose_en)s, %(decider_id)s, %(promised_on)s, %(sampling)s, %(channels)s, %(service_ar)s,
        %(service_en)s)

-- edit --
UPDATE participation.surveys SET
    version = version + 1, title_ar = %(title_ar)s, title_en = %(title_en)s, purpose_ar = %(purpose_ar)s,
    purpose_en = %(purpose_en)s, decider_id = %(decider_id)s, promised_on = %(promised_on)s, sampling = %(sampling)s,
    channels = %(channels)s, service_ar = %(service_ar)s, service_en = %(service_en)s
WHERE survey_id = %(survey_id)s

-- touch --
UPDATE participation.surveys SET version = version + 1 WHERE survey_id = %(survey_id)s

-- fix --
-- What is asked, from now on.
UPDATE participation.surveys SET form_version = %(version)s, form_digest = %(digest)s WHERE survey_id = %(survey_id)s

-- keep_weights --
-- With the version, so that nobody overwrites what somebody else wrote.
UPDATE participation.surveys SET weights = %(weights)s, version = version + 1 WHERE survey_id = %(survey_id)s

-- keep_figures --
-- Not once it is published.
UPDATE participation.surveys SET figures = %(figures)s, alike = %(alike)s, written = %(written)s
WHERE survey_id = %(object_id)s AND state IN ('closed', 'counted')

-- count_written --
SELECT coalesce((written ->> %(question)s)::integer, 0) FROM participation.surveys WHERE survey_id = %(object_id)s

-- figures --
SELECT figures FROM participation.surveys WHERE survey_id = %(object_id)s AND figures IS NOT NULL

-- keep_published --
UPDATE participation.surveys SET release_id = %(release_id)s, decision_id = %(decision_id)s WHERE survey_id = %(survey_id)s

-- export_surveys --
-- What a person has written.
SELECT survey_id, title_ar, title_en, purpose_ar, purpose_en, state, created_at FROM participation.surveys
WHERE drafted_by = %(person_id)s ORDER BY created_at, survey_id

-- erase_drafted --
UPDATE participation.surveys SET drafted_by = NULL WHERE drafted_by = %(person_id)s
