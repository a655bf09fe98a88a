"""The parts of ``falaj bench api``: stored history, bare ceilings, and a load that is no bottleneck."""
