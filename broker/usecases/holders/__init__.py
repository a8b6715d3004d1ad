"""What an organisation is asked and decides about what it holds: its inbox, its decisions."""
