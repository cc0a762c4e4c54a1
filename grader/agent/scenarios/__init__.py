"""The scenarios: which steps are taken, in which order. Each is a function of a stage.

Each is played on a fresh server, with an empty folder and a new terminal; so a server that fails
in one of them starts the next one unharmed, and each check reads one scenario. The parts of
``craft`` share a server. The server is observed while nothing is sent to it: before any client,
after typing, with clients that have been served, with one that has said nothing, after a client has
left. Each of these has its own way to leave a socket in ``wlist``, at which a server spins.

Every client sends a message as soon as it is connected, except in ``silent-client``: a server that
a silent client blocks is charged for that once.
"""
