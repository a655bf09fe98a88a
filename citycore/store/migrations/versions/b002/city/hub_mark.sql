-- What the hub's users at a broker carry in their names, so that several hubs on one broker leave each other's alone.
-- A digest of the hub's identity, which itself is a secret of ingest; made here if nobody needed it before.
CREATE FUNCTION hub_mark() RETURNS text LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO hub_identity DEFAULT VALUES ON CONFLICT DO NOTHING;
    SELECT left(encode(sha256(convert_to(hub_id::text, 'UTF8')), 'hex'), 16) FROM hub_identity;
$$;
REVOKE EXECUTE ON FUNCTION hub_mark() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub_mark() TO falaj_registry, falaj_worker;
