"""What ambassadors do: planned, reported and shown by themselves, verified by somebody else."""
