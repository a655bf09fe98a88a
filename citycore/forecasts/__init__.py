"""What forecasts say together and in words, for whoever reads them: the API, alerts, the command line."""
