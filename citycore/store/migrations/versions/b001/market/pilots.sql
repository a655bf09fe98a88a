-- Something tried with an agency on the hub's live data.
CREATE TABLE innovation.pilots (
    pilot_id          uuid PRIMARY KEY,
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    -- Names its namespace, pilot-<code>. Without a hyphen, so that no namespace begins like another.
    code              text NOT NULL UNIQUE CHECK (code ~ '^[a-z][a-z0-9]{2,19}$'),
    -- What it came out of.
    introduction_id   uuid REFERENCES innovation.introductions (introduction_id),
    submission_id     uuid REFERENCES innovation.submissions (submission_id),
    award_id          uuid REFERENCES innovation.funding_awards (award_id),
    agency_id         uuid NOT NULL REFERENCES innovation.organisations (organisation_id),
    -- Who provides it: a company, a team, or who applied for funding.
    provider_id       uuid REFERENCES innovation.organisations (organisation_id),
    team_id           uuid REFERENCES innovation.teams (team_id),
    application_id    uuid REFERENCES innovation.applications (application_id),
    title_ar          text NOT NULL,
    title_en          text NOT NULL,
    purpose_ar        text NOT NULL,
    purpose_en        text NOT NULL,
    starts_on         date NOT NULL,
    -- Half-open: the day after the last one.
    ends_on           date NOT NULL CHECK (ends_on > starts_on),
    -- Its things are simulated.
    is_simulated      boolean NOT NULL,
    agreed_at         timestamptz,
    started_at        timestamptz,
    -- Of public.sources, once something is registered; only the function below writes it.
    source_id         integer REFERENCES public.sources (source_id),
    CHECK (num_nonnulls(introduction_id, submission_id, award_id) = 1),
    CHECK ((introduction_id IS NULL) = (provider_id IS NULL) AND (submission_id IS NULL) = (team_id IS NULL)
           AND (award_id IS NULL) = (application_id IS NULL))
);
-- One of each, and another one only after the first was declined.
CREATE UNIQUE INDEX pilots_of_introduction ON innovation.pilots (introduction_id) WHERE state <> 'declined';
CREATE UNIQUE INDEX pilots_of_submission ON innovation.pilots (submission_id) WHERE state <> 'declined';
CREATE UNIQUE INDEX pilots_of_award ON innovation.pilots (award_id) WHERE state <> 'declined';
CREATE INDEX pilots_of_agency ON innovation.pilots (agency_id, pilot_id);
CREATE INDEX pilots_of_provider ON innovation.pilots (provider_id, pilot_id);
CREATE INDEX pilots_of_team ON innovation.pilots (team_id);
CREATE INDEX pilots_of_application ON innovation.pilots (application_id);
CREATE INDEX pilots_state ON innovation.pilots (state, pilot_id);
CREATE INDEX pilots_newest ON innovation.pilots (created_at, pilot_id);

-- The portal's role has no right to the registry: it adds to the namespace of a pilot, and only there, by these
-- functions. A pilot that is over keeps what it has and gets nothing more. Refusals have codes of ours: FP001 closed,
-- FP002 outside the namespace, FP003 taken, FP004 too many, FP005 no such property, FP006 no such thing.
CREATE FUNCTION innovation.register_pilot_thing(
    pilot uuid, thing text, kind text, name_en text, name_ar text, longitude double precision,
    latitude double precision, place text, things_max integer)
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    own innovation.pilots;
    namespace text;
    source integer;
BEGIN
    SELECT * INTO own FROM innovation.pilots WHERE pilot_id = pilot AND state IN ('agreed', 'running') FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'registration is closed' USING ERRCODE = 'FP001';
    END IF;
    namespace := 'pilot-' || own.code;
    IF thing !~ ('^' || namespace || '-[a-z0-9][a-z0-9-]*$') THEN
        RAISE EXCEPTION '% is outside %', thing, namespace USING ERRCODE = 'FP002';
    END IF;
    source := own.source_id;
    IF source IS NULL THEN
        INSERT INTO public.sources
            (code, kind, name_en, name_ar, description_en, description_ar, provider_en, provider_ar, licence, created_at)
        SELECT namespace, CASE WHEN own.is_simulated THEN 'simulated' ELSE 'device' END, own.title_en, own.title_ar,
               own.purpose_en, own.purpose_ar, coalesce(agency.name_en, agency.name_ar),
               coalesce(agency.name_ar, agency.name_en), 'CC-BY-4.0', now()
        FROM innovation.organisations AS agency WHERE agency.organisation_id = own.agency_id
        ON CONFLICT (code) DO NOTHING
        RETURNING source_id INTO source;
        IF source IS NULL THEN
            RAISE EXCEPTION '% is taken', namespace USING ERRCODE = 'FP003';
        END IF;
        UPDATE innovation.pilots SET source_id = source WHERE pilot_id = pilot;
    END IF;
    IF (SELECT count(*) FROM public.things WHERE source_id = source) >= things_max THEN
        RAISE EXCEPTION 'no more than % things', things_max USING ERRCODE = 'FP004';
    END IF;
    INSERT INTO public.things (code, source_id, kind, name_en, name_ar, longitude, latitude, place_code)
    VALUES (thing, source, kind, name_en, name_ar, longitude, latitude, place)
    ON CONFLICT (code) DO NOTHING;
    IF NOT FOUND THEN
        RAISE EXCEPTION '% is taken', thing USING ERRCODE = 'FP003';
    END IF;
