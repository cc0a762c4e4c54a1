"""Grades one submission, end to end."""
