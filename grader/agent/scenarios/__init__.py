"""The scenarios: what is done, in which order. Each is one function of a stage."""
