-- Who keeps rules sees in a preview how often one about anomalies would have been raised.
GRANT SELECT ON anomalies TO falaj_registry;
