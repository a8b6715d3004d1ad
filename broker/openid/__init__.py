"""Signing in by OpenID Connect, as the relying party: what is asked of a provider, and what its answer must be.

The provider is the partnership's own (Entra ID, NHS CIS2, Keycloak, …). Nothing here knows staff, sessions or
pages.
"""
