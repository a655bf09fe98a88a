-- A picture is taken back by whoever sent it, and goes with an account and some time after the end of its case.
GRANT DELETE ON participation.case_files TO falaj_portal;

-- Problems of public places by category, for whoever is about to report one.
CREATE INDEX voices_public_places ON participation.voices (topic, governorate, voice_id) WHERE is_public_place;

-- Which wilayat is meant by what people typed, where that is known: in public stands a name of ours and nothing that was typed.
ALTER TABLE participation.voices ADD COLUMN wilayat_code text;

-- Problems of public places as everybody may see them: no words of anybody, a point to about ten metres, and none where
-- somebody may live.
CREATE VIEW open_participation.public_problems WITH (security_barrier) AS
SELECT follow_ups.number, voices.topic, voices.state, voices.outcome, cases.organisation_id,
       organisations.name_ar AS organisation_ar, organisations.name_en AS organisation_en, voices.governorate,
       voices.wilayat_code,
       CASE WHEN voices.topic <> 'noise' THEN round(voices.longitude::numeric, 4)::double precision END AS longitude,
       CASE WHEN voices.topic <> 'noise' THEN round(voices.latitude::numeric, 4)::double precision END AS latitude,
       cases.received_at, voices.state_changed_at AS changed_at, deadlines.instant AS expected_at
FROM participation.voices
JOIN participation.cases ON case_id = voice_id
JOIN participation.follow_ups ON follow_ups.object_id = voice_id
JOIN innovation.organisations USING (organisation_id)
LEFT JOIN innovation.deadlines
    ON deadlines.object_id = voice_id AND deadlines.name = 'answer_due' AND deadlines.instant < '9000-01-01'
    AND voices.state IN ('acknowledged', 'in_work')
WHERE voices.is_public_place AND voices.kind = 'complaint' AND voices.state <> 'refused';
GRANT SELECT ON open_participation.public_problems TO falaj_read;
