-- A change of the registry is heard by every ingest process within a second.

CREATE FUNCTION announce_registry_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('falaj_registry', TG_TABLE_NAME);
    RETURN NULL;
END
$$;

CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON sources
    FOR EACH STATEMENT EXECUTE FUNCTION announce_registry_change();
CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON things
    FOR EACH STATEMENT EXECUTE FUNCTION announce_registry_change();
CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON datastreams
    FOR EACH STATEMENT EXECUTE FUNCTION announce_registry_change();
CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON observed_properties
    FOR EACH STATEMENT EXECUTE FUNCTION announce_registry_change();
CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON source_credentials
    FOR EACH STATEMENT EXECUTE FUNCTION announce_registry_change();
