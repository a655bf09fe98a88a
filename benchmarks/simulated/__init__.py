"""People, answers and tables of which the truth is known, drawn by a seed: for tests and for ``falaj bench statistics``."""
