"""Clients: how they are remembered, named, received from, answered and let go."""

from generated.dimension import Value, dimension
from generated.styles.record import WITH_NAME

_STORED = ("dict", "fileno", "pairs", "parallel")
"""How clients are remembered where that includes a name."""

_HAS_SOCKETS = {"bookkeeping": ("dict", "peername", "set", "fileno", "pairs", "parallel")}

BOOKKEEPING = dimension(
    "bookkeeping",
    dict={
        "setup_clients": "$clients = {}",
        "register": "$clients[$conn] = «label»",
        "lookup": "$name = $clients[$conn]",
        "unregister": "del $clients[$conn]",
        "everyone": "$clients",
    },
    pop={
        "setup_clients": "$clients = dict()",
        "register": "$clients.update({$conn: «label»})",
        "lookup": "$name = $clients.get($conn)",
        "unregister": "$clients.pop($conn)",
        "everyone": "$clients.keys()",
    },
    none=Value(
        {
            "setup_clients": "",
            "register": "",
            "lookup": "$addr = $conn.getpeername()\n$name = «label»",
            "unregister": "",
            "everyone": "[]",
        },
    ),
    peername={
        "setup_clients": "$clients = []",
        "register": "$clients.append($conn)",
        "lookup": "$addr = $conn.getpeername()\n$name = «label»",
        "unregister": "$clients.remove($conn)",
        "everyone": "$clients",
    },
    set={
        "setup_clients": "$clients = set()",
        "register": "$clients.add($conn)",
        "lookup": "$addr = $conn.getpeername()\n$name = «label»",
        "unregister": "$clients.discard($conn)",
        "everyone": "$clients",
    },
    fileno={
        "setup_clients": "$clients = {}",
        "register": "$clients[$conn.fileno()] = ($conn, «label»)",
        "handle": "$conn.fileno()",
        "ready_parameter": "fd",
        "resolve": "$conn = $clients[$fd][0]",
        "lookup": "$name = $clients[$conn.fileno()][1]",
        "unregister": "del $clients[$conn.fileno()]",
        "everyone": "[pair[0] for pair in $clients.values()]",
    },
    pairs={
        "setup_clients": "$clients = []",
        "register": "$clients.append(($conn, «label»))",
        "lookup": "$name = [pair[1] for pair in $clients if pair[0] is $conn][0]",
        "unregister": "$clients[:] = [pair for pair in $clients if pair[0] is not $conn]",
        "everyone": "[pair[0] for pair in $clients]",
    },
    parallel={
        "setup_clients": "$clients = []\n$names = []",
        "register": "$clients.append($conn)\n$names.append(«label»)",
        "lookup": "$name = $names[$clients.index($conn)]",
        "unregister": "$names.pop($clients.index($conn))\n$clients.remove($conn)",
        "everyone": "$clients",
    },
)

WHO = dimension(
    "client's name",
    host_and_port={"label": "'%s:%s' % $addr[:2]"},
    constant={"label": "'client'", "lookup": "", "whois": "'client'"},
    chinese={"label": "'客户端'", "lookup": "", "whois": "'客户端'"},
    pair={"label": "$addr", "name_is_text": ""},
    port={"label": "$addr[1]", "name_is_text": ""},
    host={"label": "$addr[0]"},
    number=Value(
        {"label": "'客户端%d' % next($count)", "setup_count": "$count = @itertools.count(1)"},
        {"bookkeeping": (*_STORED, "pop")},
    ),
)

RECEIVING = dimension(
    "receiving",
    bare={"receive": "$data = $conn.recv(«size»)"},
    reset={
        "receive": """\
try:
    $data = $conn.recv(«size»)
except ConnectionError:
    $data = b''"""
    },
    os_error={
        "receive": """\
try:
    $data = $conn.recv(«size»)
except OSError as $error:
    print($error)
    $data = b''"""
    },
    any={
        "receive": """\
$data = b''
try:
    $data = $conn.recv(«size»)
except Exception:
    pass"""
    },
    recvfrom={"receive": "$data, _ = $conn.recvfrom(«size»)"},
    recv_into={
        "receive": """\
$buffer = bytearray(«size»)
$data = bytes($buffer[:$conn.recv_into($buffer)])"""
    },
    os_read={"receive": "$data = @os.read($conn.fileno(), «size»)"},
)

EMPTY = dimension(
    "empty data",
    not_data={"on_data": "if not $data:\n    «leave»\nelse:\n    «handle_data»"},
    data={"on_data": "if $data:\n    «handle_data»\nelse:\n    «leave»"},
    length={"on_data": "if len($data) == 0:\n    «leave»\nelse:\n    «handle_data»"},
    equals={"on_data": "if $data == b'':\n    «leave»\nelse:\n    «handle_data»"},
)

DECODING = dimension(
    "decoding",
    decode={"decode": "$text = $data.decode()"},
    utf8={"decode": "$text = $data.decode('utf-8')"},
    constructor={"decode": "$text = str($data, 'utf-8')"},
    replace={"decode": "$text = $data.decode(errors='replace')"},
    ignore={"decode": "$text = $data.decode('utf-8', 'ignore')"},
    representation={"decode": "$text = str($data)"},
    stripped={"decode": "$text = $data.decode().strip()"},
    split_lines={"decode": "$text = ' '.join($data.decode().splitlines())"},
    tried={
        "decode": """\
try:
    $text = $data.decode('utf-8')
except UnicodeDecodeError:
    $text = $data.decode('gbk', 'replace')"""
    },
)

