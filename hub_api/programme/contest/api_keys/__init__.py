"""Keys of a team for the open data, and the chart of their use."""
