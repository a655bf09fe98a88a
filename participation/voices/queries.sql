-- lock --
SELECT FROM participation.voices WHERE voice_id = %(object_id)s FOR UPDATE

-- store --
INSERT INTO participation.voices
    (voice_id, kind, state, state_changed_at, topic, subject, body, governorate, wilayat, longitude, latitude,
     is_public_place, wilayat_code)
VALUES (%(voice_id)s, %(kind)s, %(state)s, %(at)s, %(topic)s, %(subject)s, %(body)s, %(governorate)s, %(wilayat)s,
        %(longitude)s, %(latitude)s, %(is_public)s, %(wilayat_code)s)

-- voice_rows --
SELECT cases.case_id, voices.kind, voices.state, voices.state_reason, voices.version, voices.state_changed_at, topic, subject, body,
       voices.governorate AS place_governorate, wilayat AS place_wilayat, longitude AS place_longitude,
       latitude AS place_latitude, is_public_place AS place_is_public, outcome, answer, evidence, answered_at, disputed_at,
       cases.organisation_id, organisations.name_ar AS organisation_ar, organisations.name_en AS organisation_en,
       cases.unit, cases.level, cases.handler_id, cases.channel, kiosks.name AS kiosk,
       kiosks.governorate AS kiosk_governorate, cases.language, cases.main_id, cases.objected_at, cases.received_at
FROM participation.voices
JOIN participation.cases ON case_id = voice_id
LEFT JOIN participation.kiosks USING (kiosk_id)
JOIN innovation.organisations ON organisations.organisation_id = cases.organisation_id

-- voice --
-- + voice_rows
WHERE voice_id = %(voice_id)s

-- desk --
-- Nothing that the reader is in conflict with. In somebody's hands is what is open there.
SELECT voice_id AS case_id, voices.kind, voices.state, voices.version, voices.received_at, topic, subject, voices.search_text,
       voices.governorate, cases.channel, cases.level, organisations.name_ar AS organisation_ar,
       organisations.name_en AS organisation_en, handlers.name_ar AS handler_ar, handlers.name_en AS handler_en,
       CASE WHEN voices.state = ANY (%(owed)s::text[]) THEN (
           SELECT nullif(instant, '9000-01-01 00:00:00+00') FROM innovation.deadlines WHERE object_id = voice_id
           AND name = CASE voices.state WHEN %(initial)s THEN 'acknowledge_due' ELSE 'answer_due' END) END AS due
FROM participation.voices
LEFT JOIN participation.cases ON cases.case_id = voice_id
LEFT JOIN innovation.organisations ON organisations.organisation_id = voices.organisation_id
LEFT JOIN innovation.people AS handlers ON handlers.person_id = cases.handler_id
WHERE (%(organisation_id)s::uuid IS NULL OR voices.organisation_id = %(organisation_id)s)
  AND (%(organisations)s::uuid[] IS NULL OR voices.organisation_id = ANY (%(organisations)s))
  AND voice_id NOT IN (SELECT conflict.case_id FROM participation.case_conflicts AS conflict
                       WHERE conflict.person_id = %(reader_id)s)

-- facts --
SELECT voices.kind, cases.level, cases.handler_id IS NOT NULL AND cases.handler_id = %(person_id)s AS is_handler,
       cases.handler_id IS NOT NULL AS has_handler, outcome IS NOT NULL AS has_answer,
       EXISTS (SELECT FROM participation.decision_grounds AS ground
               WHERE ground.kind = 'voice' AND ground.object_id = voice_id) AS has_decision,
       disputed_at IS NOT NULL AS was_disputed, cases.objected_at IS NOT NULL AS has_objected,
       coalesce(main.closed_at IS NOT NULL, false) AS is_main_closed
FROM participation.voices
JOIN participation.cases ON cases.case_id = voice_id
LEFT JOIN participation.cases AS main ON main.case_id = cases.main_id
WHERE voice_id = %(voice_id)s

-- move --
-- Into the next state; what ends without an answer says so itself.
UPDATE participation.voices SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s,
    outcome = CASE WHEN %(reason)s IN ('no_reply', 'withdrawn', 'with_main') THEN %(reason)s
                   WHEN %(target)s IN ('in_work', 'acknowledged') THEN NULL ELSE outcome END,
    answered_at = CASE WHEN %(target)s = 'answered' THEN %(at)s ELSE answered_at END
WHERE voice_id = %(object_id)s

-- due --
SELECT voice_id FROM participation.voices JOIN innovation.deadlines ON object_id = voice_id
JOIN participation.cases ON case_id = voice_id
WHERE state = %(source)s AND name = %(deadline)s AND instant <= %(at)s AND voice_id > %(after)s
  AND (name <> 'acknowledge_due' OR voices.kind <> 'quality_note')
  AND (name NOT IN ('acknowledge_due', 'answer_due') OR level < 3)
ORDER BY voice_id
LIMIT %(rows)s
FOR UPDATE OF voices SKIP LOCKED

