"""What a server's log says: where each message is, and whether it is there as it should be.

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
    (:mod:`.readings`). ``L`` is the set of all messages that any stream mentions. A stream is a
    reading if it mentions all of ``L``; so is a stream of several files with its files numbered
    upwards, or any one of its files alone, if that mentions as many messages as ``L`` has. If
    there is no such stream, the only reading takes each message from the stream that mentions
    most messages among those that mention it.

nickname
    The first message of a source, if it stands on the line of every later message of that source,
    or equally far (at most 4 lines) from each of them on lines of its own; and if those are on
    two lines or more. ``N`` is the set of nicknames.


Properties
----------
A property of readings holds for a play if it holds in one reading of it: a program may write other
files beside its log (a page with the newest message on top, a copy), and is right if one is right.

complete
    ``L = M``. It is the same in every reading.

once
    For each ``m`` in ``M - N``, of ``records(m)`` (the lines that mention it)::

        |records(m)| <= max(1, sum of allowed(m, k) over the legitimate kinds k of records(m))

    A kind is legitimate if every message that was typed (or, every one that a client sent) has
    it, or if it contains a word or an arrow. ``allowed(m, k)`` is 1, or the number of forms of
    ``k`` that other messages share (one for each receiver), unless ``m``'s source has more of these
    than the play has sources.

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
the log, but for three bounds, which no log of a right server reaches:

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
