"""Linux namespaces for each run."""
