"""What is stored of a run."""
