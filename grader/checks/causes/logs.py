"""Causes of a log that is not what it should be."""

from grader.model.outcome import Cause
from grader.model.text import say

OPENS_WITH_W = Cause(
    "opens-with-w",
    say(
        "Only the later part is there; the earlier part is gone. In which mode does the program "
        "open the file, and how often ('w' starts with an empty file; 'a')? Or does a variable, or "
        "a dictionary's entry, keep only the latest text until the program writes it?"
    ),
)
WRITES_OVER = Cause(
    "writes-over",
    say(
        "Only the later part is there; the earlier part has been overwritten. `seek` and "
        "`truncate` say where in the file the next text goes, and how much of it stays. Where does "
        "the program use them, and where does a file opened with 'a' write? (files)"
    ),
)
NEVER_FLUSHED = Cause(
    "never-flushed",
    say(
        "The file exists but is empty. Written text goes into the file's buffer first, and from "
        "there into the file on `flush` or `close`. How does this program end, and what becomes "
        "of the buffer then? (files, buffers)"
    ),
)
KEPT_UNTIL_EXIT = Cause(
    "kept-until-exit",
    say(
        "Some messages were in the file only once the program had ended. What does it keep them "
        "in until then (a list, a dictionary, a set, the buffer of a second open file), and in "
        "which order do they come out of it? (insert, pop, reverse)"
    ),
)
LOG_VANISHED = Cause(
    "log-vanished",
    say(
        "It was written and is gone again. In which mode does the program open the file, and how "
        "often ('w' starts with an empty file; 'a')? Or what removes it?"
    ),
)
BUFFER_NOT_EMPTIED = Cause(
    "buffer-not-emptied",
    say(
        "A record repeats the messages before it. What does the program add each new text to, and "
        "when does it empty that? (variables in a loop)"
    ),
)
NOT_TEXT = Cause(
    "not-text",
    say(
        "A log is a text that people read, in any text editor. What does an editor show of the "
        "file that the program writes? (files: text and bytes)"
    ),
)
SEPARATE_LOGS = Cause(
    "separate-logs", say("The homework asks for both in *one* log file (一个日志文件).")
)
REPEATS = Cause(
    "repeats",
    say(
        "One message, one record. Is it written in several places, once for each client, once for "
        "each handler that was added, or again with each later message, from a list that is not "
        "emptied, or a variable that still holds it? (loops; functions)"
    ),
)
OPENS_WITH_W_IN_SEVERAL_PLACES = Cause(
    "opens-with-w-in-several-places",
    say(
        "The program opens files with 'w' in several places. Each open file starts empty and has "
        "its own write position, so they overwrite each other. How many open files does one log "
        "need, and where does 'a' write? (files)"
    ),
)
ENCODINGS = Cause(
    "encodings",
    say(
        "One side turns a string into bytes with `encode`; the other turns them back with "
        "`decode`, in the same encoding. A text file has an encoding, too. And one `recv` returns "
        "what has arrived, up to the requested size. (strings and bytes; open)"
    ),
)
TWO_ENCODINGS = Cause(
    "two-encodings",
    say(
        "A text editor reads a file in one encoding. Which one does each place use that writes to "
        "the log? (strings and bytes: encode; open)"
    ),
)
DROPS_CHARACTERS = Cause(
    "drops-characters",
    say(
        "Line {line} lets Python leave out, or replace, the characters that do not fit an "
        "encoding: {code}. Which encoding is it, and does it have Chinese characters? (strings and "
        "bytes: encode, decode; open)"
    ),
)
SMALL_RECV = Cause(
    "small-recv",
    say(
        "Line {line} asks for at most {size} bytes at a time: {code}. What becomes of a longer "
        "message: which call returns the rest of it, and what does the program do then? (buffer "
        "size)"
    ),
)
ALTERS_TEXT = Cause(
    "alters-text",
    say(
        "The text is in the log, but not unchanged. What happens to it between reading and "
        "writing, and how much is read at once? (split, strip, upper, slices; recv's buffer size)"
    ),
)
NO_SEPARATOR = Cause(
    "no-separator",
    say(
        "People read a log record by record. Where does one record end? TCP has no message "
        "boundaries, and neither has a file. (粘包)"
    ),
)
CHANGES_CLIENTS_ORDER = Cause(
    "changes-clients-order",
    say(
        "TCP keeps the order of what one client sends. What in the program changes it? (tcp is a "
        "stream)"
    ),
)
CHANGES_LINES_ORDER = Cause(
    "changes-lines-order",
    say(
        "A terminal delivers lines in the order in which they were typed. What in the program "
        "changes it? (terminal IO)"
    ),
)
CHANGES_ARRIVAL_ORDER = Cause(
    "changes-arrival-order",
    say(
        "One loop handles input as it arrives, and one open log keeps that order. Two open files "
        "have two buffers, and separate lists for each source lose the order between them. (one "
        "loop, one log)"
    ),
)
SORTS = Cause(
    "sorts",
    say(
        "Line {line} sorts: {code}. What does it sort by, and is that the order in which the "
        "messages came? (lists)"
    ),
)
NEWEST_ON_TOP = Cause(
    "newest-on-top",
    say(
        "The newest is at the top each time, but new records belong below the old ones. Where "
        "does the program write them, and where does a file opened with 'a' write? (files)"
    ),
)
TOO_MUCH_TO_JUDGE = Cause(
    "too-much-to-judge",
    say(
        "A log with a few lines for each message is read in a moment. What does the program write "
        "again and again, and what makes it stop? (loops, files)"
    ),
)
