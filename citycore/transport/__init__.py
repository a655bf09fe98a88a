"""Public transport against its schedule, and what is said of roads and car parks: pure but for :mod:`citycore.transport.service`."""