END
$$;

-- Its unit is that of the observed property.
CREATE FUNCTION innovation.register_pilot_datastream(
    pilot uuid, thing text, property text, kind text, seconds integer, datastreams_max integer)
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    own innovation.pilots;
    known integer;
    measured text;
BEGIN
    SELECT * INTO own FROM innovation.pilots WHERE pilot_id = pilot AND state IN ('agreed', 'running') FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'registration is closed' USING ERRCODE = 'FP001';
    END IF;
    SELECT thing_id INTO known FROM public.things WHERE code = thing AND source_id = own.source_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such thing' USING ERRCODE = 'FP006';
    END IF;
    SELECT unit INTO measured FROM public.observed_properties WHERE code = property;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such property' USING ERRCODE = 'FP005';
    END IF;
    IF (SELECT count(*) FROM public.datastreams WHERE thing_id = known) >= datastreams_max THEN
        RAISE EXCEPTION 'no more than % datastreams', datastreams_max USING ERRCODE = 'FP004';
    END IF;
    INSERT INTO public.datastreams (thing_id, observed_property_code, unit, result_type, interval_seconds)
    VALUES (known, property, measured, kind, seconds)
    ON CONFLICT (thing_id, observed_property_code) DO NOTHING;
    IF NOT FOUND THEN
        RAISE EXCEPTION '% is there already', property USING ERRCODE = 'FP003';
    END IF;
END
$$;

-- What can be measured: for the choice of a datastream.
CREATE FUNCTION innovation.pilot_properties()
    RETURNS TABLE (code text, name_en text, name_ar text, unit text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT code, name_en, name_ar, unit FROM public.observed_properties ORDER BY code
$$;

-- Outlines of the places that no other place lies within, to find the one that a thing is in.
CREATE FUNCTION innovation.pilot_outlines()
    RETURNS TABLE (code text, geometry jsonb)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT code, geometry FROM public.places AS place
    WHERE NOT EXISTS (SELECT FROM public.places AS part WHERE part.parent_code = place.code)
$$;

-- The things of one pilot with their datastreams, the newest value of each, and how many came from an instant until
-- (not including) another. A thing without a datastream has one row.
CREATE FUNCTION innovation.pilot_values(pilot uuid, since timestamptz, until timestamptz)
    RETURNS TABLE (
        thing text, kind text, name_en text, name_ar text, longitude double precision, latitude double precision,
        property text, property_en text, property_ar text, unit text, result_type text, interval_seconds integer,
        phenomenon_time timestamptz, result double precision, result_text text, quality smallint,
        observation_count bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT things.code, things.kind, things.name_en, things.name_ar, things.longitude, things.latitude,
           properties.code, properties.name_en, properties.name_ar, datastreams.unit, datastreams.result_type,
           datastreams.interval_seconds, latest.phenomenon_time, latest.result,
           coalesce(latest.result_text, latest.latitude || ', ' || latest.longitude), latest.quality,
           CASE datastreams.result_type
               WHEN 'measurement' THEN (
                   SELECT count(*) FROM public.observations AS one WHERE one.datastream_id = datastreams.datastream_id
                       AND one.phenomenon_time >= since AND one.phenomenon_time < until)
               WHEN 'category' THEN (
                   SELECT count(*) FROM public.observations_category AS one
                   WHERE one.datastream_id = datastreams.datastream_id
                       AND one.phenomenon_time >= since AND one.phenomenon_time < until)
               WHEN 'position' THEN (
                   SELECT count(*) FROM public.observations_position AS one
                   WHERE one.datastream_id = datastreams.datastream_id
                       AND one.phenomenon_time >= since AND one.phenomenon_time < until) END
    FROM innovation.pilots JOIN public.things USING (source_id)
    LEFT JOIN public.datastreams USING (thing_id)
    LEFT JOIN public.observed_properties AS properties ON properties.code = observed_property_code
    LEFT JOIN public.latest USING (datastream_id)
    WHERE pilot_id = pilot
    ORDER BY things.code, properties.code
$$;

REVOKE ALL ON FUNCTION
    innovation.register_pilot_thing, innovation.register_pilot_datastream, innovation.pilot_properties,
    innovation.pilot_outlines, innovation.pilot_values FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    innovation.register_pilot_thing, innovation.register_pilot_datastream, innovation.pilot_properties,
    innovation.pilot_outlines, innovation.pilot_values TO falaj_portal;

-- Pilots as open data: from the agreement of both sides on.
CREATE VIEW open_innovation.pilots WITH (security_barrier) AS
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
       CASE WHEN source_id IS NOT NULL THEN 'pilot-' || pilots.code END AS source_code
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

GRANT SELECT ON open_innovation.pilots TO falaj_read;
GRANT SELECT ON innovation.pilots TO falaj_portal;
-- The source is not among them.
GRANT INSERT (pilot_id, state, state_reason, version, state_changed_at, created_at, code, introduction_id, submission_id,
              award_id, agency_id, provider_id, team_id, application_id, title_ar, title_en, purpose_ar, purpose_en,
              starts_on, ends_on, is_simulated),
      UPDATE (state, state_reason, version, state_changed_at, agreed_at, started_at, title_ar, title_en, purpose_ar,
              purpose_en, starts_on, ends_on)
    ON innovation.pilots TO falaj_portal;
