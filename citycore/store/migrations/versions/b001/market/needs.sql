CREATE TABLE innovation.needs (
    need_id           uuid PRIMARY KEY,
    organisation_id   uuid NOT NULL REFERENCES innovation.organisations (organisation_id),
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    created_by        uuid REFERENCES innovation.people (person_id),
    -- Its name in addresses.
    code              text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9][a-z0-9-]{1,62}$'),
    title_ar          text NOT NULL,
    title_en          text NOT NULL,
    problem_ar        text NOT NULL,
    problem_en        text NOT NULL,
    -- Who asks; like the codes below one of hackathon/taxonomy.
    client_kind       text NOT NULL,
    sector            text NOT NULL,
    capabilities      text[] NOT NULL,
    capabilities_wished text[] NOT NULL,
    standards         text[] NOT NULL,
    maturity_min      integer NOT NULL CHECK (maturity_min BETWEEN 1 AND 9),
    governorate       text CHECK (governorate ~ '^OM-[A-Z]{2}$'),
    languages         text[] NOT NULL,
    currency          text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    budget_minor      bigint CHECK (budget_minor > 0),
    is_budget_public  boolean NOT NULL,
    sme_only          boolean NOT NULL,
    -- Whether vendors answer with sealed responses; without, it is only matched and introduced.
    is_sealed         boolean NOT NULL,
    -- [{"code", "name_ar", "name_en", "weight", "may_be_not_applicable"}, …]; weights sum to 100.
    criteria          jsonb NOT NULL,
    published_at      timestamptz,
    -- The response that is meant to win, and what all are told with it; told when standstill begins.
    intended_id       uuid,
    debrief_ar        text NOT NULL DEFAULT '',
    debrief_en        text NOT NULL DEFAULT '',
    -- Nothing suited: the challenge of a hackathon that it became.
    challenge_id      uuid REFERENCES innovation.challenges (challenge_id),
    search_text       text GENERATED ALWAYS AS (normalise_text(
        title_ar || ' ' || title_en || ' ' || problem_ar || ' ' || problem_en)) STORED
);
CREATE INDEX needs_of_organisation ON innovation.needs (organisation_id, need_id);
CREATE INDEX needs_state ON innovation.needs (state, need_id);
CREATE INDEX needs_newest ON innovation.needs (created_at, need_id);
CREATE INDEX needs_search ON innovation.needs USING gin (search_text gin_trgm_ops);

-- What vendors ask. Who asked is told to nobody; what everybody reads is `shown`, with the answer.
CREATE TABLE innovation.need_questions (
    question_id   uuid PRIMARY KEY,
    need_id       uuid NOT NULL REFERENCES innovation.needs (need_id),
    vendor_id     uuid NOT NULL REFERENCES innovation.vendors (vendor_id),
    asked_by      uuid REFERENCES innovation.people (person_id),
    text          text NOT NULL,
    language      text NOT NULL CHECK (language IN ('ar', 'en')),
    asked_at      timestamptz NOT NULL,
    shown         text,
    answer_ar     text,
    answer_en     text,
    answered_at   timestamptz,
    CHECK ((answered_at IS NULL) = (shown IS NULL) AND (answered_at IS NULL) = (answer_ar IS NULL)
           AND (answered_at IS NULL) = (answer_en IS NULL))
);
CREATE INDEX need_questions_of ON innovation.need_questions (need_id, asked_at, question_id);
CREATE INDEX need_questions_by ON innovation.need_questions (asked_by);

-- What was added to a need after it was published, for good.
CREATE TABLE innovation.need_addenda (
    addendum_id   uuid PRIMARY KEY,
    need_id       uuid NOT NULL REFERENCES innovation.needs (need_id),
    text_ar       text NOT NULL,
    text_en       text NOT NULL,
    published_at  timestamptz NOT NULL,
    published_by  uuid REFERENCES innovation.people (person_id)
);
CREATE INDEX need_addenda_of ON innovation.need_addenda (need_id, published_at, addendum_id);
CREATE INDEX need_addenda_by ON innovation.need_addenda (published_by);

