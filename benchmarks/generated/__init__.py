"""Whole servers, composed from independent decisions of style and at most one fault.

A style decides every :mod:`dimension <generated.dimension>` (how the log is opened, what is
compared with what, which language the names are in): no style may change the outcome of a check
worth points. A fault states the checks that it must fail; no others may. So what must come out of
each program is known, whatever is combined with what, and none of it was looked at before.

    dimensions, fault -> pieces of text -> procedures -> structure -> names, imports, … -> a program

Everything follows from a seed.
"""
