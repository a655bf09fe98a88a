"""The parts of ``falaj bench guard``: what hot paths cost beside bare steps, and the table that they are held to."""
