"""Servers that lose messages, and the cause that a check names."""

from checks.histories import ask, history, looks, scene

ERROR = (
    b"Traceback (most recent call last):\r\n"
    b'  File "/work/1/submission.py", line 9, in <module>\r\n'
    b"    f.write(data)\r\n"
    b"TypeError: write() argument must be str, not bytes\r\n"
)


def cause_of(check, *steps, source=b"", **rest):
    outcome = ask(check, history(scene(*steps, **rest), source=source))
    return outcome.findings[0].cause


def lost(*steps, source=b"", **rest):
    """The cause for a server that logged nothing of a client's, or only what ``rest`` has."""
    looked = looks("settled", *rest.pop("seen", ()))
    return cause_of("client-logged", "client", *steps, looked, source=source, **rest).name
