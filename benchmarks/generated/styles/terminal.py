"""Reading the terminal, and what a typed line may mean."""

from generated.dimension import Value, dimension

_NUMBER = {"is_terminal": "$r == «terminal»"}

DIMENSIONS = (
    dimension(
        "terminal",
        readline={"terminal": "@sys.stdin", "read_line": "$typed = @sys.stdin.readline()"},
        input={
            "terminal": "@sys.stdin",
            "read_line": """\
try:
    $typed = input()
except EOFError:
    $typed = ''""",
        },
        input_bare={"terminal": "@sys.stdin", "read_line": "$typed = input()"},
        prompt={"terminal": "@sys.stdin", "read_line": "$typed = input('>>> ')"},
        buffer={
            "terminal": "@sys.stdin",
            "read_line": "$typed = @sys.stdin.buffer.readline().decode()",
        },
        next={
            "terminal": "@sys.stdin",
            "read_line": "$typed = next(@sys.stdin, '')",
        },
        number={
            "terminal": "0",
            "read_line": "$typed = @os.read(0, 1024).decode()",
            **_NUMBER,
        },
        fileno={
            "terminal": "@sys.stdin.fileno()",
            "read_line": "$typed = @os.read(@sys.stdin.fileno(), 4096).decode('utf-8')",
            **_NUMBER,
        },
        number_and_readline={
            "terminal": "0",
            "read_line": "$typed = @sys.stdin.readline()",
            **_NUMBER,
        },
        opened={
            "setup_terminal": "$keyboard = open(0, buffering=1)",
            "terminal": "$keyboard",
            "read_line": "$typed = $keyboard.readline()",
        },
    ),
    dimension(
        "trimming",
        strip={"trim": "$typed = $typed.strip()"},
        rstrip={"trim": "$typed = $typed.rstrip('\\n')"},
        replace={"trim": "$typed = $typed.replace('\\n', '')"},
        partition={"trim": "$typed = $typed.partition('\\n')[0]"},
        removesuffix={"trim": "$typed = $typed.removesuffix('\\n')"},
        sliced=Value(
            {"trim": "$typed = $typed[:-1]"},
            {"terminal": ("readline", "buffer", "number", "fileno", "number_and_readline")},
        ),
        kept={"trim": ""},
    ),
    dimension(
        "end of typing",
        ignored={"on_line": "«read_line»\n«handle_line»"},
        unwatched=Value(
            {
                "on_line": """\
«read_line»
if $typed:
    «handle_line»
else:
    «unwatch_terminal»"""
            },
        ),
        ends={
            "on_line": """\
«read_line»
if not $typed:
    print('bye')
    @sys.exit(0)
«handle_line»"""
        },
    ),
    dimension(
        "word that ends it",
        none={"quit": ""},
        exit={"quit": "if $typed.strip() == 'exit':\n    @sys.exit()"},
        quit={"quit": "if $typed.strip().lower() in ('quit', 'q', '退出'):\n    raise SystemExit"},
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
