-- How often the registry has changed is the sum of all rows. A transaction counts in the first row that no other one holds, so that
-- none waits for another; there are as many rows as there were such transactions at once.
CREATE TABLE registry_changes (
    slot     integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    changes  bigint NOT NULL
) WITH (fillfactor = 10);
INSERT INTO registry_changes (changes) VALUES (0);
GRANT SELECT ON registry_changes TO falaj_read;

CREATE OR REPLACE FUNCTION announce_registry_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_notify('falaj_registry', TG_TABLE_NAME);
    UPDATE registry_changes SET changes = changes + 1
    WHERE slot = (SELECT slot FROM registry_changes ORDER BY slot LIMIT 1 FOR UPDATE SKIP LOCKED);
    IF NOT FOUND THEN
        INSERT INTO registry_changes (changes) VALUES (1);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON places
    FOR EACH STATEMENT EXECUTE FUNCTION announce_registry_change();
