"""A container for each run."""
