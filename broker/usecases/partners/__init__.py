"""Partner systems at the door: whose key signed, and that each request counts once."""
