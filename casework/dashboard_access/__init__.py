"""Signing in on the dashboards with an account of the hub: the hub is their OpenID provider, and theirs alone.

Authorization code with PKCE. Sources: OpenID Connect Core 1.0 (sections 3.1.2, 3.1.3), Discovery 1.0, RP-Initiated
Logout 1.0, RFC 6749, RFC 7636, RFC 9207, RFC 9700.
"""
