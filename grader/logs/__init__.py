"""Reads a server's log: finds each message in it, and what is wrong with it there.

    files -> streams -> mentions -> records -> readings -> properties

A log's format is the student's own, so nothing is parsed. Each message begins with a *nonce*: 16
letters, all of them j, q, x or z, that exist nowhere else. A nonce is found in any record format,
in capitals, and cut into pieces. Every function here is pure; nothing here judges. Checks, the
picture and the story all read one value, :class:`.evidence.PlayEvidence`, so they cannot
contradict each other.


Definitions
-----------
``M`` is the set of a play's messages. ``sent(m)`` and ``settled(m)`` are positions in the play's
order of events: when the message was given to the server, and when the server had next consumed
all its input and slept (infinity if it never did). ::

    a < b       iff  settled(a) < sent(b)          "a is before b": a partial order on M

mention
    An offset at which a message's nonce begins (:mod:`.mentions`). ``H(F)`` is the set of messages
    that a file ``F`` mentions, and ``L`` the set of those that any file mentions. If a nonce is
    whole nowhere in a stream, a chain of pieces counts as one mention (:mod:`.alignment`); its
    place is then known only as an interval.

stream
    The files of one log, oldest first, concatenated (:mod:`.grouping`). Facts say which files
    these are, and names only where the facts leave it open. ::

        F precedes G    iff  there are no b in H(F) and a in H(G) with a < b
        F copies G      iff  F's content is the beginning of G's; or H(F) is a subset of H(G), F's
                             records are in G, as are half of its lines, and F may be an earlier
                             version: its messages are not after G's others, and above them in G
                             if all came at once
        F is a view     iff  H(F) is a subset of another one's

    These belong together, each step joining the logs that the one before it has found:

    1. files whose names differ by a rotation's number beside the current file, or by a date, but
       for copies;
    2. logs whose names differ by any number, but for copies;
    3. logs that do not hold all of ``L``, but for views.

    A file whose name has the port of a client is that client's: its number is no rotation's and no
    date's. It is joined in steps 1 and 2 with files of that client alone, in step 3 with none.

    In steps 2 and 3 each has to precede the next. Where each is one source's own log, or some
    sources', or holds a single message, they stay apart. (First messages that stand in several
    files say nothing of time: they may be nicknames. A file that holds no others is joined if it
    fits by these, and else left out.)

    Files are ordered by the time of their last write, if it is known; else by the number in their
    names, upwards or downwards, so that each precedes the next.

record
    A line: what ends with LF, CR, CR LF, or the file; in a binary log, with zero bytes, or as its
    length says, if the whole file consists of such records (:mod:`.lengths`). In a file
    that is JSON or XML as a whole, a leaf: a string, an attribute, a text between tags
    (:mod:`.leaves`). The *skeleton* of a record of ``m`` is the record (of a leaf, the object or
    element around it) with all that is known masked: ``m``'s text (T), other messages' texts and
    nonces (S), the ports of clients, numbers; in small letters, without times and white space that
    does not matter. Neighbouring texts are one (:mod:`.records`).

kind
    Records with equal skeletons. ``mult(m, k)`` is the number of ``m``'s records of kind ``k``.

nickname
    The first message of a source, if the server repeats it in that source's later records, as a
    chat room repeats a name (:mod:`.nicknames`). There are two later ones or more, and in one
    stream one of the following holds, for records that mention one of them each. ``N`` is the set
    of nicknames.

    - A record of each later message mentions it: ``Li joined``, ``Li: hello``, ``Li: bye``.
    - It is on other lines (or leaves) than the later messages, but equally far from one of each, 4
      lines at most and with none of them between: ``From: Li`` above each ``Text: hello``.

    A line with several of the later messages (a summary) does not count.

aggregate
    A record that mentions two or more messages of ``M - N`` (a summary, a page), each of which has
    a record without the others, in whichever file. It is outside every reading. If one of them has
    none, it is a record like any other, and is judged.

reading
    A stream that mentions all of ``L``, restricted to one kind of record for each message
    (:mod:`.readings`): the kind that most messages have, or one other kind wherever a message has
    it. So a message has one place, or one for each receiver. (A message that is whole nowhere may
    be missing: its pieces may be spread over several files.)

    If no stream mentions all of ``L``, there is one reading. It takes each message from the stream
    with the most messages that mentions it.

log of the run
    A program may write other files beside its log (a page with the newest message on top, a copy),
    but two wrong logs make no right one. So all plays are read by one log (:mod:`.choice`). It is
    named by its stream's newest file. For a name ``n`` each play is read

    - by the log ``n``, if it has one that mentions all of ``L``;
    - else by another such log that is beside ``n`` in no play: a name may be made from the time.
      Where there is none but those, ``n`` is not the log of the run, unless the server ended in
      that play, or the homework does not ask for its scenario.

    The log of the run is the name by which all plays together cost the fewest points; of several,
    the one with the fewest faults; then the one that most plays have.

    Examples, with messages a, b and c:

    - ``log.2`` holds a, ``log.1`` holds b, ``log`` holds c: one stream, a b c. So it is if
      ``log.1`` holds a and ``log.2`` holds b: not every program counts as ``logging`` does.
    - ``log`` holds a, b and c, ``newest.txt`` holds c, b and a. There is a reading of each.
    - ``client1.txt`` holds a of client 1, ``client2.txt`` holds b of client 2. The only reading
      takes a from the one and b from the other.
    - ``log`` holds ``last: c``, ``1. a``, ``2. b``, ``3. c``. It is read by the kind ``#. T``.


Properties
----------
All properties of a play are judged by one reading, and reports show the same. It is the reading of
the log of the run that costs the fewest points; of several, the one with the fewest faults.

complete
    ``L = M``. It is the same in every reading.

once
    For each ``m`` in ``M - N`` (:mod:`.repetition`):

    - For each kind ``k``, ``mult(m, k) <= 1``; or, for all ``m`` with more, it is the number of
      clients that are connected when ``m`` is sent, or of those other than ``m``'s source. Then
      each of the records names another receiver, in the same place: a nickname, a client's port,
      or whatever another message's records of this kind have there, too. Or ``k`` is *in two
      lines*.
    - ``m`` has one record, or each of its kinds contains a word or an arrow, or is common to all
      typed messages (or to all that clients sent) which no aggregate mentions: a summary of lines
      that were typed may take several lines itself. Its first line may have a heading: so if no
      other record is between those of the kind, the message of the record above them may lack it.

    ``k`` is in two lines (:mod:`.two_lines`) if the messages of a source have the same number of
    records of kind ``k``, but for one for each client; and if, for one distance of 4 lines at most,
    each of its records has a line at this distance, which is not blank, with no message of
    ``M - N`` on it or between; and if the records that both lines make together are of kinds to
    each of which the first condition applies. It is another distance if each of these lines may be
    the next record's, which makes messages repeated and their records more alike; a line above the
    log's first record or below its last one belongs to these, and no other. (Of the records among
    these that are the only one of their kind, no two of one message name the same clients, if
    other messages have records of kind ``k``: they may differ in a key that each record has of its
    own.) Those other than ``m``'s source do not include it by name: ``From: Li`` may belong to the
    record above.

    For example, a chat room with three clients logs these records of each message::

        got: a
        to 5: a
        to 6: a

    ``got: T`` has one record. ``to #: T`` has two, one for each other client, and 5 and 6 stand in
    other messages' records as well. So a is logged once. With a second ``got: a`` it is logged
    twice. It is so with ``1: a``, ``2: a``, ``3: b``, ``4: b``: no number stands with both.

    If ``got``, ``to 5`` and ``to 6`` each stand on the line above the text, all three records are
    of kind ``T``, which is in two lines: with the lines above, they are as in the example.

exact
    For each ``m`` in ``M``: a stream of the reading contains the text of ``m`` in one of its
    *spellings*, the encodings and escapes that read back exactly (:mod:`.encodings`). And for all
    ``m`` of the run that are exact in one log, it is the same encoding (:mod:`.mixtures`). ASCII,
    and so an escape, is the same in all of them.

own record
    No ``m`` in ``M - N`` shares one of its records in the reading with another message of
    ``M - N`` that is before or after it. (If a server logs a client's text only when the client
    leaves, two messages of that client may share a record.)

apart
    The same for a message that came in two halves and another client's, which was sent when the
    first half, with the nonce, had settled. A record for each half is as right as one for both
    below the other message; only a program that joins what two clients sent has both nonces in one.

order
    For no ``a < b`` in ``M - N`` in one stream: all of b's places in the reading are above all of
    a's (:mod:`.order`). It is asked for each client's messages, for typed lines, and for all
    together.

one log
    Clients' messages and typed lines are in the same streams; and it is not so that each message
    has a file of its own (three files or more, and no file in any play holds two messages).

prefix
    For text that arrived in one stretch, or in arbitrary pieces: all of its letters are in one
    *concatenation* of the files, in order, whatever stands between the pieces
    (:func:`.alignment.longest_prefix`).


Bounds
------
A server gone wild writes millions of lines within its limits. Each search is linear in the size of
the log, but for these bounds, which a right server's log never reaches:

==========================  =========  ===========================================================
:data:`.alignment.PIECES`     100,000  runs of letters in which cut messages are looked for; a
                                       server that reads byte by byte leaves a thousand
:data:`.alignment.RUNS`       200,000  runs of letters in which a long text is looked for; one of
                                       64 KiB that is read byte by byte leaves 65,536
:data:`.alignment.WAYS`            32  prefix lengths of a long text that are followed at once; each
                                       record's own prefix that happens to fit adds one
:data:`.nonces.PLACES`          1,000  mentions of one message that are noted; by then it is known
                                       to be repeated, and noting all takes as much memory as the
                                       log
:data:`.readings.RECORDS`         100  records of one message that are compared with others
:data:`.choice.LOGS`               32  logs of one play of which one is chosen
:data:`.leaves.LONGEST`       262,144  bytes of a file that is parsed as JSON or XML
:data:`.lengths.LONGEST`      262,144  bytes of a file whose records are told by their lengths
==========================  =========  ===========================================================

Cut messages take time that is linear in the pieces, but for those kinds of pieces that hold a
message's first one: each is read once for each such message. A long text takes at most WAYS
comparisons for each run.

A million lines take under 3 s for each check and log (``benchmarks/judging.py``). What takes longer
than 10 s in all is given up (:mod:`grader.grading.limits`).
"""