REPLY = dimension(
    "reply",
    none={"answer": ""},
    ok={"answer": "$conn.send(b'OK')"},
    echo={"answer": "$conn.send($data)"},
    chinese={"answer": "$conn.send('收到'.encode())"},
    prefixed={"answer": "$conn.sendall(b'server got: ' + $data)"},
    chat=Value(
        {
            "answer": """\
for $other in «everyone»:
    if $other is not $conn:
        $other.send($data)"""
        },
        _HAS_SOCKETS,
    ),
    chat_named=Value(
        {
            "answer": """\
for $other in list(«everyone»):
    if $other != $conn:
        $other.sendall(('%s: ' % («whois»,)).encode() + $data)"""
        },
        _HAS_SOCKETS,
    ),
    chat_logged=Value(
        {
            "answer": """\
for $other in list(«everyone»):
    if $other is not $conn:
        $other.send($data)
        !record('to %s:%s' % $other.getpeername()[:2], $text)"""
        },
        {**_HAS_SOCKETS, "record": WITH_NAME},
        alone=True,
    ),
    wlist=Value(
        {
            "setup_outbox": "$outbox = []",
            "wlist": "$outbox",
            "ready": "($rs or $ws)",
            "answer": "$outbox.append($conn)",
            "write_ready": """\
for $conn in $ws:
    $conn.send(b'Receive your message')
    $outbox.remove($conn)""",
            "drop_outbox": "if $conn in $outbox:\n    $outbox.remove($conn)",
        },
        {"waiting": ("three_lists", "listed", "timed"), "watching": ("list", "set", "rebuilt")},
    ),
    queues=Value(
        {
            "setup_outbox": "$outbox = {}",
            "wlist": "list($outbox)",
            "ready": "($rs or $ws)",
            "answer": "$outbox.setdefault($conn, []).append($data)",
            "write_ready": """\
for $conn in $ws:
    $conn.send($outbox[$conn].pop(0))
    if not $outbox[$conn]:
        del $outbox[$conn]""",
            "drop_outbox": "$outbox.pop($conn, None)",
        },
        {"waiting": ("three_lists", "listed", "timed"), "watching": ("list", "set", "rebuilt")},
    ),
)

FRAMING = dimension(
    "framing",
    none={"frames": "«handle_message»"},
    lines=Value(
        {
            "setup_framing": "$rest = {}",
            "frames": """\
$rest[$conn] = $rest.get($conn, b'') + $data
while b'\\n' in $rest[$conn]:
    $data, $rest[$conn] = $rest[$conn].split(b'\\n', 1)
    «handle_message»""",
            "drop_frames": "$rest.pop($conn, None)",
        },
        alone=True,
    ),
    lines_and_rest=Value(
        {
            "setup_framing": "$rest = {}",
            "frames": """\
*$parts, $rest[$conn] = ($rest.get($conn, b'') + $data).split(b'\\n')
for $data in $parts:
    «handle_message»""",
            "drop_frames": """\
$data = $rest.pop($conn, b'')
if $data:
    «decode»
    «record_data»""",
        },
        alone=True,
    ),
)

FIRST_MESSAGE = dimension(
    "first message",
    message={},
    nickname=Value(
        {
            "setup_names": "$nicknames = {}",
            "record_data": """\
if $conn in $nicknames:
    «note_message»
else:
    $nicknames[$conn] = $text""",
            "whois": "$nicknames.get($conn, '?')",
            "drop_name": "$nicknames.pop($conn, None)",
        },
        {"record": WITH_NAME, "framing": ("none", "lines")},
        alone=True,
    ),
)

SESSIONS = dimension(
    "sessions",
    none={},
    generators=Value(
        {
            "setup_sessions": "$sessions = {}",
            "open_session": "$sessions[$conn] = !session($conn)",
            "session": "while True:\n    «lookup»\n    «receive»\n    «on_data»\n    yield",
            "on_data_body": "#: data\n«resolve»\nnext($sessions[$conn])",
            "drop_session": "del $sessions[$conn]",
        },
        {"structure": ("functions", "global state", "nested functions", "parameters", "class")},
    ),
)

WELCOME = dimension(
    "welcome",
    none={"welcome": ""},
    bytes={"welcome": "$conn.send(b'welcome')"},
    text={"welcome": "$conn.send('欢迎，请输入消息\\n'.encode())"},
)

TYPED_FOR_ALL = dimension(
    "typed lines for clients",
    no={"pass_on_line": ""},
    yes=Value(
        {"pass_on_line": "for $other in «everyone»:\n    $other.send($typed.encode())"},
        _HAS_SOCKETS,
    ),
)

CLOSING = dimension(
    "closing",
    close={"close": "$conn.close()"},
    shutdown={
        "close": """\
try:
    $conn.shutdown(@socket.SHUT_RDWR)
except OSError:
    pass
$conn.close()"""
    },
    never={"close": ""},
    quietly={"close": "try:\n    $conn.close()\nexcept Exception:\n    pass"},
)

DIMENSIONS = (
    BOOKKEEPING,
    WHO,
    RECEIVING,
    EMPTY,
    DECODING,
    REPLY,
    FRAMING,
    FIRST_MESSAGE,
    SESSIONS,
    WELCOME,
    TYPED_FOR_ALL,
    CLOSING,
)