-- Who holds a key to its responses: two of them open. The private half is kept nowhere.
CREATE TABLE innovation.need_openers (
    opener_id     uuid PRIMARY KEY,
    need_id       uuid NOT NULL REFERENCES innovation.needs (need_id),
    person_id     uuid NOT NULL REFERENCES innovation.people (person_id),
    -- For the agency, or for the programme.
    side          text NOT NULL CHECK (side IN ('agency', 'programme')),
    added_at      timestamptz NOT NULL,
    public_key    bytea CHECK (octet_length(public_key) = 32),
    key_made_at   timestamptz,
    opened_at     timestamptz,
    UNIQUE (need_id, person_id),
    CHECK ((public_key IS NULL) = (key_made_at IS NULL))
);
CREATE INDEX need_openers_of_person ON innovation.need_openers (person_id);

-- Who holds which key is fixed once the log says that the need was published. The state of the need would be no
-- ground to stand on: whoever could exchange a key could set the state back for that while. The log only grows.
CREATE FUNCTION innovation.keep_openers() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = innovation, pg_temp AS $$
DECLARE
    published uuid;
BEGIN
    SELECT object INTO published FROM audit
    WHERE object IN (OLD.need_id, NEW.need_id) AND machine = 'need' AND event = 'publish' LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the openers of need % and their keys are fixed', published
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
REVOKE EXECUTE ON FUNCTION innovation.keep_openers() FROM PUBLIC;

CREATE TRIGGER keep_openers BEFORE INSERT OR DELETE ON innovation.need_openers
    FOR EACH ROW EXECUTE FUNCTION innovation.keep_openers();
-- What may still change is when a key was brought.
CREATE TRIGGER keep_opener_keys BEFORE UPDATE ON innovation.need_openers
    FOR EACH ROW
    WHEN ((OLD.opener_id, OLD.need_id, OLD.person_id, OLD.side, OLD.public_key, OLD.key_made_at)
          IS DISTINCT FROM
          (NEW.opener_id, NEW.need_id, NEW.person_id, NEW.side, NEW.public_key, NEW.key_made_at))
    EXECUTE FUNCTION innovation.keep_openers();

-- One of a vendor to a need. Until it is opened nothing in the database tells what it says.
CREATE TABLE innovation.responses (
    response_id       uuid PRIMARY KEY,
    need_id           uuid NOT NULL REFERENCES innovation.needs (need_id),
    vendor_id         uuid NOT NULL REFERENCES innovation.vendors (vendor_id),
    organisation_id   uuid NOT NULL REFERENCES innovation.organisations (organisation_id),
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    created_by        uuid REFERENCES innovation.people (person_id),
    sealed_at         timestamptz,
    -- Padded and encrypted under a key of its own, which `response_shares` hold.
    sealed            bytea,
    -- SHA-256 of the document, which holds a random number so that nobody can guess it.
    digest            bytea CHECK (octet_length(digest) = 32),
    UNIQUE (need_id, vendor_id),
    CHECK ((sealed IS NULL) = (digest IS NULL) AND (sealed IS NULL) = (sealed_at IS NULL))
);
CREATE INDEX responses_of_organisation ON innovation.responses (organisation_id, response_id);
CREATE INDEX responses_state ON innovation.responses (state, response_id);
CREATE INDEX responses_by ON innovation.responses (created_by);

-- For each pair of openers two halves of the content's key, each sealed to one of the two.
CREATE TABLE innovation.response_shares (
    response_id   uuid NOT NULL REFERENCES innovation.responses (response_id),
    opener_id     uuid NOT NULL REFERENCES innovation.need_openers (opener_id),
    partner_id    uuid NOT NULL REFERENCES innovation.need_openers (opener_id),
    sealed        bytea NOT NULL,
    PRIMARY KEY (response_id, opener_id, partner_id),
    CHECK (opener_id <> partner_id)
);

-- Halves that the first opener has brought; each is a random number until the second comes.
CREATE TABLE innovation.response_openings (
    response_id   uuid NOT NULL REFERENCES innovation.responses (response_id),
    opener_id     uuid NOT NULL REFERENCES innovation.need_openers (opener_id),
    partner_id    uuid NOT NULL REFERENCES innovation.need_openers (opener_id),
    share         bytea NOT NULL CHECK (octet_length(share) = 32),
    opened_at     timestamptz NOT NULL,
    PRIMARY KEY (response_id, opener_id, partner_id)
);

