-- Whoever is not listed cannot be found out by a condition that fails for them only.
ALTER VIEW public.ambassador_directory SET (security_barrier);
ALTER VIEW public.ambassador_reach SET (security_barrier);
