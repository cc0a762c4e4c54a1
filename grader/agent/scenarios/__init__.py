"""The scenarios: which steps are taken, in which order. Each is a function of a stage."""
