"""Reads a server's log: finds each message in it, and what is wrong with it there.

    files -> streams -> mentions -> readings -> properties
                           (records are lines)

A log's format is the student's own, so nothing is parsed. Each message begins with a *nonce*: 16
letters, all of them j, q, x or z, that exist nowhere else. A nonce is found in any record format,
in capitals, and cut into pieces. Every function here is pure; nothing here judges.


Definitions
-----------
``M`` is the set of a play's messages. ``sent(m)`` and ``settled(m)`` are positions in the play's
order of events: when the message was given to the server, and when the server had next consumed
all its input and slept (infinity if it never did). ::

    a < b       iff  settled(a) < sent(b)          "a is before b": a partial order on M

stream
    The files of one log, oldest first, concatenated (:mod:`.streams`). Files belong together if
    their names differ only by a rotation's number or a date. Two kinds of file stand alone: one
    whose content is the beginning of another file (a copy), and a numbered one without the
    current file beside it.

mention
    An offset at which a message's nonce begins in a stream (:mod:`.mentions`). If a nonce is whole
    nowhere in the stream, a chain of pieces counts as one mention (:mod:`.alignment`); its place is
    then known only as an interval. ``first(m)`` and ``last(m)`` are the offsets of a message's
    first and last mention, or the ends of that interval.

record
    A line: what ends with LF, CR, CR LF, or the file. Its *form* is the line without the message's
    text and without times; its *kind* is the form without anything specific to one message: other
    messages' texts, nonces and numbers. The port of a client counts as the client's name
    (:mod:`.records`).

reading
    A map from messages to their mentions: one way to read the files as one log
    (:mod:`.readings`). ``L`` is the set of all messages that any stream mentions. Each stream that
    mentions all of ``L`` gives one reading. If it has several files, it gives further ones, where
    these mention as many messages: its files with the numbered ones in the opposite order, and
    each of its files alone.

    If no stream mentions all of ``L``, there is one reading. It takes each message from the stream
    that mentions it; if several do, from the one with the most messages.

    Examples, with messages a, b and c:

    - ``log.2`` holds b, ``log.1`` holds a, ``log`` holds c. There are two readings: b a c, as
      ``logging`` numbers its files, and a b c.
    - ``log`` holds a and b, ``newest.txt`` holds b. The only reading is ``log``.
    - ``client1.txt`` holds a, ``client2.txt`` holds b. The only reading takes a from the one and b
      from the other.

nickname
    The first message of a source, if the server repeats it in that source's later records, as a
    chat room repeats a name. These take two lines or more, and one of the following holds. ``N`` is
    the set of nicknames.

    - The line of each later message mentions it: ``Li joined``, ``Li: hello``, ``Li: bye``.
    - It is on other lines than the later messages, but always equally far from them, 4 lines at
      most: ``From: Li`` above each ``Text: hello``.


Properties
----------
A property of readings holds for a play if it holds in at least one reading: a program may write
other files beside its log (a page with the newest message on top, a copy), which may violate it.

complete
    ``L = M``. It is the same in every reading.

once
    For each ``m`` in ``M - N``, of ``records(m)`` (the lines that mention it)::

        |records(m)| <= max(1, sum of allowed(m, k) over the legitimate kinds k of records(m))

    A kind is legitimate if every message that was typed (or, every one that a client sent) has
    it, or if it contains a word or an arrow. ``allowed(m, k)`` is the number of forms of ``k`` that
    ``m`` shares with other messages, one for each receiver; but 1 if there are none, or if the
    messages of ``m``'s source have more such forms than the play has sources.

    For example, a chat room logs these lines for message a of one client, and the same for
    message b of another::

        got: a
        to 5: a
        to 6: a

    ``got:`` is one kind, with one form. ``to 5:`` and ``to 6:`` are two forms of one kind, which b
    has, too. So 1 + 2 records are allowed, and a is logged once. With a second ``got: a`` it is
    logged twice. If the lines are ``1: a``, ``2: a``, ``3: b``, ``4: b``, no form is shared, so one
    record of this kind is allowed, and both are logged twice.

exact
    For each ``m`` in ``M``: one stream contains the text of ``m`` in one of its *spellings*, the
    encodings and escapes that read back exactly (:mod:`.encodings`).

own record
    No line holds two neighbouring whole mentions of messages ``a < b``, in ``M`` without the
    nicknames. (If a server logs a client's text only when the client leaves, two messages of
    that client may share a line.)

order
    For no ``a < b`` in ``M - N`` in one stream: ``last(b) < first(a)`` (:mod:`.order`). It is asked
    for each client's messages, for typed lines, and for all together.

prefix
    For text that arrived in one stretch, or in arbitrary pieces: all of its letters are in one
    *concatenation* of the files, in order (:func:`.alignment.longest_prefix`).


Bounds
------
A server gone wild writes millions of lines within its limits. Each search is linear in the size of
the log, but for three bounds, which a right server's log never reaches:

===========================  =======  =============================================================
:data:`.alignment.PIECES`    100,000  runs of letters in which cut messages are looked for; a server
                                      that reads byte by byte leaves a thousand
:data:`.alignment.WAYS`        1,000  prefix lengths of a long text that are followed at once; each
                                      record's own prefix that happens to fit adds one
:data:`.mentions.PLACES`       1,000  mentions of one message that are noted; by then it is known to
                                      be repeated, and noting all takes as much memory as the log
===========================  =======  =============================================================

A million lines take under 3 s for each check and log (``benchmarks/judging.py``).
"""