-- What was in it, once it is open.
CREATE TABLE innovation.response_contents (
    response_id   uuid PRIMARY KEY REFERENCES innovation.responses (response_id),
    document      bytea NOT NULL,
    opened_at     timestamptz NOT NULL
);
CREATE TABLE innovation.response_files (
    response_id   uuid NOT NULL REFERENCES innovation.responses (response_id),
    number        integer NOT NULL CHECK (number > 0),
    name          text NOT NULL,
    media_type    text NOT NULL,
    content       bytea NOT NULL,
    PRIMARY KEY (response_id, number)
);

-- What an evaluator thinks of it: {"<criterion>": "7.5" or null where it does not apply}.
CREATE TABLE innovation.response_marks (
    response_id   uuid NOT NULL REFERENCES innovation.responses (response_id),
    evaluator_id  uuid NOT NULL REFERENCES innovation.people (person_id),
    marks         jsonb NOT NULL,
    comment       text NOT NULL,
    marked_at     timestamptz NOT NULL,
    PRIMARY KEY (response_id, evaluator_id)
);
CREATE INDEX response_marks_by ON innovation.response_marks (evaluator_id);

ALTER TABLE innovation.needs ADD FOREIGN KEY (intended_id) REFERENCES innovation.responses (response_id);

GRANT SELECT, INSERT, UPDATE ON
    innovation.needs, innovation.need_questions, innovation.responses, innovation.response_marks
    TO falaj_portal;
GRANT SELECT, INSERT ON innovation.need_addenda, innovation.response_contents, innovation.response_files TO falaj_portal;
GRANT UPDATE (published_by) ON innovation.need_addenda TO falaj_portal;
GRANT SELECT, INSERT, UPDATE, DELETE ON innovation.need_openers TO falaj_portal;
GRANT DELETE ON innovation.response_marks TO falaj_portal;
-- Handed in anew, the key is another one; once it is open the halves have served.
GRANT SELECT, INSERT, DELETE ON innovation.response_shares, innovation.response_openings TO falaj_portal;

-- Only dates that count: those of a need that is called off do not, nor the end of a standstill that was broken off.
CREATE VIEW open_innovation.need_deadlines WITH (security_barrier) AS
SELECT needs.need_id, needs.code, needs.title_ar, needs.title_en, deadline.name, deadline.instant, deadline.zone,
       coalesce(moved.extensions, '[]') AS extensions
FROM innovation.deadlines AS deadline
JOIN innovation.needs ON needs.need_id = deadline.object_id
LEFT JOIN innovation.moved_deadlines AS moved
    ON moved.object_id = deadline.object_id AND moved.name = deadline.name
WHERE needs.state IN ('published', 'qa_closed', 'suspended', 'closed', 'evaluating', 'standstill', 'awarded',
                      'matched', 'none_suitable')
  AND (deadline.name <> 'standstill_ends' OR needs.state IN ('standstill', 'awarded'));

-- Needs as open data: what is published, and what came of it.
CREATE VIEW open_innovation.needs WITH (security_barrier) AS
SELECT needs.code, needs.state, needs.state_reason, needs.state_changed_at, published_at, needs.title_ar,
       needs.title_en, problem_ar, problem_en, client_kind, sector, capabilities, capabilities_wished, standards,
       maturity_min, needs.governorate, languages, currency,
       CASE WHEN is_budget_public THEN budget_minor END AS budget_minor, sme_only, is_sealed, criteria,
       agency.name_ar AS agency_name_ar, agency.name_en AS agency_name_en,
       winner.name_ar AS awarded_to_ar, winner.name_en AS awarded_to_en,
       ARRAY(SELECT jsonb_build_object('deadline', name, 'instant', instant, 'zone', zone, 'extensions', extensions)
             FROM open_innovation.need_deadlines AS dates
             WHERE dates.need_id = needs.need_id ORDER BY instant, name) AS dates
FROM innovation.needs
JOIN innovation.organisations AS agency USING (organisation_id)
LEFT JOIN innovation.responses ON responses.response_id = intended_id AND needs.state = 'awarded'
LEFT JOIN innovation.organisations AS winner ON winner.organisation_id = responses.organisation_id
WHERE needs.state IN ('published', 'qa_closed', 'suspended', 'closed', 'evaluating', 'standstill', 'awarded',
                      'matched', 'none_suitable')
   OR needs.state = 'cancelled' AND published_at IS NOT NULL;
GRANT SELECT ON open_innovation.needs, open_innovation.need_deadlines TO falaj_read;
