-- Datastreams are told apart by their sensor as well.

CREATE OR REPLACE FUNCTION innovation.register_pilot_datastream(
    pilot uuid, thing text, property text, kind text, seconds integer, datastreams_max integer)
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    own innovation.pilots;
    known integer;
    measured text;
BEGIN
    SELECT * INTO own FROM innovation.pilots WHERE pilot_id = pilot AND state IN ('agreed', 'running') FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'registration is closed' USING ERRCODE = 'FP001';
    END IF;
    SELECT thing_id INTO known FROM public.things WHERE code = thing AND source_id = own.source_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such thing' USING ERRCODE = 'FP006';
    END IF;
    SELECT unit INTO measured FROM public.observed_properties WHERE code = property;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such property' USING ERRCODE = 'FP005';
    END IF;
    IF (SELECT count(*) FROM public.datastreams WHERE thing_id = known) >= datastreams_max THEN
        RAISE EXCEPTION 'no more than % datastreams', datastreams_max USING ERRCODE = 'FP004';
    END IF;
    INSERT INTO public.datastreams (thing_id, observed_property_code, unit, result_type, interval_seconds)
    VALUES (known, property, measured, kind, seconds)
    ON CONFLICT (thing_id, observed_property_code, sensor_id) DO NOTHING;
    IF NOT FOUND THEN
        RAISE EXCEPTION '% is there already', property USING ERRCODE = 'FP003';
    END IF;
END
$$;
