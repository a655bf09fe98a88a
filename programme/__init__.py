"""All nouns of a hub, put together for whoever calls them."""
