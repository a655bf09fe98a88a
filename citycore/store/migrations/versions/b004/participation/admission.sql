-- Who may take part in an object of a noun, and how often. The noun's own identifier is that of the roll. Whoever gives a
-- seat away locks its row.
CREATE TABLE participation.rolls (
    object_id    uuid PRIMARY KEY,
    -- Of its passage.
    kind         text NOT NULL CHECK (kind ~ '^[a-z][a-z_]{0,62}$'),
    -- In which scope of the object staff looks after it, such as session.
    scope        text NOT NULL,
    title_ar     text,
    title_en     text,
    admits       text NOT NULL CHECK (admits IN ('all', 'token')),
    -- Nobody may learn which token gave which answer.
    is_unlinked  boolean NOT NULL,
    -- NULL where nobody needs one.
    seats        integer CHECK (seats >= 0),
    -- How often one is offered to somebody who does not answer.
    offers_max   integer NOT NULL CHECK (offers_max > 0),
    opened_at    timestamptz NOT NULL,
    -- NULL: until the noun closes it.
    closes_at    timestamptz,
    -- When whoever has a seat and has not come is absent.
    ends_at      timestamptz,
    closed_at    timestamptz,
    CHECK (seats IS NULL OR ends_at IS NOT NULL),
    CHECK (coalesce(title_ar, title_en) IS NOT NULL)
);

-- An HMAC with the key of the hub, and whether it has been used: by whom, and when, stands nowhere. Of a roll; there is no
-- foreign key, since mixing (unlinked_answers.sql) writes all tokens anew while others hold locks of rolls and wait for it.
CREATE TABLE participation.roll_tokens (
    object_id  uuid NOT NULL,
    digest     bytea NOT NULL CHECK (octet_length(digest) = 32),
    channel    text NOT NULL CHECK (channel ~ '^[a-z][a-z_]{0,62}$'),
    is_used    boolean NOT NULL DEFAULT false,
    PRIMARY KEY (object_id, digest)
);

-- Devices on which anybody answers. The token of one is for one browser.
CREATE TABLE participation.kiosks (
    kiosk_id     uuid PRIMARY KEY,
    object_id    uuid NOT NULL REFERENCES participation.rolls (object_id),
    name         text NOT NULL CHECK (name <> ''),
    governorate  text NOT NULL,
    digest       bytea NOT NULL UNIQUE CHECK (octet_length(digest) = 32),
    is_paired    boolean NOT NULL DEFAULT false,
    is_revoked   boolean NOT NULL DEFAULT false
);
CREATE INDEX kiosks_roll ON participation.kiosks (object_id, name, kiosk_id);

CREATE TABLE participation.seats (
    seat_id           uuid PRIMARY KEY,
    object_id         uuid NOT NULL REFERENCES participation.rolls (object_id),
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    asked_at          timestamptz NOT NULL,
    -- In the waiting list; whoever lapses goes to its end.
    place             integer,
    offers            integer NOT NULL DEFAULT 0,
    -- An account, or somebody without one, until their names are forgotten.
    person_id         uuid REFERENCES innovation.people (person_id),
    name              text NOT NULL,
    email             text NOT NULL DEFAULT '',
    email_key         text,
    language          text NOT NULL CHECK (language IN ('en', 'ar')),
    governorate       text
);
CREATE INDEX seats_roll ON participation.seats (object_id, state, place);
CREATE INDEX seats_person ON participation.seats (person_id) WHERE person_id IS NOT NULL;
-- Nobody holds two.
CREATE UNIQUE INDEX seats_one_person ON participation.seats (object_id, person_id) WHERE state <> 'gone';
CREATE UNIQUE INDEX seats_one_email ON participation.seats (object_id, email_key) WHERE state <> 'gone';

GRANT SELECT, INSERT, UPDATE ON participation.rolls, participation.seats TO falaj_portal;
GRANT SELECT, INSERT, UPDATE (is_used) ON participation.roll_tokens TO falaj_portal;
GRANT SELECT, INSERT, UPDATE (is_paired, is_revoked) ON participation.kiosks TO falaj_portal;
