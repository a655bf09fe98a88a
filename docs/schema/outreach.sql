-- The schema of `outreach` as the newest revision leaves it, for readers: no hub runs this file. Written from a migrated
-- database by `python -m stack.schema`; a test keeps it true. Why things are as they are is said where each is created.

-- citycore/store/migrations/versions/b001/outreach/activities.sql

CREATE TABLE innovation.outreach_events (
    event_id uuid NOT NULL,
    title text NOT NULL,
    language text NOT NULL,
    mode text NOT NULL,
    governorate text,
    topic text NOT NULL,
    audience text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT outreach_events_pkey PRIMARY KEY (event_id),
    CONSTRAINT outreach_events_check CHECK (ends_at > starts_at),
    CONSTRAINT outreach_events_check1 CHECK ((mode = 'online'::text) = (governorate IS NULL)),
    CONSTRAINT outreach_events_governorate_check CHECK (governorate ~ '^OM-[A-Z]{2}$'::text),
    CONSTRAINT outreach_events_language_check CHECK (language = ANY (ARRAY['en'::text, 'ar'::text])),
    CONSTRAINT outreach_events_mode_check CHECK (mode = ANY (ARRAY['in_place'::text, 'online'::text]))
);
CREATE INDEX outreach_events_kind ON innovation.outreach_events USING btree ((date_trunc('month'::text, (ends_at AT TIME ZONE 'Asia/Muscat'::text))::date), COALESCE(governorate, ''::text), topic, audience);
CREATE INDEX outreach_events_time ON innovation.outreach_events USING btree (starts_at, event_id);
GRANT INSERT, SELECT ON innovation.outreach_events TO falaj_portal;

CREATE TABLE innovation.activities (
    activity_id uuid NOT NULL,
    event_id uuid NOT NULL,
    ambassador_id uuid NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    reached integer,
    minutes integer,
    account text NOT NULL,
    counted integer,
    CONSTRAINT activities_pkey PRIMARY KEY (activity_id),
    CONSTRAINT activities_event_id_ambassador_id_key UNIQUE (event_id, ambassador_id),
    CONSTRAINT activities_check CHECK (counted >= 0 AND counted <= reached),
    CONSTRAINT activities_minutes_check CHECK (minutes > 0),
    CONSTRAINT activities_reached_check CHECK (reached >= 0),
    CONSTRAINT activities_ambassador_id_fkey FOREIGN KEY (ambassador_id) REFERENCES innovation.ambassadors(ambassador_id),
    CONSTRAINT activities_event_id_fkey FOREIGN KEY (event_id) REFERENCES innovation.outreach_events(event_id)
);
CREATE INDEX activities_of_ambassador ON innovation.activities USING btree (ambassador_id, activity_id);
CREATE INDEX activities_since ON innovation.activities USING btree (state_changed_at, activity_id);
CREATE INDEX activities_state ON innovation.activities USING btree (state, activity_id);
CREATE TRIGGER count_reach AFTER INSERT OR DELETE OR UPDATE OF event_id, state, counted ON innovation.activities FOR EACH ROW EXECUTE FUNCTION innovation.count_reach();
GRANT INSERT, SELECT, UPDATE ON innovation.activities TO falaj_portal;

CREATE TABLE innovation.activity_evidence (
    file_id uuid NOT NULL,
    activity_id uuid NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size_bytes bigint NOT NULL,
    digest bytea NOT NULL,
    added_at timestamp with time zone NOT NULL,
    CONSTRAINT activity_evidence_pkey PRIMARY KEY (file_id),
    CONSTRAINT activity_evidence_digest_check CHECK (octet_length(digest) = 32),
    CONSTRAINT activity_evidence_size_bytes_check CHECK (size_bytes > 0),
    CONSTRAINT activity_evidence_activity_id_fkey FOREIGN KEY (activity_id) REFERENCES innovation.activities(activity_id)
);
CREATE INDEX activity_evidence_digest ON innovation.activity_evidence USING btree (digest);
CREATE INDEX activity_evidence_of ON innovation.activity_evidence USING btree (activity_id, added_at);
GRANT DELETE, INSERT, SELECT ON innovation.activity_evidence TO falaj_portal;

CREATE VIEW innovation.event_reach AS
 SELECT outreach_events.event_id,
    outreach_events.governorate,
    outreach_events.topic,
    outreach_events.audience,
    date_trunc('month'::text, (outreach_events.ends_at AT TIME ZONE 'Asia/Muscat'::text))::date AS month,
    max(activities.counted) AS reached,
    count(*)::integer AS ambassadors
   FROM innovation.activities
     JOIN innovation.outreach_events USING (event_id)
  WHERE activities.state = 'verified'::text
  GROUP BY outreach_events.event_id;
GRANT SELECT ON innovation.event_reach TO falaj_portal;

CREATE VIEW innovation.reach_shares AS
 SELECT activities.activity_id,
    activities.ambassador_id,
    activities.event_id,
    activities.minutes,
    event_reach.reached / event_reach.ambassadors + (row_number() OVER (PARTITION BY activities.event_id ORDER BY activities.activity_id) <= (event_reach.reached % event_reach.ambassadors))::integer AS reached
   FROM innovation.activities
     JOIN innovation.event_reach USING (event_id)
  WHERE activities.state = 'verified'::text;
