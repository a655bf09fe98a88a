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
