"""Watches the server."""
