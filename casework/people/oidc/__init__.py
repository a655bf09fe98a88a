"""Signing in with an OpenID Connect provider: authorization code, PKCE, nonce and state.

Sources: OpenID Connect Core 1.0 (sections 3.1.2, 3.1.3), OpenID Connect Discovery 1.0, RFC 6749,
RFC 7636, RFC 9207.
"""
