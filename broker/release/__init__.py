"""What leaves: redacted records, the two views of one decision, the profile, and the disclosure the edges may
serialise."""
