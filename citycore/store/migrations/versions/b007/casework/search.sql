-- What everybody can find, one row a thing: its words and where it belongs, and nothing that is shown. What is shown is read
-- from the open views at that moment, so that a row which should be gone tells nothing.
CREATE TABLE open_innovation.search (
    kind          text NOT NULL,
    key           text NOT NULL,
    governorates  text[] NOT NULL,
    at            timestamptz,
    -- Stems as the house makes them; those of the title once more behind an equals sign.
    terms         tsvector STORAGE MAIN NOT NULL,
    title_words   smallint NOT NULL,
    -- Of what the row was made from.
    digest        text NOT NULL,
    PRIMARY KEY (kind, key)
) WITH (toast_tuple_target = 8160);
CREATE INDEX search_terms ON open_innovation.search USING gin (terms) WITH (gin_pending_list_limit = 256);
CREATE INDEX search_governorates ON open_innovation.search USING gin (governorates) WITH (gin_pending_list_limit = 256);

-- In how many rows a stem stands; those that are typed wrongly are found by what they resemble.
CREATE TABLE open_innovation.search_words (
    word    text PRIMARY KEY,
    number  integer NOT NULL
);
CREATE INDEX search_words_alike ON open_innovation.search_words USING gin (word gin_trgm_ops);

-- The words that resemble one, the most alike first.
CREATE FUNCTION open_innovation.words_like(asked text, most integer) RETURNS TABLE (word text, number integer)
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SET pg_trgm.similarity_threshold = 0.2
    BEGIN ATOMIC
        SELECT known.word, known.number FROM open_innovation.search_words AS known
        WHERE known.word % asked
        ORDER BY similarity(known.word, asked) DESC, known.number DESC, known.word
        LIMIT most;
    END;

-- What was changed since the worker looked, by the machine of its workflow.
CREATE TABLE innovation.search_touched (
    touched_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    machine     text NOT NULL,
    object_id   uuid NOT NULL
);
-- When everything was compared last; one row.
CREATE TABLE innovation.search_compared (
    is_one       boolean PRIMARY KEY DEFAULT true CHECK (is_one),
    compared_at  timestamptz NOT NULL
);
CREATE FUNCTION innovation.note_touched() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = innovation AS $$
BEGIN
    INSERT INTO innovation.search_touched (machine, object_id) VALUES (NEW.machine, NEW.object);
    RETURN NULL;
END
$$;
CREATE TRIGGER note_touched AFTER INSERT ON innovation.audit FOR EACH ROW EXECUTE FUNCTION innovation.note_touched();

-- What has a code has its page by identifier; a pilot is where its need is from.
CREATE OR REPLACE VIEW open_innovation.needs WITH (security_barrier) AS
SELECT needs.code, needs.state, needs.state_reason, needs.state_changed_at, published_at, needs.title_ar,
       needs.title_en, problem_ar, problem_en, client_kind, sector, capabilities, capabilities_wished, standards,
       maturity_min, needs.governorate, languages, currency,
       CASE WHEN is_budget_public THEN budget_minor END AS budget_minor, sme_only, is_sealed, criteria,
       agency.name_ar AS agency_name_ar, agency.name_en AS agency_name_en,
       winner.name_ar AS awarded_to_ar, winner.name_en AS awarded_to_en,
       ARRAY(SELECT jsonb_build_object('deadline', name, 'instant', instant, 'zone', zone, 'extensions', extensions)
             FROM open_innovation.need_deadlines AS dates
             WHERE dates.need_id = needs.need_id ORDER BY instant, name) AS dates,
       needs.need_id
FROM innovation.needs
JOIN innovation.organisations AS agency USING (organisation_id)
LEFT JOIN innovation.responses ON responses.response_id = intended_id AND needs.state = 'awarded'
LEFT JOIN innovation.organisations AS winner ON winner.organisation_id = responses.organisation_id
WHERE needs.state IN ('published', 'qa_closed', 'suspended', 'closed', 'evaluating', 'standstill', 'awarded',
                      'matched', 'none_suitable')
   OR needs.state = 'cancelled' AND published_at IS NOT NULL;