GRANT SELECT ON innovation.reach_shares TO falaj_portal;

CREATE TABLE innovation.reach (
    month date NOT NULL,
    governorate text NOT NULL,
    topic text NOT NULL,
    audience text NOT NULL,
    events bigint NOT NULL,
    reached bigint,
    CONSTRAINT reach_pkey PRIMARY KEY (month, governorate, topic, audience)
);

CREATE OR REPLACE FUNCTION innovation.count_reach()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
    kind record;
BEGIN
    IF 'verified' NOT IN (coalesce(OLD.state, ''), coalesce(NEW.state, '')) THEN
        RETURN NULL;
    END IF;
    -- Whoever counts sees what the one before has written.
    LOCK TABLE innovation.reach IN SHARE ROW EXCLUSIVE MODE;
    FOR kind IN
        SELECT DISTINCT date_trunc('month', ends_at AT TIME ZONE 'Asia/Muscat')::date AS month,
               coalesce(governorate, '') AS governorate, topic, audience
        FROM innovation.outreach_events WHERE event_id IN (OLD.event_id, NEW.event_id)
    LOOP
        DELETE FROM innovation.reach AS known
        WHERE known.month = kind.month AND known.governorate = kind.governorate
          AND known.topic = kind.topic AND known.audience = kind.audience;
        INSERT INTO innovation.reach (month, governorate, topic, audience, events, reached)
        SELECT kind.month, kind.governorate, kind.topic, kind.audience, count(*), sum(event.reached)
        FROM innovation.event_reach AS event
        WHERE event.month = kind.month AND coalesce(event.governorate, '') = kind.governorate
          AND event.topic = kind.topic AND event.audience = kind.audience
        HAVING count(*) > 0;
    END LOOP;
    RETURN NULL;
END
$function$;

-- citycore/store/migrations/versions/b001/outreach/ambassadors.sql

