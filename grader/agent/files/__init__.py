"""The server's files: the folders it may write to, and the logs that it wrote there."""
