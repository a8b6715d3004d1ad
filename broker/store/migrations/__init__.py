"""The database's history, in order; run by `broker.store.schema`."""
