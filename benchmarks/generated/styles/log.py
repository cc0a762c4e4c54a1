"""The log: its path, how it is opened, how a record is written, and when it reaches the file."""

from generated.dimension import Value, dimension

_HANDLE = "«put»\n«flush»"
_BYTES = "($line + «end»).encode(«encoding»)"


def _opened(how: str) -> dict[str, str]:
    """A text file that stays open."""
    return {"open_log": f"#: log\n$log = {how}", "out": "$log", "store": _HANDLE}


def _logger(setup: str, name: str = "@logging") -> dict[str, str]:
    return {"open_log": "#: log\n" + setup, "store": f"{name}.info($line)", "out": "$logger"}


_FORMATTED = "format='%(asctime)s %(levelname)s %(message)s'"

OPENING = dimension(
    "opening",
    once=_opened("open(«path», 'a'«buffering»«coding»)"),
    anew=_opened("open(«path», 'w'«buffering»«coding»)"),
    plus=_opened("open(«path», 'a+'«buffering»«coding»)"),
    w_plus=_opened("open(«path», 'w+'«buffering»«coding»)"),
    newline=_opened("open(«path», mode='at', newline=''«buffering»«coding»)"),
    pathlib=_opened("@pathlib.Path(«path»).open('a'«buffering»«coding»)"),
    io=_opened("@io.open(file=«path», mode='a'«buffering»«coding»)"),
    codecs=_opened("@codecs.open(«path», 'a', «encoding»)"),
    each={
        "open_log": "",
        "out": "$file",
        "store": "with open(«path», 'a'«coding») as $file:\n    «put»",
    },
    each_closed={
        "open_log": "",
        "out": "$file",
        "store": "$file = open(«path», 'a'«coding»)\n«put»\n$file.close()",
    },
    each_pathlib={
        "open_log": "",
        "out": "$file",
        "store": "with @pathlib.Path(«path»).open('a'«coding») as $file:\n    «put»",
    },
    binary={
        "open_log": "#: log\n$log = open(«path», 'ab')",
        "out": "$log",
        "store": f"$log.write({_BYTES})\n«flush»",
    },
    unbuffered={
        "open_log": "#: log\n$log = open(«path», 'ab', 0)",
        "out": "$log",
        "store": f"$log.write({_BYTES})",
    },
    each_binary={
        "open_log": "",
        "out": "$file",
        "store": f"with open(«path», 'ab') as $file:\n    $file.write({_BYTES})",
    },
    descriptor={
        "open_log": """\
#: log
$log = @os.open(«path», @os.O_WRONLY | @os.O_CREAT | @os.O_APPEND, 0o644)""",
        "out": "$log",
        "store": f"@os.write($log, {_BYTES})",
        "close_log": "@os.close($log)",
    },
    rewritten={
        "open_log": "#: log\n$lines = []",
        "out": "$file",
        "store": """\
$lines.append($line)
with open(«path», 'w'«coding») as $file:
    $file.writelines(each + «end» for each in $lines)""",
    },
    replaced={
        "open_log": "#: log\n$lines = []",
        "out": "$file",
        "store": """\
$lines.append($line + «end»)
with open(«path» + '.new', 'w'«coding») as $file:
    $file.write(''.join($lines))
@os.replace(«path» + '.new', «path»)""",
    },
    at_the_end={
        "open_log": "#: log\n$log = open(«path», 'r+'«coding») if @os.path.exists(«path») "
        "else open(«path», 'w+'«coding»)",
        "out": "$log",
        "store": "$log.seek(0, 2)\n" + _HANDLE,
    },
    json_array={
        "open_log": "#: log\n$lines = []",
        "out": "$file",
        "store": """\
$lines.append($line)
with open(«path», 'w'«coding») as $file:
    @json.dump($lines, $file, ensure_ascii=False)""",
    },
    json_indented={
        "open_log": "#: log\n$lines = []",
        "out": "$file",
        "store": """\
$lines.append({'number': len($lines), 'record': $line})
with open(«path», 'w'«coding») as $file:
    $file.write(@json.dumps($lines, indent=4))""",
    },
    document={
        "open_log": "#: log\n$lines = []",
        "out": "$file",
        "store": """\
$lines.append('<record>' + @html.escape($line) + '</record>')
with open(«path», 'w'«coding») as $file:
    $file.write('<log>' + ''.join($lines) + '</log>')""",
    },
    raw=Value(
        {
            "open_log": "#: log\n$log = open(«path», 'ab')",
            "out": "$log",
            "decode": "$text = $data",
            "trim": "$typed = $typed.strip().encode()",
            "quit": "",
            "pass_on_line": "",
            "format": "$line = ('[%s] ' % ($who,)).encode() + $text",
            "store": "$log.write($line + b'\\n')\n«flush»",
        },
        {
            "records of its own": ("none",),
            "second file": ("none", "index", "number"),
            "last record": ("none",),
            "reply": ("none", "ok", "echo", "chinese", "prefixed", "chat", "chat_named"),
            "first message": ("message",),
            "timeout": ("none", "one", "half", "three", "minute", "short"),
        },
        alone=True,
    ),
    basic_config=_logger(
        "@logging.basicConfig(filename=«path»«coding», level=@logging.INFO, " + _FORMATTED + ")"
    ),
    debug_config=_logger(
        "@logging.basicConfig(level=@logging.DEBUG, filename=«path», filemode='w'«coding»)"
    ),
    file_handler=_logger(
        """\
$logger = @logging.getLogger('server')
$logger.setLevel(@logging.INFO)
$logger.addHandler(@logging.FileHandler(«path»«coding»))""",
        "$logger",
    ),
    rotating=_logger(
        """\
$logger = @logging.getLogger()
$logger.setLevel(@logging.INFO)
$logger.addHandler(@logging.handlers.RotatingFileHandler(
    «path», maxBytes=1024 * 1024, backupCount=5«coding»))""",
        "$logger",
    ),
    rotating_often=_logger(
        """\
$logger = @logging.getLogger('log')
$logger.setLevel(@logging.DEBUG)
$logger.addHandler(@logging.handlers.RotatingFileHandler(
    «path», maxBytes=2000, backupCount=10000«coding»))""",
        "$logger",
    ),
    timed_rotating=_logger(
        """\
$logger = @logging.getLogger('log')
$logger.setLevel(@logging.INFO)
$logger.addHandler(@logging.handlers.TimedRotatingFileHandler(
    «path», when='midnight'«coding»))""",
        "$logger",
    ),
)

