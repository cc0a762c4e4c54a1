"""Runs inside the sandbox: starts a server, plays scenarios against it, writes what happened.

It judges nothing, holds no expected result, imports the standard library only, and is shipped
into the container alone.
"""
