"""The open data of the city: things, datastreams, observations, forecasts, datasets."""
