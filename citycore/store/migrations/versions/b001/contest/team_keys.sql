-- A team's keys of the open-data API belong to "team:<uuid>". The portal's role has no right to the keys
-- themselves: it reaches those of teams, and of teams only, by these functions.
CREATE INDEX api_keys_owner ON api_keys (owner);

-- Names stay taken; a piece of the digest, which opens nothing, makes this one new.
CREATE FUNCTION innovation.issue_team_key(
    team uuid, digest bytea, per_minute integer, per_day integer, at timestamptz, until timestamptz)
    RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO public.api_keys
        (name, owner, key_digest, requests_per_minute, requests_per_day, created_at, expires_at)
    SELECT 'team-' || left(replace(team_id::text, '-', ''), 12) || '-' || left(encode(digest, 'hex'), 8),
           'team:' || team_id, digest, per_minute, per_day, at, until
    FROM innovation.teams WHERE team_id = team
$$;

CREATE FUNCTION innovation.revoke_team_key(team uuid, key integer, at timestamptz)
    RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH revoked AS (
        UPDATE public.api_keys SET revoked_at = at
        WHERE api_key_id = key AND owner = 'team:' || team AND revoked_at IS NULL
        RETURNING 1)
    SELECT EXISTS (SELECT FROM revoked)
$$;

-- All that a team ever had, numbered as they came; they are never deleted.
CREATE FUNCTION innovation.team_keys(team uuid, today date)
    RETURNS TABLE (
        api_key_id integer, number bigint, requests_per_minute integer, requests_per_day integer,
        created_at timestamptz, expires_at timestamptz, revoked_at timestamptz, requests_today bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT known.api_key_id, row_number() OVER (ORDER BY known.api_key_id), known.requests_per_minute,
           known.requests_per_day, known.created_at, known.expires_at, known.revoked_at,
           coalesce(used.request_count, 0)
    FROM public.api_keys AS known
    LEFT JOIN public.api_usage AS used ON used.api_key_id = known.api_key_id AND used.day = today
    WHERE known.owner = 'team:' || team
    ORDER BY known.api_key_id
$$;

CREATE FUNCTION innovation.team_key_usage(team uuid, since date)
    RETURNS TABLE (day date, request_count bigint, limited_count bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT used.day, sum(used.request_count)::bigint, sum(used.limited_count)::bigint
    FROM public.api_keys AS known JOIN public.api_usage AS used USING (api_key_id)
    WHERE known.owner = 'team:' || team AND used.day >= since
    GROUP BY used.day
    ORDER BY used.day
$$;

-- Whatever ends a team ends its keys, in the same transaction.
CREATE FUNCTION innovation.end_keys_of_team()
    RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.api_keys SET revoked_at = NEW.state_changed_at
    WHERE owner = 'team:' || NEW.team_id AND revoked_at IS NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER end_keys AFTER UPDATE OF state ON innovation.teams
    FOR EACH ROW WHEN (NEW.state IN ('expired', 'withdrawn', 'disqualified'))
    EXECUTE FUNCTION innovation.end_keys_of_team();

-- A hackathon that will not be, or that is put away.
CREATE FUNCTION innovation.end_keys_of_hackathon()
    RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.api_keys SET revoked_at = NEW.state_changed_at
    FROM innovation.teams
    WHERE teams.hackathon_id = NEW.hackathon_id AND owner = 'team:' || team_id AND revoked_at IS NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER end_keys AFTER UPDATE OF state ON innovation.hackathons
    FOR EACH ROW WHEN (NEW.state IN ('cancelled', 'archived'))
    EXECUTE FUNCTION innovation.end_keys_of_hackathon();

-- A hackathon that lasts longer, or is planned anew, moves the end of its teams' keys with it.
CREATE FUNCTION innovation.move_end_of_keys()
    RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.api_keys SET expires_at = expires_at + (NEW.instant - OLD.instant)
    FROM innovation.teams
    WHERE teams.hackathon_id = NEW.object_id AND owner = 'team:' || team_id AND revoked_at IS NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER move_end_of_keys AFTER UPDATE OF instant ON innovation.deadlines
    FOR EACH ROW WHEN (NEW.name = 'appeals_close' AND NEW.instant <> OLD.instant)
    EXECUTE FUNCTION innovation.move_end_of_keys();

REVOKE ALL ON FUNCTION
    innovation.issue_team_key, innovation.revoke_team_key, innovation.team_keys, innovation.team_key_usage,
    innovation.end_keys_of_team, innovation.end_keys_of_hackathon, innovation.move_end_of_keys FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    innovation.issue_team_key, innovation.revoke_team_key, innovation.team_keys, innovation.team_key_usage
    TO falaj_portal;
