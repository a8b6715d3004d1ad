"""Emergency access, from the request to the telling."""
