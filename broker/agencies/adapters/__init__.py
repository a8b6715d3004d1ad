"""One module an agency's format. What they have in common is in `broker.agencies.contract`."""
