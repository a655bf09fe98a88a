-- A question without a start or an end opens every chunk of the history, whichever it reads: months in four
-- weeks instead of one cost it a third. The chunks that are there stay as they are.
SELECT set_chunk_time_interval('observations', INTERVAL '28 days');
SELECT set_chunk_time_interval('observations_position', INTERVAL '28 days');
