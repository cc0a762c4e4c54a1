"""Grades a homework: with ``select``, a server that logs its clients and its terminal."""

__version__ = "0.1.0"
