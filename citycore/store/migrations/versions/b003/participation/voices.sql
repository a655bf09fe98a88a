-- What residents say of a service or of a place: complaints, suggestions, notes on quality. Who said it stands with the case.
CREATE TABLE participation.voices (
    voice_id          uuid PRIMARY KEY REFERENCES participation.cases (case_id),
    kind              text NOT NULL CHECK (kind IN ('complaint', 'suggestion', 'quality_note')),
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    topic             text NOT NULL,
    subject           text NOT NULL CHECK (subject <> ''),
    body              text NOT NULL CHECK (body <> ''),
    -- NULL where nobody has said it, as by e-mail.
    governorate       text,
    wilayat           text NOT NULL DEFAULT '',
    longitude         double precision CHECK (longitude BETWEEN -180 AND 180),
    latitude          double precision CHECK (latitude BETWEEN -90 AND 90),
    -- Something that everybody may see where it is, such as a broken lamp; else the point stays with those who handle it.
    is_public_place   boolean NOT NULL DEFAULT false,
    -- What became of it, with what was put right or why not, in the words of the answer.
    outcome           text CHECK (outcome IN ('resolved', 'answered_not_done', 'not_ours', 'with_main', 'withdrawn', 'no_reply')),
    answer            text,
    evidence          text,
    answered_at       timestamptz,
    disputed_at       timestamptz,
    -- The Message-ID of the mail that it came by, which counts once.
    mail_id           text UNIQUE,
    -- The month in whose figures a note on quality was counted.
    counted_in        date,
    CHECK ((longitude IS NULL) = (latitude IS NULL)),
    -- Nothing ends without saying how, and nothing is put right without evidence.
    CHECK (state NOT IN ('answered', 'closed') OR outcome IS NOT NULL),
    CHECK (outcome <> 'resolved' OR coalesce(evidence, '') <> ''),
    CHECK (outcome NOT IN ('answered_not_done', 'not_ours') OR coalesce(answer, '') <> '')
);
CREATE INDEX voices_state ON participation.voices (state, voice_id);
CREATE INDEX voices_near ON participation.voices (latitude, longitude) WHERE latitude IS NOT NULL;

GRANT SELECT, INSERT, UPDATE ON participation.voices TO falaj_portal;

-- By month, what was said to whom and what became of it. A number from one to four is not told, and nothing of a row with
-- fewer than five.
CREATE VIEW open_participation.voice_figures WITH (security_barrier) AS
SELECT month, organisation_id, kind, governorate, organisation_ar, organisation_en,
       CASE WHEN received >= 5 THEN received END AS received,
       CASE WHEN received >= 5 AND escalated NOT BETWEEN 1 AND 4 THEN escalated END AS escalated,
       CASE WHEN received >= 5 AND put_right NOT BETWEEN 1 AND 4 THEN put_right END AS put_right,
       CASE WHEN received >= 5 AND not_put_right NOT BETWEEN 1 AND 4 THEN not_put_right END AS not_put_right,
       CASE WHEN received >= 5 AND still_open NOT BETWEEN 1 AND 4 THEN still_open END AS still_open,
       CASE WHEN received >= 5 AND rated NOT BETWEEN 1 AND 4 THEN rated END AS rated,
       CASE WHEN rated >= 5 AND satisfied NOT BETWEEN 1 AND 4 THEN satisfied END AS satisfied
FROM (
    SELECT to_char(cases.received_at AT TIME ZONE 'Asia/Muscat', 'YYYY-MM') AS month, cases.organisation_id,
           voices.kind, coalesce(voices.governorate, 'unknown') AS governorate, organisations.name_ar AS organisation_ar,
           organisations.name_en AS organisation_en, count(*)::integer AS received,
           (count(*) FILTER (WHERE cases.level > 1))::integer AS escalated,
           (count(*) FILTER (WHERE voices.outcome = 'resolved'))::integer AS put_right,
           (count(*) FILTER (WHERE voices.outcome IN ('answered_not_done', 'not_ours')))::integer AS not_put_right,
           (count(*) FILTER (WHERE cases.closed_at IS NULL))::integer AS still_open,
           count(ratings.points)::integer AS rated,
           (count(*) FILTER (WHERE ratings.points >= 4))::integer AS satisfied
    FROM participation.voices
    JOIN participation.cases ON case_id = voice_id
    JOIN innovation.organisations USING (organisation_id)
    LEFT JOIN participation.case_ratings AS ratings USING (case_id)
    WHERE voices.state <> 'refused'
    GROUP BY 1, 2, 3, 4, 5, 6) AS counted;
GRANT SELECT ON open_participation.voice_figures TO falaj_read;
