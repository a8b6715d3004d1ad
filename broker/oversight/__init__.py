"""Who looked without need: checks that follow the audit log and tell a privacy officer what to ask about."""
