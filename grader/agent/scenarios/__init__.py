"""The scenarios: which steps are taken, in which order. Each is a function of a stage.

A server that fails in one of them does not play the next one, and each check reads one scenario;
the director says which share a server. It is observed while nothing is sent to it: before any
client, after typing, with clients that have been served, with one that has said nothing, after a
client has left. Each of these has its own way to leave a socket in ``wlist``, at which a server
spins.

Every client sends a message as soon as it is connected, except in ``silent-client``: a server that
a silent client blocks is charged for that once.
"""
