"""People made known, related, housed, marked; what ends soon for them."""
