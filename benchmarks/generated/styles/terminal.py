"""Reading the terminal, and what a typed line may mean."""

from generated.dimension import Value, dimension

_NUMBER = {"is_terminal": "$r == «terminal»"}

DIMENSIONS = (
    dimension(
        "terminal",
        readline={"terminal": "@sys.stdin", "read_line": "$line = @sys.stdin.readline()"},
        input={
            "terminal": "@sys.stdin",
            "read_line": """\
try:
    $line = input()
except EOFError:
    $line = ''""",
        },
        input_bare={"terminal": "@sys.stdin", "read_line": "$line = input()"},
        prompt={"terminal": "@sys.stdin", "read_line": "$line = input('>>> ')"},
        buffer={
            "terminal": "@sys.stdin",
            "read_line": "$line = @sys.stdin.buffer.readline().decode()",
        },
        next={
            "terminal": "@sys.stdin",
            "read_line": "$line = next(@sys.stdin, '')",
        },
        number={
            "terminal": "0",
            "read_line": "$line = @os.read(0, 1024).decode()",
            **_NUMBER,
        },
        fileno={
            "terminal": "@sys.stdin.fileno()",
            "read_line": "$line = @os.read(@sys.stdin.fileno(), 4096).decode('utf-8')",
            **_NUMBER,
        },
        number_and_readline={
            "terminal": "0",
            "read_line": "$line = @sys.stdin.readline()",
            **_NUMBER,
        },
        opened={
            "setup_terminal": "$keyboard = open(0, buffering=1)",
            "terminal": "$keyboard",
            "read_line": "$line = $keyboard.readline()",
        },
    ),
    dimension(
        "trimming",
        strip={"trim": "$line = $line.strip()"},
        rstrip={"trim": "$line = $line.rstrip('\\n')"},
        replace={"trim": "$line = $line.replace('\\n', '')"},
        partition={"trim": "$line = $line.partition('\\n')[0]"},
        removesuffix={"trim": "$line = $line.removesuffix('\\n')"},
        sliced=Value(
            {"trim": "$line = $line[:-1]"},
            {"terminal": ("readline", "buffer", "number", "fileno", "number_and_readline")},
        ),
        kept={"trim": ""},
    ),
    dimension(
        "end of typing",
        ignored={"on_line": "«read_line»\n«handle_line»"},
        unwatched=Value(
            {"on_line": "«read_line»\nif $line:\n    «handle_line»\nelse:\n    «unwatch_terminal»"},
        ),
        ends={
            "on_line": """\
«read_line»
if not $line:
    print('bye')
    @sys.exit(0)
«handle_line»"""
        },
    ),
    dimension(
        "word that ends it",
        none={"quit": ""},
        exit={"quit": "if $line.strip() == 'exit':\n    @sys.exit()"},
        quit={"quit": "if $line.strip().lower() in ('quit', 'q', '退出'):\n    raise SystemExit"},
    ),
    dimension(
        "terminal's name",
        english={"terminal_name": "'terminal'"},
        chinese={"terminal_name": "'终端'"},
        stdin={"terminal_name": "'stdin'"},
        server={"terminal_name": "'服务器'"},
        like_a_client={"terminal_name": "'127.0.0.1:0'"},
    ),
)