CREATE OR REPLACE VIEW open_innovation.pilots WITH (security_barrier) AS
SELECT pilots.code, pilots.state, pilots.state_reason, pilots.state_changed_at, pilots.created_at, agreed_at,
       pilots.title_ar, pilots.title_en, purpose_ar, purpose_en, pilots.starts_on, pilots.ends_on, is_simulated,
       agency.name_ar AS agency_name_ar, agency.name_en AS agency_name_en,
       -- A company, a team, or the organisation on whose behalf was applied; who applied alone is not named.
       coalesce(provider.name_ar, applicant.name_ar, teams.name) AS provider_name_ar,
       coalesce(provider.name_en, applicant.name_en, teams.name) AS provider_name_en,
       CASE WHEN introduction_id IS NOT NULL THEN 'introduction' WHEN pilots.submission_id IS NOT NULL THEN 'submission'
            ELSE 'award' END AS origin,
       needs.code AS need_code,
       -- Links lead only to what is public itself.
       (SELECT own.submission_id FROM innovation.public_submissions AS own
        WHERE own.submission_id = pilots.submission_id) AS submission_id,
       (SELECT own.award_id FROM open_innovation.funding_awards AS own WHERE own.award_id = pilots.award_id) AS award_id,
       CASE WHEN source_id IS NOT NULL THEN 'pilot-' || pilots.code END AS source_code,
       pilots.pilot_id, needs.governorate
FROM innovation.pilots
JOIN innovation.organisations AS agency ON agency.organisation_id = pilots.agency_id
LEFT JOIN innovation.organisations AS provider ON provider.organisation_id = pilots.provider_id
LEFT JOIN innovation.teams ON teams.team_id = pilots.team_id
LEFT JOIN innovation.applications ON applications.application_id = pilots.application_id
LEFT JOIN innovation.organisations AS applicant
    ON applicant.organisation_id = applications.organisation_id AND applicant.state IN ('verified', 'dissolved')
LEFT JOIN innovation.introductions USING (introduction_id)
LEFT JOIN innovation.needs USING (need_id)
WHERE pilots.state IN ('agreed', 'running', 'completed', 'stopped');

-- The open data of the city as the search knows it: the names of what there is.
CREATE VIEW open_innovation.catalogue WITH (security_barrier) AS
SELECT 'dataset' AS kind, source.code AS key, source.name_ar AS titles_ar, source.name_en AS titles_en,
       concat_ws(' ', source.description_ar, source.provider_ar) AS texts_ar,
       concat_ws(' ', source.description_en, source.provider_en, source.code) AS texts_en,
       ARRAY(SELECT DISTINCT name FROM public.things AS thing JOIN public.places AS place ON place.code = thing.place_code
             CROSS JOIN LATERAL (VALUES (place.name_ar), (place.name_en)) AS names (name)
             WHERE thing.source_id = source.source_id ORDER BY name) AS places,
       source.created_at AS at
FROM public.sources AS source
UNION ALL
SELECT 'thing', thing.code, thing.name_ar, thing.name_en, coalesce(place.name_ar, ''),
       concat_ws(' ', place.name_en, replace(thing.kind, '_', ' '), thing.code),
       array_remove(ARRAY[place.name_ar, place.name_en], NULL), thing.created_at
FROM public.things AS thing LEFT JOIN public.places AS place ON place.code = thing.place_code
UNION ALL
SELECT 'observed_property', property.code, property.name_ar, property.name_en, sector.name_ar,
       concat_ws(' ', sector.name_en, property.code, property.unit), '{}', NULL
FROM public.observed_properties AS property JOIN public.sectors AS sector ON sector.code = property.sector
UNION ALL
SELECT 'place', place.code, place.name_ar, place.name_en, '', place.code, ARRAY[place.name_ar, place.name_en], NULL
FROM public.places AS place;

GRANT USAGE ON SCHEMA open_innovation, open_participation TO falaj_portal;
GRANT SELECT ON ALL TABLES IN SCHEMA open_innovation, open_participation TO falaj_portal;
GRANT INSERT, UPDATE, DELETE ON open_innovation.search, open_innovation.search_words TO falaj_portal;
GRANT SELECT, UPDATE, DELETE ON innovation.search_touched TO falaj_portal;
GRANT SELECT, INSERT, UPDATE ON innovation.search_compared TO falaj_portal;
GRANT SELECT ON open_innovation.search, open_innovation.search_words, open_innovation.catalogue TO falaj_read;