TEXT_FILES = (
    *("once", "anew", "plus", "w_plus", "newline", "pathlib", "io", "codecs"),
    *("each", "each_closed", "each_pathlib", "at_the_end"),
)
"""Ways of opening in which a text file is written by «put»."""

KEPT_OPEN = (
    *("once", "anew", "plus", "w_plus", "newline", "pathlib", "io", "codecs", "at_the_end"),
    *("binary", "unbuffered"),
)
"""Ways of opening that leave a file object in $log."""

LOGGERS = (
    *("basic_config", "debug_config", "file_handler"),
    *("rotating", "rotating_often", "timed_rotating"),
)

DIMENSIONS = (
    OPENING,
    dimension(
        "writing",
        write={"put": "«out».write($line + «end»)"},
        print={"put": "print($line, file=«out», end=«end»)"},
        writelines={"put": "«out».writelines([$line, «end»])"},
        two_writes={"put": "«out».write($line)\n«out».write(«end»)"},
        formatted={"put": "«out».write('{}{}'.format($line, «end»))"},
    ),
    dimension(
        "flushing",
        flush={"flush": "«out».flush()", "buffering": ""},
        line_buffered={"flush": "", "buffering": ", buffering=1"},
        sync={"flush": "«out».flush()\n@os.fsync(«out».fileno())", "buffering": ""},
        at_exit=Value({"flush": "", "buffering": ""}),
        large_buffer=Value({"flush": "", "buffering": ", buffering=1 << 20"}),
    ),
    dimension(
        "encoding",
        utf8={"coding": ", encoding='utf-8'", "encoding": "'utf-8'"},
        default={"coding": "", "encoding": "'utf-8'"},
        gbk={"coding": ", encoding='gbk'", "encoding": "'gbk'"},
        gb18030={"coding": ", encoding='GB18030'", "encoding": "'GB18030'"},
        signed={"coding": ", encoding='utf-8-sig'", "encoding": "'utf-8'"},
    ),
    dimension(
        "end of a record",
        newline={"end": "'\\n'"},
        crlf={"end": "'\\r\\n'"},
        blank_line={"end": "'\\n\\n'"},
        rule={"end": "'\\n' + '-' * 20 + '\\n'"},
    ),
    dimension(
        "path",
        name={"path_value": "'log.txt'", "make_folder": ""},
        dotted={"path_value": "'./server.log'", "make_folder": ""},
        bare={"path_value": "'log'", "make_folder": ""},
        chinese={"path_value": "'日志.txt'", "make_folder": ""},
        folder={
            "path_value": "'logs/server.log'",
            "make_folder": "@os.makedirs('logs', exist_ok=True)",
        },
        own_computer={"path_value": "'/home/tarena/AID1811/log.txt'", "make_folder": ""},
        windows={"path_value": "'C:/Users/student/log.txt'", "make_folder": ""},
        date={
            "path_value": "@time.strftime('%Y-%m-%d') + '.log'",
            "make_folder": "",
        },
        second=Value(
            {
                "path_value": "@datetime.datetime.now().strftime('log_%Y%m%d_%H%M%S.txt')",
                "make_folder": "",
            },
            # These use the path several times, and it may differ from one time to the next.
            {"opening": tuple(set(OPENING.values) - {"replaced", "at_the_end"})},
        ),
        beside={
            "path_value": "@os.path.join(@os.path.dirname(@os.path.abspath(__file__)), 'log.txt')",
            "make_folder": "",
        },
        csv={"path_value": "'messages.csv'", "make_folder": ""},
    ),
)
