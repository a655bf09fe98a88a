-- What a superuser prepares in the hub's empty database, once or again.
CREATE EXTENSION IF NOT EXISTS timescaledb;
GRANT CREATE ON SCHEMA public TO falaj_owner;

-- PostgreSQL tells every role how many rows each table has and how large it is. How many answers lie in an open
-- box is nobody's to read, so that these figures stay with the owner and with those who watch the server.
DO $$
DECLARE
    figure regprocedure;
BEGIN
    FOR figure IN
        SELECT oid::regprocedure FROM pg_proc
        WHERE pronamespace = 'pg_catalog'::regnamespace
          AND (proname ~ '^pg_stat_get_(xact_)?(tuples_|(live|dead)_tuples|numscans|blocks_|mod_since_|ins_since_)'
               OR proname IN ('pg_relation_size', 'pg_table_size', 'pg_indexes_size', 'pg_total_relation_size'))
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', figure);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO falaj_owner, pg_monitor', figure);
    END LOOP;
END $$;

-- The catalogue of tables says about as much after each analysis: everything in it but sizes is everybody's as before.
DO $$
BEGIN
    REVOKE SELECT ON pg_catalog.pg_class FROM PUBLIC;
    EXECUTE (
        SELECT format('GRANT SELECT (%s) ON pg_catalog.pg_class TO PUBLIC', string_agg(quote_ident(attname), ', ' ORDER BY attnum))
        FROM pg_attribute
        WHERE attrelid = 'pg_catalog.pg_class'::regclass AND NOT attisdropped
          AND attname NOT IN ('relpages', 'reltuples', 'relallvisible', 'relallfrozen')
    );
    GRANT SELECT ON pg_catalog.pg_class TO falaj_owner, pg_monitor;
END $$;
