"""Serving: the sockets, the processes that share them, and the server each of them runs."""
