"""The hub as the OpenID provider of its own dashboards, and what a token says of its person."""
