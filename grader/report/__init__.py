"""Reports: pure functions from a report's values to a format, one file for each."""
