"""The addresses of the partner API, version 1: one function an address, one file a resource."""
