"""The server's files."""
