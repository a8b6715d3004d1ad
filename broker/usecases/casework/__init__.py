"""The front door and the cases that come of it, from the first contact to the close."""
