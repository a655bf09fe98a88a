-- sign_ups --
-- Nobody confirmed in time.
DELETE FROM innovation.sign_ups WHERE email_key IN (
    SELECT email_key FROM innovation.sign_ups WHERE expires_at <= %(at)s LIMIT %(rows)s FOR UPDATE SKIP LOCKED)

-- sessions --
-- Ended by themselves.
DELETE FROM innovation.sessions WHERE session_id IN (
    SELECT session_id FROM innovation.sessions WHERE least(idle_at, expires_at) <= %(at)s
    LIMIT %(rows)s FOR UPDATE SKIP LOCKED)

-- links --
-- Too old to be followed.
DELETE FROM innovation.links WHERE token_digest IN (
    SELECT token_digest FROM innovation.links WHERE expires_at <= %(at)s LIMIT %(rows)s FOR UPDATE SKIP LOCKED)

-- identity_flows --
-- Never came back.
DELETE FROM innovation.identity_flows WHERE state_digest IN (
    SELECT state_digest FROM innovation.identity_flows WHERE expires_at <= %(at)s
    LIMIT %(rows)s FOR UPDATE SKIP LOCKED)

-- dashboard_codes --
-- Nobody exchanges them any more; who brings one again in the first hour is still found out.
DELETE FROM innovation.dashboard_codes WHERE code_digest IN (
    SELECT code_digest FROM innovation.dashboard_codes WHERE expires_at <= %(at)s - interval '1 hour'
    LIMIT %(rows)s FOR UPDATE SKIP LOCKED)

-- factor_visits --
-- Nobody came to show the second factor.
DELETE FROM innovation.factor_visits WHERE visit_digest IN (
    SELECT visit_digest FROM innovation.factor_visits WHERE expires_at <= %(at)s LIMIT %(rows)s FOR UPDATE SKIP LOCKED)

-- passkey_offers --
-- Nobody made it.
DELETE FROM innovation.passkey_offers WHERE session_id IN (
    SELECT session_id FROM innovation.passkey_offers WHERE expires_at <= %(at)s LIMIT %(rows)s FOR UPDATE SKIP LOCKED)

-- totp_secrets --
-- Set up by nobody within a day.
DELETE FROM innovation.totp_secrets WHERE totp_id IN (
    SELECT totp_id FROM innovation.totp_secrets WHERE confirmed_at IS NULL AND begun_at <= %(at)s - interval '1 day'
    LIMIT %(rows)s FOR UPDATE SKIP LOCKED)

-- attempts --
-- Their window is over.
DELETE FROM innovation.attempts WHERE (action, subject) IN (
    SELECT action, subject FROM innovation.attempts WHERE began_at <= %(open_since)s
    LIMIT %(rows)s FOR UPDATE SKIP LOCKED)
