"""What agencies send, taken in."""
