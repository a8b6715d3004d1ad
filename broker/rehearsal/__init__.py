"""Rehearsal: situations written down with what should happen in them, so that agreements are tested before they
are signed and after every change."""
