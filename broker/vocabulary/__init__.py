"""The closed codes of the partnership, loaded from `policies/`: organisations, categories, purposes, roles,
gateways, lawful bases, standing and override."""
