CREATE SCHEMA innovation;
GRANT USAGE ON SCHEMA innovation TO falaj_portal;

-- What was done, by whom and when, as chains: each line holds the digest of the one before. Persons
-- stand here as their key and what they wrote does not, so that erasing either changes no digest.
CREATE TABLE innovation.audit (
    chain     text NOT NULL CHECK (chain ~ '^[a-z][a-z_]*(:[0-9a-f-]{36})?$'),
    position  bigint NOT NULL CHECK (position > 0),
    at        timestamptz NOT NULL,
    -- A person's key, "visitor" or "system".
    subject   text NOT NULL,
    machine   text NOT NULL,
    object    uuid NOT NULL,
    event     text NOT NULL,
    source    text,
    target    text,
    reason    text,
    details   jsonb NOT NULL,
    previous  bytea NOT NULL CHECK (octet_length(previous) = 32),
    -- SHA-256 over previous and the canonical JSON of the line.
    digest    bytea NOT NULL CHECK (octet_length(digest) = 32),
    PRIMARY KEY (chain, position)
);
CREATE INDEX audit_of_object ON innovation.audit (object, at);

-- The last line of each chain, so that a missing tail is noticed.
CREATE TABLE innovation.audit_heads (
    chain     text PRIMARY KEY,
    position  bigint NOT NULL,
    digest    bytea NOT NULL
);

-- A line goes on where its chain ends, whoever writes it. The writer has no right on heads.
CREATE FUNCTION innovation.continue_audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = innovation, pg_temp AS $$
BEGIN
    IF NEW.position = 1 AND NEW.previous = decode(repeat('00', 32), 'hex') THEN
        INSERT INTO audit_heads (chain, position, digest) VALUES (NEW.chain, 1, NEW.digest);
        RETURN NEW;
    END IF;
    UPDATE audit_heads SET position = NEW.position, digest = NEW.digest
    WHERE chain = NEW.chain AND position = NEW.position - 1 AND digest = NEW.previous;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'line % does not continue chain %', NEW.position, NEW.chain
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION innovation.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER continue_audit BEFORE INSERT ON innovation.audit
    FOR EACH ROW EXECUTE FUNCTION innovation.continue_audit();
CREATE TRIGGER keep_audit BEFORE UPDATE OR DELETE OR TRUNCATE ON innovation.audit
    FOR EACH STATEMENT EXECUTE FUNCTION innovation.refuse_change();

-- Mail that leaves because of a committed transaction.
CREATE TABLE innovation.outbox (
    -- Also the mail's Message-ID, so that a repetition after a crash is known as one.
    mail_id     uuid PRIMARY KEY,
    template    text NOT NULL,
    language    text NOT NULL CHECK (language IN ('en', 'ar')),
    -- Whose mail it is, if an account's.
    person_id   uuid,
    recipient   text NOT NULL,
    -- What fills the template; emptied when the mail has left.
    fields      jsonb NOT NULL,
    created_at  timestamptz NOT NULL,
    -- Not tried before; while somebody sends it, until when it is theirs.
    due_at      timestamptz NOT NULL,
    attempts    integer NOT NULL DEFAULT 0,
    sent_at     timestamptz,
    failed_at   timestamptz,
    last_error  text,
    CHECK (sent_at IS NULL OR failed_at IS NULL)
);
CREATE INDEX outbox_due ON innovation.outbox (due_at) WHERE sent_at IS NULL AND failed_at IS NULL;
CREATE INDEX outbox_of_person ON innovation.outbox (person_id);

-- An instant of an object with a name: the object's workflow opens and closes by it, half-open.
CREATE TABLE innovation.deadlines (
    object_id  uuid NOT NULL,
    name       text NOT NULL CHECK (name ~ '^[a-z][a-z_]{0,62}$'),
    instant    timestamptz NOT NULL,
    -- The zone in which it was announced.
    zone       text NOT NULL,
    PRIMARY KEY (object_id, name)
);

-- Public: each time a deadline was moved, to when, and why.
CREATE TABLE innovation.deadline_extensions (
    extension_id  uuid PRIMARY KEY,
    object_id     uuid NOT NULL,
    name          text NOT NULL,
    previous      timestamptz NOT NULL,
    instant       timestamptz NOT NULL CHECK (instant > previous),
    reason        text NOT NULL,
    extended_by   uuid,
    extended_at   timestamptz NOT NULL,
    FOREIGN KEY (object_id, name) REFERENCES innovation.deadlines (object_id, name)
);
CREATE INDEX deadline_extensions_of ON innovation.deadline_extensions (object_id, extended_at);

-- What has been decided and not yet told: prepared by one, released by another together with others.
CREATE TABLE innovation.decisions (
    decision_id     uuid PRIMARY KEY,
    machine         text NOT NULL,
    object_id       uuid NOT NULL,
    prepared_event  text NOT NULL,
    reason          text,
    -- The version of the object that was decided about.
    seen_version    integer NOT NULL,
    prepared_by     uuid,
    prepared_at     timestamptz NOT NULL,
    released_by     uuid,
    released_at     timestamptz,
    withdrawn_at    timestamptz,
    CHECK (released_at IS NULL OR withdrawn_at IS NULL)
);
CREATE UNIQUE INDEX decisions_open ON innovation.decisions (machine, object_id)
    WHERE released_at IS NULL AND withdrawn_at IS NULL;

GRANT SELECT, INSERT ON innovation.audit, innovation.deadline_extensions TO falaj_portal;
GRANT SELECT ON innovation.audit_heads TO falaj_portal;
GRANT SELECT, INSERT, UPDATE, DELETE ON innovation.outbox TO falaj_portal;
GRANT SELECT, INSERT, UPDATE ON innovation.deadlines, innovation.decisions TO falaj_portal;
