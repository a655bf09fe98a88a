-- A picture is taken back by whoever sent it, and goes with an account and some time after the end of its case.
GRANT DELETE ON participation.case_files TO falaj_portal;

-- Problems of public places by category, for whoever is about to report one.
CREATE INDEX voices_public_places ON participation.voices (topic, governorate, voice_id) WHERE is_public_place;
