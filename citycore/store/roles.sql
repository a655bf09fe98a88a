-- Run once per cluster by a superuser, before the first migration. Each role may also be
-- given a password by the operator; the private cluster of `falaj demo` sets random ones.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY
        ARRAY['falaj_owner', 'falaj_ingest', 'falaj_worker', 'falaj_read', 'falaj_admin', 'falaj_registry',
              'falaj_usage', 'falaj_portal'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', wanted);
        END IF;
    END LOOP;
END
$$;
-- The public API's role: read only, and no question may take longer than this.
ALTER ROLE falaj_read SET default_transaction_read_only = on;
ALTER ROLE falaj_read SET statement_timeout = '15s';
ALTER ROLE falaj_read SET idle_in_transaction_session_timeout = '30s';
ALTER ROLE falaj_ingest SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE falaj_worker SET statement_timeout = '10min';
-- Dead letters: looked through, replayed and discarded a bounded number at a time.
ALTER ROLE falaj_admin SET statement_timeout = '30s';
ALTER ROLE falaj_admin SET idle_in_transaction_session_timeout = '60s';
-- The API's accounts: which keys there are, how often they asked, how much of each limit is taken.
ALTER ROLE falaj_usage SET statement_timeout = '5s';
ALTER ROLE falaj_usage SET idle_in_transaction_session_timeout = '10s';
-- The innovation programme: its pages and its clockwork, in the schema "innovation" and nowhere else.
ALTER ROLE falaj_portal SET statement_timeout = '30s';
ALTER ROLE falaj_portal SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE falaj_portal SET lock_timeout = '10s';
-- Who keeps the registry of sources, things and properties: commands, keys of administrators, owners in the portal.
ALTER ROLE falaj_registry SET statement_timeout = '30s';
ALTER ROLE falaj_registry SET idle_in_transaction_session_timeout = '60s';
