"""``/portal/kiosk`` and ``/portal/follow/seats``: a browser becomes a kiosk, and whoever has a seat sees how it stands."""
