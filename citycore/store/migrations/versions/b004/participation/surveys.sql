-- What people are asked, for what, who decides on the result and until when. Its form has its identifier; what is answered stands
-- in its box, who may answer on its roll. Its dates stand among the deadlines.
CREATE TABLE participation.surveys (
    survey_id         uuid PRIMARY KEY,
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    -- Who asks, and who decides.
    agency_id         uuid NOT NULL REFERENCES innovation.organisations (organisation_id),
    decider_id        uuid NOT NULL REFERENCES innovation.organisations (organisation_id),
    -- NULL once the account is erased.
    drafted_by        uuid REFERENCES innovation.people (person_id),
    title_ar          text NOT NULL CHECK (title_ar <> ''),
    title_en          text NOT NULL CHECK (title_en <> ''),
    purpose_ar        text NOT NULL CHECK (purpose_ar <> ''),
    purpose_en        text NOT NULL CHECK (purpose_en <> ''),
    -- Until the end of which day in Muscat a decision is promised.
    promised_on       date NOT NULL,
    sampling          text NOT NULL CHECK (sampling IN ('roll', 'self_selected')),
    channels          text[] NOT NULL CHECK (cardinality(channels) > 0),
    service_ar        text NOT NULL DEFAULT '',
    service_en        text NOT NULL DEFAULT '',
    -- The wave before it, of what is asked again and again.
    follows_id        uuid UNIQUE REFERENCES participation.surveys (survey_id),
    -- What is asked, once it is fixed: it never changes then.
    form_version      integer,
    form_digest       bytea CHECK (octet_length(form_digest) = 32),
    -- What was counted, as it is to be released; nothing is here before it is closed.
    figures           text,
    -- Answers to public questions of which enough are the same: [{"values": …, "count": …}]
    alike             jsonb,
    release_id        uuid REFERENCES participation.releases (release_id),
    decision_id       uuid REFERENCES participation.decisions (decision_id),
    CHECK ((form_version IS NULL) = (form_digest IS NULL)),
    CHECK ((service_ar = '') = (service_en = '')),
    CHECK (state IN ('draft', 'in_review', 'withdrawn') OR form_version IS NOT NULL),
    -- Whatever the application thinks: no figure before the end, and no end without a decision that is owed.
    CHECK (figures IS NULL OR state IN ('closed', 'counted', 'published', 'decided')),
    CHECK (state NOT IN ('published', 'decided') OR (release_id IS NOT NULL AND decision_id IS NOT NULL)),
    FOREIGN KEY (survey_id, form_version) REFERENCES participation.forms (form_id, version)
);
CREATE INDEX surveys_state ON participation.surveys (state, survey_id);
CREATE INDEX surveys_newest ON participation.surveys (created_at DESC, survey_id DESC);
CREATE INDEX surveys_agency ON participation.surveys (agency_id, created_at DESC, survey_id DESC);
CREATE INDEX surveys_drafted ON participation.surveys (drafted_by);

-- What was written, as people have read it: themes that they have named, and of each note its theme and whether it is quoted.
CREATE TABLE participation.survey_themes (
    survey_id  uuid NOT NULL REFERENCES participation.surveys (survey_id),
    question   text NOT NULL,
    code       text NOT NULL CHECK (code ~ '^[a-z][a-z0-9_]{0,40}$'),
    title_ar   text NOT NULL CHECK (title_ar <> ''),
    title_en   text NOT NULL CHECK (title_en <> ''),
    PRIMARY KEY (survey_id, question, code)
);
CREATE TABLE participation.survey_codings (
    survey_id  uuid NOT NULL REFERENCES participation.surveys (survey_id),
    question   text NOT NULL,
    answer_id  uuid NOT NULL,
    theme      text,
    is_quoted  boolean NOT NULL DEFAULT false,
    -- What is quoted, so that whoever reads the result need not look through all answers for it.
    quote      text,
    -- NULL once the account is erased.
    coded_by   uuid REFERENCES innovation.people (person_id),
    PRIMARY KEY (survey_id, question, answer_id),
    CHECK (is_quoted = (quote IS NOT NULL)),
    FOREIGN KEY (survey_id, question, theme) REFERENCES participation.survey_themes (survey_id, question, code)
);
CREATE INDEX survey_codings_by ON participation.survey_codings (coded_by);

-- Who wants to be told what was found: an address and nothing else, so that it belongs to no answer.
CREATE TABLE participation.survey_listeners (
    listener_id  uuid PRIMARY KEY,
    survey_id    uuid NOT NULL REFERENCES participation.surveys (survey_id),
    email        text NOT NULL,
    email_key    text NOT NULL,
    language     text NOT NULL CHECK (language IN ('ar', 'en')),
    UNIQUE (survey_id, email_key)
);
CREATE INDEX survey_listeners_email ON participation.survey_listeners (email_key);

GRANT SELECT, INSERT, UPDATE ON participation.surveys, participation.survey_codings TO falaj_portal;
GRANT SELECT, INSERT ON participation.survey_themes TO falaj_portal;
GRANT SELECT, INSERT, DELETE ON participation.survey_listeners TO falaj_portal;

-- What is asked, was asked, and what came of it; nothing of how many have answered before it is published.
CREATE VIEW open_participation.surveys WITH (security_barrier) AS
SELECT survey_id, CASE surveys.state WHEN 'counted' THEN 'closed' ELSE surveys.state END AS state,
       CASE WHEN surveys.state <> 'counted' THEN surveys.state_changed_at ELSE closes.instant END AS state_changed_at,
       title_ar, title_en, purpose_ar, purpose_en,
       nullif(service_ar, '') AS service_ar, nullif(service_en, '') AS service_en,
       agency_id, agency.name_ar AS agency_name_ar, agency.name_en AS agency_name_en,
       decider_id, decider.name_ar AS decider_name_ar, decider.name_en AS decider_name_en, promised_on, sampling, channels,
       follows_id, encode(form_digest, 'hex') AS form_sha256, opens.instant AS opens_at, closes.instant AS closes_at,
       release_id, decision_id, CASE WHEN surveys.state IN ('published', 'decided') THEN alike END AS alike
FROM participation.surveys
JOIN innovation.organisations AS agency ON agency.organisation_id = agency_id
JOIN innovation.organisations AS decider ON decider.organisation_id = decider_id
LEFT JOIN innovation.deadlines AS opens ON opens.object_id = survey_id AND opens.name = 'opens'
LEFT JOIN innovation.deadlines AS closes ON closes.object_id = survey_id AND closes.name = 'closes'
WHERE surveys.state IN ('scheduled', 'open', 'closed', 'counted', 'published', 'decided');
GRANT SELECT ON open_participation.surveys TO falaj_read;
