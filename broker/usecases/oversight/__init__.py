"""Access checks over the log."""
