"""Messages that are changed, repeated, or not kept apart."""

from generated.faults.content import UNCAUGHT
from generated.program import Fault, without
from generated.styles.log import TEXT_FILES

_EXACT = frozenset({"exact-text"})
_EVERY = frozenset({"every-message"})
_OWN = frozenset({"own-record"})

_AS_SENT = {"decoding": ("decode", "utf8", "constructor", "replace", "ignore")}
"""Text is what was sent: neither a representation nor trimmed."""

# On one line, elements and JSON values are still records of their own.
_ONE_LINE = without("record", "block", "element", "json", "ascii_json")

_ALIVE = {"second file": ("none", "index", "number")}
"""Nothing else holds the messages as they were sent, each of them once."""

FAULTS = (
    Fault("clients in upper case", _EXACT, {"decode": "$text = $data.decode().upper()"}, _ALIVE),
    Fault("typed lines in upper case", _EXACT, {"trim": "$typed = $typed.strip().upper()"}, _ALIVE),
    Fault(
        "the last character of a client is cut",
        _EXACT,
        {"decode": "$text = $data.decode()[:-1]"},
        _ALIVE,
    ),
    Fault(
        "the last character of a typed line is cut",
        _EXACT,
        {"trim": "$typed = $typed.strip()[:-1]"},
        _ALIVE,
    ),
    Fault(
        "the first character of a client is cut",
        # A message is known by how it begins.
        frozenset({"client-logged"}),
        {"decode": "$text = $data.decode()[1:]"},
        _ALIVE,
    ),
    Fault(
        "only twenty characters of a client",
        _EXACT,
        {"decode": "$text = $data.decode()[:20]"},
        _ALIVE,
    ),
    Fault(
        "what is not ASCII is dropped",
        _EXACT,
        {"decode": "$text = $data.decode('ascii', 'ignore')"},
        _ALIVE,
    ),
    Fault(
        "what is not ASCII becomes a question mark",
        _EXACT,
        {"decode": "$text = $data.decode().encode('ascii', 'replace').decode()"},
        _ALIVE,
    ),
    Fault(
        "what is not ASCII ends it", _EXACT, {"decode": "$text = $data.decode('ascii')"}, UNCAUGHT
    ),
    Fault(
        "clients are decoded as GBK",
        _EXACT,
        {"decode": "$text = $data.decode('gbk', 'ignore')"},
        _ALIVE,
    ),
    Fault(
        "what follows a comma is cut",
        _EXACT,
        {"decode": "$text = $data.decode().split(',')[0]"},
        _ALIVE,
    ),
    Fault(
        "what precedes a colon is cut",
        _EXACT,
        {"decode": "$text = $data.decode().split(':')[-1]"},
        _ALIVE,
    ),
    Fault(
        "blanks are dropped", _EXACT, {"decode": "$text = $data.decode().replace(' ', '')"}, _ALIVE
    ),
    Fault(
        "a record for every five bytes",
        _EXACT,
        {"receive": "$data = $conn.recv(5)", "decode": "$text = $data.decode('utf-8', 'ignore')"},
        _ALIVE | {"reply": ("none",), "trimming": ("strip",)},
    ),
    Fault(
        "clients are logged twice",
        _EVERY,
        {"record_data": "!record(«whois», $text)\n!record(«whois», $text)"},
    ),
    Fault(
        "typed lines are logged twice",
        _EVERY,
        {"record_line": "!record(«terminal_name», $typed)\n!record(«terminal_name», $typed)"},
    ),
    Fault(
        "every record is written twice",
        _EVERY,
        {"put": "for _ in '12':\n    «out».write($line + «end»)"},
        {"opening": TEXT_FILES, **_ALIVE},
    ),
    Fault(
        "a handler is added for each record",
        _EVERY,
        {
            "open_log": "$logger = @logging.getLogger()\n$logger.setLevel(@logging.INFO)",
            "store": """\
$logger.addHandler(@logging.FileHandler(«path»«coding»))
$logger.info($line)""",
        },
        {
            "opening": ("file_handler",),
            "path": ("name", "bare", "folder"),
            "records of its own": ("none",),
            **_ALIVE,
        },
    ),
    Fault(
        "the log is emptied by each new client",
        _EVERY,
        {"accepted": "open(«path», 'w').close()"},
        {
            "opening": (
                "each",
                "each_closed",
                "each_pathlib",
                "each_binary",
                "once",
                "binary",
                "unbuffered",
                "descriptor",
            ),
            "flushing": ("flush", "line_buffered", "sync"),
            "writing": ("write",),
            **_ALIVE,
            "path": ("name", "dotted", "bare", "csv"),
        },
    ),
    Fault(
        "of each round only the last is logged",
        _EVERY,
        {
            "setup_fault": "$latest = []",
            "record_data": "$latest[:] = [(«whois», $text)]",
            "record_line": "$latest[:] = [(«terminal_name», $typed)]",
            "after_round": """\
for $who, $text in $latest:
    !record($who, $text)
$latest.clear()""",
        },
        {"branches": ("listener_first", "terminal_first", "clients_first"), **_ALIVE},
    ),
    Fault(
        "only ten messages are logged",
        _EVERY,
        {
            "setup_fault": "$kept = []",
            "record_data": """\
if len($kept) < 10:
    $kept.append($text)
    !record(«whois», $text)""",
        },
        {**_ALIVE},
    ),
    Fault(
        "each record repeats what came before",
        _EVERY | _OWN,
        {
            "setup_fault": "$kept = ['']",
            "store": "$kept[0] += $line + ' '\n$line = $kept[0]\n«put»\n«flush»",
        },
        {"opening": ("once", "anew", "plus"), **_ALIVE, **_ONE_LINE},
    ),
    Fault(
        "no newline after clients",
        _OWN,
        {
            "store": """\
if $who == «terminal_name»:
    $line += '\\n'
$log.write($line)
$log.flush()"""
        },
        {"opening": ("once", "anew", "plus", "w_plus"), **_ONE_LINE, **_ALIVE, **_AS_SENT},
    ),
    Fault(
        "no newline at all",
        _OWN,
        {"end": "''"},
        {
            "opening": TEXT_FILES,
            "writing": ("write", "writelines", "two_writes", "print"),
            "trimming": ("strip", "rstrip", "replace", "partition", "removesuffix"),
            **_ONE_LINE,
            **_ALIVE,
        },
    ),
    Fault(
        "one buffer for all clients",
        # The homework's clients send whole messages, so it shows only where one is cut in two.
        frozenset(),
        {
            "setup_framing": "$rest = [b'']",
            "frames": """\
$rest[0] += $data
while b'\\n' in $rest[0]:
    $data, $rest[0] = $rest[0].split(b'\\n', 1)
    «handle_message»""",
        },
        {"framing": ("none",), "first message": ("message",), **_ALIVE, **_ONE_LINE},
        craft=frozenset({"burst"}),
    ),
    Fault(
        "/n in place of \\n",
        _OWN,
        {"end": "'/n'"},
        {
            "opening": TEXT_FILES,
            "trimming": ("strip", "rstrip", "replace", "partition", "removesuffix"),
            **_ONE_LINE,
            **_ALIVE,
        },
    ),
    Fault(
        "semicolons between records",
        _OWN,
        {"end": "'; '"},
        {
            "opening": TEXT_FILES,
            "trimming": ("strip", "rstrip", "replace", "partition", "removesuffix"),
            **_ONE_LINE,
            **_ALIVE,
        },
    ),
)
