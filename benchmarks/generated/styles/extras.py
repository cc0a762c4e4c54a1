"""What a program does besides its task: other records, other files, prints, arguments, an end."""

from generated.dimension import Value, dimension

_ENDS = {"end": ("caught", "closed")}
"""Ways to end in which it may write a last record."""

DIMENSIONS = (
    dimension(
        "records of its own",
        none={"note_start": "", "note_connect": "", "note_leave": ""},
        connected={
            "note_start": "",
            "note_connect": "«lookup»\n!record('系统', '%s 已连接' % («whois»,))",
            "note_leave": "",
        },
        both={
            "note_start": "",
            "note_connect": "«lookup»\n!record('server', '%s connected' % («whois»,))",
            "note_leave": "!record('server', '%s left' % («whois»,))",
        },
        started={
            "note_start": "!record('server', 'started at ' + @time.ctime())",
            "note_connect": "",
            "note_leave": "",
        },
        all={
            "note_start": "!record('系统', '服务器启动')",
            "note_connect": "«lookup»\n!record('系统', '新客户端 ' + str(«whois»))",
            "note_leave": "!record('系统', '客户端离开 ' + str(«whois»))",
        },
    ),
    dimension(
        "second file",
        none={"second": ""},
        copy={"second": "with open('backup.log', 'a') as $page:\n    $page.write($line + '\\n')"},
        latest={"second": "with open('latest.txt', 'w') as $page:\n    $page.write($line)"},
        by_source={
            "second": """\
with open(str($who).replace(':', '_') + '.log', 'a') as $page:
    $page.write($line + '\\n')"""
        },
        number={
            "second": """\
with open('count.txt', 'a') as $page:
    $page.write('.')"""
        },
        index={
            "second": "",
            "index": "with open('clients.txt', 'a') as $page:\n    print($addr, file=$page)",
        },
        page=Value(
            {
                "setup_page": "$history = []",
                "second": """\
$history.insert(0, $line)
with open('index.html', 'w') as $page:
    $page.write('<pre>' + '\\n'.join($history) + '</pre>')""",
            }
        ),
        json={
            "setup_page": "$history = []",
            "second": """\
$history.append([str($who), str($text)])
with open('history.json', 'w') as $page:
    @json.dump($history, $page)""",
        },
    ),
    dimension(
        "last record",
        none={},
        stopped=Value({"last_record": "!record('server', 'stopped')"}, _ENDS),
        time=Value({"last_record": "!record('系统', '服务器关闭 ' + @time.ctime())"}, _ENDS),
        everything=Value(
            {
                "setup_page": "$history = []",
                "second": "$history.append(str($text))",
                "last_record": "!record('total %d' % len($history), ' / '.join($history))",
            },
            {**_ENDS, "second file": ("none",)},
            alone=True,
        ),
    ),
    dimension(
        "prints",
        none={"print_connect": "", "print_data": "", "print_leave": "", "print_wait": ""},
        some={
            "print_connect": "print('Connect from', $addr)",
            "print_data": "",
            "print_leave": "print('客户端退出')",
            "print_wait": "",
        },
        all={
            "print_connect": "print('新的连接:', $addr)",
            "print_data": "print('收到:', $text)",
            "print_leave": "print('断开连接')",
            "print_wait": "",
        },
        debugging={
            "print_connect": "print($conn)",
            "print_data": "print($data)",
            "print_leave": "",
            "print_wait": "print('waiting for the next event', end='\\r', flush=True)",
        },
    ),
    dimension(
        "configuration",
        inline={
            "config": "",
            "host": "«host_value»",
            "port": "«port_value»",
            "path": "«path_value»",
            "size": "«size_value»",
        },
        constants={
            "config": """\
$host = «host_value»
$port = «port_value»
$path = «path_value»
$size = «size_value»""",
            "host": "$host",
            "port": "$port",
            "path": "$path",
            "size": "$size",
        },
        argparse={
            "config": """\
$parser = @argparse.ArgumentParser(description='select server')
$parser.add_argument('--host', default=«host_value»)
$parser.add_argument('-p', '--port', type=int, default=«port_value»)
$parser.add_argument('--log', default=«path_value»)
$args = $parser.parse_args()""",
            "host": "$args.host",
            "port": "$args.port",
            "path": "$args.log",
            "size": "«size_value»",
        },
        argv={
            "config": """\
$port = int(@sys.argv[1]) if len(@sys.argv) > 1 else «port_value»
$path = @sys.argv[2] if len(@sys.argv) > 2 else «path_value»""",
            "host": "«host_value»",
            "port": "$port",
            "path": "$path",
            "size": "«size_value»",
        },
        environment={
            "config": """\
$port = int(@os.environ.get('PORT', «port_value»))
$path = @os.getenv('LOG_FILE') or «path_value»""",
            "host": "«host_value»",
            "port": "$port",
            "path": "$path",
            "size": "«size_value»",
        },
    ),
    dimension(
        "end",
        none={"serve": "«loop»"},
        caught={
            "serve": """\
try:
    «loop»
except KeyboardInterrupt:
    print('server stopped')
    «last_record»"""
        },
        closed={
            "serve": """\
try:
    «loop»
except KeyboardInterrupt:
    «last_record»
finally:
    «close_log»
    $listener.close()"""
        },
        context={"serve": "with $listener:\n    «loop»"},
        at_exit={"serve": "@atexit.register($listener.close)\n«loop»"},
        signal={"serve": "@signal.signal(@signal.SIGTERM, lambda *_: @sys.exit(0))\n«loop»"},
        exits={
            "serve": """\
try:
    «loop»
except (KeyboardInterrupt, SystemExit):
    @sys.exit('服务器退出')"""
        },
    ),
)
