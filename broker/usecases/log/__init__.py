"""The audit log exported, proved and verified."""
