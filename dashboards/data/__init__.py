"""What data are there, and how does one get them? Datasets with their calls."""
