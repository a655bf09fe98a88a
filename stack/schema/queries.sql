-- relations --
-- Tables, views and sequences, each with the lines that make it; not what belongs to an extension, to
-- procrastinate or to a table's own numbering.
SELECT own.oid::regclass::text AS name,
       CASE relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW'
                    ELSE CASE relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END || 'TABLE' END AS kind,
       array_to_string(reloptions, ', ') AS options,
       CASE relkind WHEN 'v' THEN pg_get_viewdef(own.oid, true) END AS body,
       CASE relkind WHEN 'r' THEN ARRAY(
           SELECT quote_ident(attname) || ' ' || format_type(atttypid, atttypmod)
                  || coalesce((SELECT ' COLLATE ' || quote_ident(collname) FROM pg_collation
                               WHERE pg_collation.oid = attcollation AND collname <> 'default'), '')
                  || CASE attidentity WHEN 'a' THEN ' GENERATED ALWAYS AS IDENTITY' ELSE '' END
                  || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END
                  || coalesce(CASE attgenerated WHEN 's' THEN ' GENERATED ALWAYS AS (' ELSE ' DEFAULT ' END
                              || pg_get_expr(adbin, adrelid, true)
                              || CASE attgenerated WHEN 's' THEN ') STORED' ELSE '' END, '')
           FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
           WHERE attrelid = own.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum
       ) END AS columns,
       ARRAY(SELECT format('CONSTRAINT %I %s', conname, pg_get_constraintdef(oid, true)) FROM pg_constraint
             WHERE conrelid = own.oid AND contype IN ('p', 'u', 'c', 'f')
             ORDER BY position(contype::text IN 'pucf'), conname) AS constraints,
       ARRAY(SELECT format('CHUNKS OF %s: %s', column_name, time_interval) FROM timescaledb_information.dimensions
             WHERE format('%I.%I', hypertable_schema, hypertable_name)::regclass = own.oid) AS chunks,
       ARRAY(SELECT pg_get_indexdef(indexrelid, 0, true) FROM pg_index JOIN pg_class AS index ON index.oid = indexrelid
             WHERE indrelid = own.oid AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
             ORDER BY relname)
       || ARRAY(SELECT pg_get_triggerdef(oid, true) FROM pg_trigger
                WHERE tgrelid = own.oid AND NOT tgisinternal AND tgname NOT LIKE 'ts_%' ORDER BY tgname)
       || ARRAY(SELECT format('GRANT %s ON %s TO %s', string_agg(privilege, ', ' ORDER BY privilege), own.oid::regclass, grantee)
                FROM (SELECT privilege_type AS privilege, grantee::regrole::text AS grantee FROM aclexplode(relacl)
                      UNION ALL
                      SELECT format('%s (%s)', privilege_type, string_agg(quote_ident(attname), ', ' ORDER BY attnum)),
                             grantee::regrole::text
                      FROM pg_attribute, aclexplode(attacl) WHERE attrelid = own.oid
                      GROUP BY privilege_type, grantee) AS granted
                WHERE grantee <> 'falaj_owner' GROUP BY grantee ORDER BY grantee) AS following
FROM pg_class AS own
WHERE relnamespace IN ('public'::regnamespace, 'innovation'::regnamespace, 'open_innovation'::regnamespace,
                       'participation'::regnamespace, 'open_participation'::regnamespace)
  AND relkind IN ('r', 'v', 'S') AND relname <> 'alembic_version'
  AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = own.oid AND classid = 'pg_class'::regclass AND deptype IN ('e', 'i', 'a'));

-- functions --
-- Functions that belong to no extension.
SELECT format('%s.%s', pronamespace::regnamespace, proname) AS name, rtrim(pg_get_functiondef(own.oid), E'\n') AS body,
       ARRAY(SELECT format('GRANT EXECUTE ON FUNCTION %s TO %s', own.oid::regprocedure, grantee::regrole)
             FROM aclexplode(proacl) WHERE grantee <> 0 AND grantee <> proowner ORDER BY grantee::regrole::text)
       AS following
FROM pg_proc AS own
WHERE pronamespace IN ('public'::regnamespace, 'innovation'::regnamespace, 'open_innovation'::regnamespace,
                       'participation'::regnamespace, 'open_participation'::regnamespace)
  AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = own.oid AND classid = 'pg_proc'::regclass AND deptype = 'e');
