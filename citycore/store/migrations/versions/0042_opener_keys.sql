-- Who holds which key is fixed once the log says that the need was published. The state of the need would be no
-- ground to stand on: whoever could exchange a key could set the state back for that while. The log only grows.
CREATE FUNCTION innovation.keep_openers() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = innovation, pg_temp AS $$
DECLARE
    published uuid;
BEGIN
    SELECT object INTO published FROM audit
    WHERE object IN (OLD.need_id, NEW.need_id) AND machine = 'need' AND event = 'publish' LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the openers of need % and their keys are fixed', published
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
REVOKE EXECUTE ON FUNCTION innovation.keep_openers() FROM PUBLIC;

CREATE TRIGGER keep_openers BEFORE INSERT OR DELETE ON innovation.need_openers
    FOR EACH ROW EXECUTE FUNCTION innovation.keep_openers();
-- What may still change is when a key was brought.
CREATE TRIGGER keep_opener_keys BEFORE UPDATE ON innovation.need_openers
    FOR EACH ROW
    WHEN ((OLD.opener_id, OLD.need_id, OLD.person_id, OLD.side, OLD.public_key, OLD.key_made_at)
          IS DISTINCT FROM
          (NEW.opener_id, NEW.need_id, NEW.person_id, NEW.side, NEW.public_key, NEW.key_made_at))
    EXECUTE FUNCTION innovation.keep_openers();