CREATE TABLE innovation.ambassadors (
    ambassador_id uuid NOT NULL,
    person_id uuid NOT NULL,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    applied_at timestamp with time zone NOT NULL,
    governorate text NOT NULL,
    motivation text NOT NULL,
    language text NOT NULL,
    is_listed boolean NOT NULL DEFAULT false,
    biography_ar text NOT NULL DEFAULT ''::text,
    biography_en text NOT NULL DEFAULT ''::text,
    term integer NOT NULL DEFAULT 0,
    term_starts_at timestamp with time zone,
    term_ends_at timestamp with time zone,
    last_active_at timestamp with time zone,
    search_text text GENERATED ALWAYS AS (normalise_text((biography_ar || ' '::text) || biography_en)) STORED,
    CONSTRAINT ambassadors_pkey PRIMARY KEY (ambassador_id),
    CONSTRAINT ambassadors_check CHECK (term_ends_at > term_starts_at),
    CONSTRAINT ambassadors_governorate_check CHECK (governorate ~ '^OM-[A-Z]{2}$'::text),
    CONSTRAINT ambassadors_language_check CHECK (language = ANY (ARRAY['en'::text, 'ar'::text])),
    CONSTRAINT ambassadors_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX ambassadors_begun ON innovation.ambassadors USING btree (applied_at, ambassador_id);
CREATE UNIQUE INDEX ambassadors_open ON innovation.ambassadors USING btree (person_id) WHERE state <> ALL (ARRAY['rejected'::text, 'withdrawn'::text, 'removed'::text, 'emeritus'::text]);
CREATE INDEX ambassadors_person ON innovation.ambassadors USING btree (person_id, applied_at);
CREATE INDEX ambassadors_since ON innovation.ambassadors USING btree (state_changed_at, ambassador_id);
CREATE INDEX ambassadors_state ON innovation.ambassadors USING btree (state, ambassador_id);
GRANT INSERT, SELECT, UPDATE ON innovation.ambassadors TO falaj_portal;

CREATE TABLE innovation.ambassador_papers (
    kind text NOT NULL,
    version integer NOT NULL,
    text_ar text NOT NULL,
    text_en text NOT NULL,
    published_at timestamp with time zone NOT NULL,
    published_by uuid,
    CONSTRAINT ambassador_papers_pkey PRIMARY KEY (kind, version),
    CONSTRAINT ambassador_papers_kind_check CHECK (kind = ANY (ARRAY['training'::text, 'conduct'::text])),
    CONSTRAINT ambassador_papers_version_check CHECK (version >= 1),
    CONSTRAINT ambassador_papers_published_by_fkey FOREIGN KEY (published_by) REFERENCES innovation.people(person_id)
);
GRANT INSERT, SELECT ON innovation.ambassador_papers TO falaj_portal;

CREATE TABLE innovation.ambassador_commitments (
    ambassador_id uuid NOT NULL,
    kind text NOT NULL,
    version integer NOT NULL,
    at timestamp with time zone NOT NULL,
    noted_by uuid,
    CONSTRAINT ambassador_commitments_pkey PRIMARY KEY (ambassador_id, kind, version),
    CONSTRAINT ambassador_commitments_ambassador_id_fkey FOREIGN KEY (ambassador_id) REFERENCES innovation.ambassadors(ambassador_id),
    CONSTRAINT ambassador_commitments_kind_version_fkey FOREIGN KEY (kind, version) REFERENCES innovation.ambassador_papers(kind, version),
    CONSTRAINT ambassador_commitments_noted_by_fkey FOREIGN KEY (noted_by) REFERENCES innovation.people(person_id)
);
CREATE INDEX ambassador_commitments_noted ON innovation.ambassador_commitments USING btree (noted_by);
GRANT INSERT, SELECT ON innovation.ambassador_commitments TO falaj_portal;

CREATE VIEW innovation.ambassador_directory AS
 SELECT ambassadors.ambassador_id,
    people.name_ar,
    people.name_en,
    ambassadors.governorate,
    ambassadors.biography_ar,
    ambassadors.biography_en,
    ambassadors.state = 'emeritus'::text AS is_emeritus,
    concat_ws(' '::text, people.sort_ar, people.sort_en, ambassadors.search_text) AS search_text
   FROM innovation.ambassadors
     JOIN innovation.people USING (person_id)
  WHERE ambassadors.is_listed AND people.state = 'active'::text AND (ambassadors.state = ANY (ARRAY['active'::text, 'on_leave'::text, 'at_risk'::text, 'renewal_due'::text, 'emeritus'::text]));
GRANT SELECT ON innovation.ambassador_directory TO falaj_portal;

-- citycore/store/migrations/versions/b001/outreach/certificates.sql

CREATE TABLE innovation.certificates (
    certificate_id uuid NOT NULL,
    short_id text NOT NULL,
    person_id uuid NOT NULL,
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    occurrence integer NOT NULL,
    occasion_ar text NOT NULL,
    occasion_en text NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    minutes integer,
    reached integer,
    expires_at timestamp with time zone,
    name_ar text,
    name_en text,
    state text NOT NULL,
    state_reason text,
    version integer NOT NULL DEFAULT 1,
    state_changed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    number integer GENERATED ALWAYS AS IDENTITY NOT NULL,
    salt text NOT NULL,
    issued_at timestamp with time zone,
    credential text,
    CONSTRAINT certificates_pkey PRIMARY KEY (certificate_id),
    CONSTRAINT certificates_number_key UNIQUE (number),
    CONSTRAINT certificates_short_id_key UNIQUE (short_id),
    CONSTRAINT certificates_check CHECK (ends_on >= starts_on),
    CONSTRAINT certificates_kind_check CHECK (kind = ANY (ARRAY['ambassador'::text, 'participant'::text, 'team_member'::text, 'winner'::text, 'judge'::text])),
    CONSTRAINT certificates_minutes_check CHECK (minutes >= 0),
    CONSTRAINT certificates_occurrence_check CHECK (occurrence >= 1),
    CONSTRAINT certificates_reached_check CHECK (reached >= 0),
    CONSTRAINT certificates_short_id_check CHECK (short_id ~ '^[0-9a-hjkmnp-tv-z]{10}$'::text),
    CONSTRAINT certificates_person_id_fkey FOREIGN KEY (person_id) REFERENCES innovation.people(person_id)
);
CREATE INDEX certificates_counted ON innovation.certificates USING btree (state, kind, person_id);
CREATE INDEX certificates_newest ON innovation.certificates USING btree (created_at, certificate_id);
CREATE INDEX certificates_of_hackathon ON innovation.certificates USING btree (subject_id, created_at, certificate_id);
CREATE INDEX certificates_of_person ON innovation.certificates USING btree (person_id, created_at);
CREATE INDEX certificates_of_subject ON innovation.certificates USING btree (subject_id, kind, person_id);
CREATE UNIQUE INDEX certificates_once ON innovation.certificates USING btree (kind, subject_id, occurrence, person_id) WHERE state = ANY (ARRAY['offered'::text, 'issued'::text]);
CREATE INDEX certificates_since ON innovation.certificates USING btree (state_changed_at, certificate_id);
GRANT INSERT, SELECT, UPDATE ON innovation.certificates TO falaj_portal;

-- citycore/store/migrations/versions/b001/outreach/open_data.sql

CREATE VIEW open_innovation.ambassadors WITH (security_barrier=true) AS
 SELECT ambassador_id,
    name_ar,
    name_en,
    governorate,
    biography_ar,
    biography_en,
    is_emeritus
   FROM innovation.ambassador_directory;
GRANT SELECT ON open_innovation.ambassadors TO falaj_portal;
GRANT SELECT ON open_innovation.ambassadors TO falaj_read;

CREATE VIEW open_innovation.ambassador_reach WITH (security_barrier=true) AS
 SELECT month,
    NULLIF(governorate, ''::text) AS governorate,
    topic,
    audience,
    events,
    reached
   FROM innovation.reach;
GRANT SELECT ON open_innovation.ambassador_reach TO falaj_portal;
GRANT SELECT ON open_innovation.ambassador_reach TO falaj_read;