-- called --
SELECT subject, subject FROM participation.voices WHERE voice_id = %(object_id)s

-- set_answer --
UPDATE participation.voices SET outcome = %(outcome)s, answer = %(text)s, evidence = %(evidence)s
WHERE voice_id = %(voice_id)s

-- set_disputed --
UPDATE participation.voices SET disputed_at = %(at)s WHERE voice_id = %(voice_id)s

-- agencies --
SELECT organisation_id, name_ar, name_en FROM innovation.organisations
WHERE kind = 'agency' AND state = 'verified'
  AND (%(organisation_id)s::uuid IS NULL OR organisation_id = %(organisation_id)s)
ORDER BY coalesce(name_en, name_ar), organisation_id
LIMIT %(rows)s

-- candidates --
-- Open problems of public places that may be the same: within so many metres, a degree of latitude having 111,320 of them;
-- where either point is missing, in the same wilayat.
SELECT voice_id AS case_id, topic, governorate, wilayat, round(metres)::int AS metres, voices.received_at,
       subject || ' ' || body AS text
FROM participation.voices JOIN participation.cases ON case_id = voice_id
CROSS JOIN LATERAL (SELECT 111320 * sqrt((latitude - %(latitude)s::float8) ^ 2
    + ((longitude - %(longitude)s::float8) * cos(radians(%(latitude)s))) ^ 2) AS metres) AS distance
WHERE is_public_place AND voices.kind = %(kind)s AND topic = %(topic)s AND governorate = %(governorate)s
  AND state = ANY (%(open)s::text[]) AND main_id IS NULL AND voices.organisation_id = %(organisation_id)s
  AND (metres <= %(within)s
       OR metres IS NULL AND (wilayat_code = %(wilayat_code)s
           OR %(wilayat)s <> '' AND normalise_text(wilayat) = normalise_text(%(wilayat)s)))
ORDER BY metres, voices.received_at DESC, voice_id
LIMIT %(rows)s

-- alike --
-- Open ones that may be about the same, of the newest of the category, those near by and those without a point first.
SELECT voice_id, subject, coalesce(111320 * sqrt((latitude - %(latitude)s::float8) ^ 2
    + ((longitude - %(longitude)s::float8) * cos(radians(latitude))) ^ 2), 0)::int AS metres
FROM (SELECT * FROM participation.voices
      WHERE organisation_id = %(organisation_id)s AND topic = %(topic)s AND voices.kind = %(kind)s
        AND state = ANY (%(open)s::text[])
      ORDER BY received_at DESC LIMIT %(newest)s) AS newest
JOIN participation.cases ON case_id = voice_id
WHERE voice_id <> %(voice_id)s AND main_id IS NULL
  AND voice_id NOT IN (SELECT conflict.case_id FROM participation.case_conflicts AS conflict
                       WHERE conflict.person_id = %(reader_id)s)
ORDER BY metres, newest.received_at, voice_id
LIMIT %(rows)s

-- counted_of --
-- What was said to an organisation in a month, as it stands now. A note on quality has no end that is told.
SELECT voices.kind || '.' || coalesce(voices.governorate, %(unknown)s) AS row,
       CASE WHEN voices.kind = 'quality_note' THEN ''
            WHEN outcome = 'resolved' THEN 'put_right'
            WHEN outcome IN ('answered_not_done', 'not_ours') THEN 'not_put_right'
            WHEN closed_at IS NULL THEN 'still_open' ELSE 'ended_otherwise' END AS column,
       level, voices.received_at, points,
       -- An answer that was disputed is none.
       CASE WHEN state = 'answered' OR closed_at IS NOT NULL THEN coalesce(answered_at, closed_at) END AS ended_at
FROM participation.voices
JOIN participation.cases ON case_id = voice_id
LEFT JOIN participation.case_ratings USING (case_id)
WHERE voices.organisation_id = %(organisation_id)s AND state <> 'refused'
  AND voices.received_at >= %(month)s::timestamp AT TIME ZONE 'Asia/Muscat'
  AND voices.received_at < (%(month)s::timestamp + interval '1 month') AT TIME ZONE 'Asia/Muscat'

-- counted --
UPDATE participation.voices SET counted_in = %(month)s WHERE voice_id = %(voice_id)s

-- alike_notes --
-- Notes on quality of the same topic, organisation and governorate since an instant.
SELECT count(*) FROM participation.voices
WHERE kind = 'quality_note' AND organisation_id = %(organisation_id)s AND topic = %(topic)s
  AND governorate IS NOT DISTINCT FROM %(governorate)s AND received_at >= %(since)s

-- export_said --
SELECT voice_id, voices.kind, state, topic, voices.subject, body, governorate, wilayat, outcome, answer
FROM participation.voices JOIN participation.case_askers ON case_id = voice_id
WHERE person_id = %(person_id)s
ORDER BY voice_id

-- kept_said --
SELECT count(*) FROM participation.voices JOIN participation.case_askers ON case_id = voice_id
WHERE person_id = %(person_id)s
