-- Who of an organisation answers cases: up to which level, and of which office, if not of all.
CREATE TABLE participation.case_handlers (
    organisation_id  uuid NOT NULL REFERENCES innovation.organisations (organisation_id),
    person_id        uuid NOT NULL REFERENCES innovation.people (person_id),
    level            smallint NOT NULL CHECK (level BETWEEN 1 AND 3),
    unit             text CHECK (unit <> ''),
    PRIMARY KEY (organisation_id, person_id)
);
CREATE INDEX case_handlers_person ON participation.case_handlers (person_id);

-- What every noun with cases has of one, under the noun's own identifier.
CREATE TABLE participation.cases (
    case_id          uuid PRIMARY KEY,
    kind             text NOT NULL,
    organisation_id  uuid NOT NULL REFERENCES innovation.organisations (organisation_id),
    -- The office that it is about.
    unit             text CHECK (unit <> ''),
    level            smallint NOT NULL DEFAULT 1 CHECK (level BETWEEN 1 AND 3),
    handler_id       uuid REFERENCES innovation.people (person_id),
    channel          text NOT NULL,
    language         text NOT NULL CHECK (language IN ('en', 'ar')),
    -- The case that it follows since it was merged into it.
    main_id          uuid REFERENCES participation.cases (case_id) CHECK (main_id <> case_id),
    -- When its asker took it out again, which they may do once.
    objected_at      timestamptz,
    received_at      timestamptz NOT NULL,
    -- NULL while it is open.
    closed_at        timestamptz
);
CREATE INDEX cases_handler ON participation.cases (handler_id) WHERE closed_at IS NULL;
CREATE INDEX cases_organisation ON participation.cases (organisation_id, received_at DESC, case_id DESC);
CREATE INDEX cases_main ON participation.cases (main_id) WHERE main_id IS NOT NULL;

-- Who asked, apart from what they asked.
CREATE TABLE participation.case_askers (
    case_id    uuid PRIMARY KEY REFERENCES participation.cases (case_id),
    person_id  uuid REFERENCES innovation.people (person_id),
    name       text NOT NULL DEFAULT '',
    email      text NOT NULL DEFAULT '',
    -- The address as accounts have it.
    email_key  text,
    telephone  text NOT NULL DEFAULT ''
);
CREATE INDEX case_askers_person ON participation.case_askers (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX case_askers_email ON participation.case_askers (email_key) WHERE email_key IS NOT NULL;

-- Whom a case is about, and who has handled it before: they do not handle it.
CREATE TABLE participation.case_bars (
    case_id    uuid NOT NULL REFERENCES participation.cases (case_id),
    person_id  uuid NOT NULL REFERENCES innovation.people (person_id),
    reason     text NOT NULL CHECK (reason IN ('about', 'declared', 'before')),
    PRIMARY KEY (case_id, person_id, reason)
);
CREATE INDEX case_bars_person ON participation.case_bars (person_id);

CREATE TABLE participation.case_messages (
    message_id  uuid PRIMARY KEY,
    case_id     uuid NOT NULL REFERENCES participation.cases (case_id),
    -- Its place in the thread.
    number      integer NOT NULL,
    visibility  text NOT NULL CHECK (visibility IN ('asker', 'staff', 'public')),
    sender      text NOT NULL CHECK (sender IN ('asker', 'staff')),
    -- Of staff; NULL once the account is erased.
    person_id   uuid REFERENCES innovation.people (person_id),
    body        text NOT NULL CHECK (body <> ''),
    language    text NOT NULL CHECK (language IN ('en', 'ar')),
    channel     text NOT NULL,
    -- The Message-ID of a mail, which counts once.
    mail_id     text UNIQUE,
    sent_at     timestamptz NOT NULL,
    UNIQUE (case_id, number),
    CHECK (NOT (sender = 'asker' AND visibility = 'staff'))
);
CREATE INDEX case_messages_person ON participation.case_messages (person_id) WHERE person_id IS NOT NULL;

CREATE TABLE participation.case_files (
    file_id     uuid PRIMARY KEY,
    case_id     uuid NOT NULL REFERENCES participation.cases (case_id),
    digest      bytea NOT NULL CHECK (octet_length(digest) = 32),
    name        text NOT NULL,
    media_type  text NOT NULL,
    size_bytes  bigint NOT NULL CHECK (size_bytes >= 0),
    sender      text NOT NULL CHECK (sender IN ('asker', 'staff')),
    sent_at     timestamptz NOT NULL
);
CREATE INDEX case_files_case ON participation.case_files (case_id, sent_at, file_id);
CREATE INDEX case_files_digest ON participation.case_files (digest);

CREATE TABLE participation.case_ratings (
    case_id   uuid PRIMARY KEY REFERENCES participation.cases (case_id),
    points    smallint NOT NULL CHECK (points BETWEEN 1 AND 5),
    body      text NOT NULL DEFAULT '',
    rated_at  timestamptz NOT NULL
);

-- Who is in conflict with a case: they do not see it. Whoever handled it before does, and only does not handle it again.
CREATE VIEW participation.case_conflicts AS
SELECT case_id, person_id FROM participation.case_askers WHERE person_id IS NOT NULL
UNION ALL
SELECT asker.case_id, people.person_id
FROM participation.case_askers AS asker
JOIN innovation.people ON people.email_key = asker.email_key
UNION ALL
SELECT case_id, person_id FROM participation.case_bars WHERE reason <> 'before'
UNION ALL
SELECT cases.case_id, handler.person_id
FROM participation.cases
JOIN participation.case_handlers AS handler USING (organisation_id)
WHERE handler.unit = cases.unit;

GRANT SELECT, INSERT, UPDATE, DELETE ON participation.case_handlers TO falaj_portal;
GRANT SELECT, INSERT, UPDATE ON participation.cases, participation.case_messages, participation.case_files,
    participation.case_ratings TO falaj_portal;
GRANT SELECT, INSERT, UPDATE, DELETE ON participation.case_askers, participation.case_bars TO falaj_portal;
GRANT SELECT ON participation.case_conflicts TO falaj_portal;
