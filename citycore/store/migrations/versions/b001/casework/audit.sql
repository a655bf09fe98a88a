-- The programmes for people: their tables are in one schema, which only the portal's role may use.
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

GRANT SELECT, INSERT ON innovation.audit TO falaj_portal;
GRANT SELECT ON innovation.audit_heads TO falaj_portal;
