"""Suspect lines of a program, and the causes that they give to faults that the evidence shows."""

import sysconfig
from pathlib import Path

import pytest

from checks.histories import (
    ask,
    ends,
    history,
    idles,
    is_stuck,
    leaves,
    looks,
    says,
    scene,
    sends,
    spins_on,
    text,
    thread,
    types,
)
from checks.losses import cause_of, lost
from grader.checks.error_causes import error_cause
from grader.checks.select_lists import misplaced_input
from grader.checks.source_suspects import (
    always_true,
    first_sort,
    format_without_message,
    largest_recv,
    largest_typed_read,
    lossy_conversion,
    replaced_listener,
    unused_handler,
)

SUSPECTS = (
    always_true,
    first_sort,
    format_without_message,
    largest_recv,
    largest_typed_read,
    lossy_conversion,
    misplaced_input,
    replaced_listener,
    unused_handler,
)


@pytest.mark.parametrize("suspect", SUSPECTS)
def test_any_program_is_read(suspect):
    for path in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))[:100]:
        suspect(path.read_bytes())
    for source in b"", b"if", b"\0", b"x = " + b"1 + " * 1000 + b"1":
        assert not suspect(source)


LISTENS = b"s = socket()\ns.listen(3)\n"


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        (b"select([sys.stdin], [], [])", set()),
        (b"select([s], [], [sys.stdin])", {"terminal"}),
        (b"select([], [s, sys.stdin.fileno()], [])", {"listening socket", "terminal"}),
        (b"r = [s, sys.stdin]\nw = []\nselect(w, r, [])", {"listening socket", "terminal"}),
        (b"r = [s]\nw = []\nw.append(sys.stdin)\nselect(r, w, [])", {"terminal"}),
        (b"r = [s, sys.stdin]\nselect(r, r, r)", set()),
        (b"c, a = s.accept()\nw = [c]\nselect([s, sys.stdin], w, [])", set()),
        (b"for r in rs:\n    c = r.accept()\nselect([s], [r], [])", set()),
        (b"self.w: list = [stdin]\nselect.select([], self.w, [])", {"terminal"}),
        (b"select([s] + x, y + [sys.stdin], [])", {"terminal"}),
    ],
)
def test_input_in_another_list_than_the_first(source, kinds):
    found = misplaced_input(LISTENS + source)
    assert (found.kinds if found else set()) == kinds


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (b"", 0),
        (b"s = None", 0),
        (b"s = wrap(s)", 0),
        (b"s = socket()", 0),
        (b"s = c.recv(9)", 3),
        (b"s, a = s.accept()", 3),
        (b"for s in rs: pass", 3),
        (b"def f(d):\n    s = d.decode()", 0),
        (b"x = s", 0),
    ],
)
def test_the_name_of_the_listener_is_given_another_value(source, line):
    found = replaced_listener(LISTENS + source)
    assert (found.line.number if found else 0) == line


@pytest.mark.parametrize(
    ("source", "suspect"),
    [
        (b"if r is s or sys.stdin: pass", always_true),
        (b"if t == 'a' or 'b': pass", always_true),
        (b"h = logging.FileHandler('a')\nlog.addHandler(g)", unused_handler),
        (b"open('a', 'w', encoding='ascii', errors='ignore')", lossy_conversion),
        (b"d.decode('ascii', 'replace')", lossy_conversion),
        (b"str(d, 'ascii', 'ignore')", lossy_conversion),
        (b"lines.sort()", first_sort),
        (b"for x in sorted(lines): pass", first_sort),
    ],
)
def test_a_suspect_line(source, suspect):
    assert suspect(b"\n" + source).number == 2


@pytest.mark.parametrize(
    ("source", "suspect"),
    [
        (b"if r is s or r is sys.stdin: pass", always_true),
        (b"if a or b: pass", always_true),
        (b"if t == 'a' or '': pass", always_true),
        (b"h = logging.FileHandler('a')\nlog.addHandler(h)", unused_handler),
        (b"h = FileHandler('a')\nbasicConfig(handlers=[h])", unused_handler),
        (b"log.addHandler(FileHandler('a'))", unused_handler),
        (b"open('a', 'w', errors='strict')", lossy_conversion),
        (b"open('a', 'w', encoding='utf-8', errors='ignore')", lossy_conversion),
        (b"d.decode(errors='ignore')", lossy_conversion),
        (b"t.replace('a', 'ignore')", lossy_conversion),
        (b"h = FileHandler('a')\nm = MemoryHandler(9, target=h)", unused_handler),
    ],
)
def test_a_line_above_suspicion(source, suspect):
    assert suspect(source) is None


@pytest.mark.parametrize(
    ("source", "size"),
    [
        (b"c.recv(5)", 5),
        (b"c.recv(5)\nc.recv(1024)", 1024),
        (b"c.recv(5)\nc.recv(SIZE)", 0),
        (b"c.recv()", 0),
        (b"", 0),
    ],
)
def test_the_most_that_is_asked_for(source, size):
    found = largest_recv(source)
    assert (found[0] if found else 0) == size


@pytest.mark.parametrize(
    ("source", "size"),
    [
        (b"sys.stdin.read(10)", 10),
        (b"f.readline(5)\nf.readline(7)", 7),
        (b"f.readline()", 0),
        (b"f.read(n)", 0),
    ],
)
def test_the_most_that_is_read_of_a_typed_line(source, size):
    found = largest_typed_read(source)
    assert (found[0] if found else 0) == size


@pytest.mark.parametrize(
    ("source", "bare"),
    [
        (b"logging.basicConfig(format='%(asctime)s')", True),
        (b"logging.Formatter('%(asctime)s %(levelname)s')", True),
        (b"logging.basicConfig(format='{asctime}', style='{')", True),
        (b"logging.basicConfig(format='%(asctime)s %(message)s')", False),
        (b"logging.basicConfig(format=FORMAT)", False),
        (b"time.strftime('%Y')", False),
    ],
)
def test_a_format_of_logging_without_the_message(source, bare):
    assert (format_without_message(source) is not None) is bare


# --- the causes ---

NO_RECV = "AttributeError: '_io.TextIOWrapper' object has no attribute 'recv'"
NOBODY = "OSError: [Errno 107] Transport endpoint is not connected"
NO_ACCEPT = "AttributeError: 'str' object has no attribute 'accept'"


@pytest.mark.parametrize(
    ("error", "source", "cause"),
    [
        (NO_RECV, b"", "terminal-as-socket"),
        (NO_RECV, b"select([], [sys.stdin], [])", "in-another-list"),
        (NO_RECV, b"r = [s, sys.stdout]\nselect(r, [], [])", "output-in-rlist"),
        (NO_RECV, b"r = [s, sys.stdin]\nselect(r, [sys.stdout], [])", "terminal-as-socket"),
        (NO_RECV, b"if r is s or sys.stdin: pass", "always-true"),
        (NO_RECV, b"s = d.decode()", "terminal-as-socket"),
        (NOBODY, b"", "recv-on-the-listener"),
        (NOBODY, b"s = d.decode()", "listener-replaced"),
        (NO_ACCEPT, b"s = d.decode()", "listener-replaced"),
        (NO_ACCEPT, b"", "wrong-type"),
        ("KeyError: 'a'", b"s = d.decode()", "not-in-list"),
    ],
)
def test_a_line_that_led_to_the_error(error, source, cause):
    found = error_cause(["Traceback", error], LISTENS + source)
    assert found
    assert found.name == cause


def watching(*names, waiting="line"):
    return is_stuck(thread(watches=names), waiting=waiting, source="terminal")


@pytest.mark.parametrize(
    ("source", "cause"),
    [
        (b"select(r, [], [])", "not-in-rlist"),
        (b"select([s], [], [sys.stdin])", "in-another-list"),
        (b"select([s], [sys.stdin], [])", "in-another-list"),
    ],
)
def test_input_that_select_does_not_watch(source, cause):
    steps = types("a"), watching("listening socket"), looks("settled")
    assert cause_of("terminal-logged", "terminal", *steps, source=LISTENS + source).name == cause


@pytest.mark.parametrize(
    ("second", "cause"),
    [(b"select([sys.stdin], [], [])", "several-selects"), (b"", "not-in-rlist")],
)
def test_input_that_another_select_watches(second, cause):
    run = history(
        scene("terminal", types("a"), watching("listening socket", "client 1"), looks("settled")),
        scene("client", idles("one client, silent", thread(watches=("terminal", "client 1")))),
        source=b"select(r, [], [])\n" + second,
    )
    found = ask("terminal-logged", run).findings[0].cause
    assert found.name == cause
    if second:
        assert "on lines 1 and 2" in str(found.hint)


def test_the_listener_is_watched_under_a_name_that_has_changed():
    steps = sends("a"), is_stuck(thread(watches=("terminal",)), waiting="connection")
    assert lost(*steps, source=LISTENS + b"select(r, [], [])\ns = d") == "listener-replaced"
    assert lost(*steps, source=LISTENS + b"select(r, [], [])") == "not-in-rlist"


def test_a_condition_that_is_always_true_leads_to_a_blocking_call():
    steps = says("a"), sends("b"), is_stuck(thread("accept", file="listening socket"))
    source = b"select(r, [], [])\nif r is s or sys.stdin: pass"
    assert lost(*steps, source=source, log="{a}\n") == "always-true"


BROKEN = (
    b"Traceback (most recent call last):\r\n"
    b'  File "/work/1/submission.py", line 9, in <module>\r\n'
    b"    c.send(b'ok')\r\n"
    b"BrokenPipeError: [Errno 32] Broken pipe\r\n"
)


def test_an_answer_to_who_has_left_comes_after_an_empty_recv():
    said = says("a"), leaves()[:1], ends(1)
    departed = scene("departure", *said, log="{a}\n", terminal=BROKEN)
    assert ask("departure", history(departed)).findings[0].cause.name == "departure-not-handled"


CHINESE = " 你好，服务端"
IGNORES = b"open('a', 'a', encoding='ascii', errors='ignore')"


@pytest.mark.parametrize(
    ("logged", "source", "cause"),
    [
        ("", IGNORES, "drops-characters"),
        (" ??????", IGNORES, "drops-characters"),
        (" " + "\ufffd" * 18, b"d.decode('ascii', 'replace')", "drops-characters"),
        ("", b"", "encodings"),
        (" 浣犲ソ", IGNORES, "encodings"),
        ("", b"c.recv(9)", "small-recv"),
        ("", b"c.recv(99)", "encodings"),
    ],
)
def test_why_chinese_is_not_in_the_log(logged, source, cause):
    said = says("a"), says("b", tail=" 你好服务端吗"), looks("settled", "a")
    log = "{a}\n" + text("b", logged) + "\n"
    assert cause_of("exact-text", "client", *said, log=log, source=source).name == cause


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("client: <built-in method decode of bytes object at 0x7f>\n", "not-called"),
        ("client: None\nclient: None\n", "none-value"),
        ("client: {data}\n", "places-not-filled"),
        ("client: %s\n", "places-not-filled"),
        ("client: {other}\n", "client-text-unused"),
        ("nobody: None of it\n", "client-text-unused"),
    ],
)
def test_what_is_logged_instead_of_the_text(line, cause):
    said = says("a"), says("b")
    source = b"f.write('client: {data}' 'client: %s')"
    assert lost(*said, log=line.encode(), source=source) == cause


def test_the_beginning_of_each_message_is_read_apart():
    said = says("a"), says("b")
    cause = cause_of("client-logged", "client", *said, looks("settled"), log=text("a")[4:] + "\n")
    assert cause.name == "beginning-read-apart"
    assert "(4 of its characters)" in str(cause.hint)


def test_a_handler_that_no_logger_has():
    source = b"h = logging.FileHandler('log.txt')"
    assert lost(says("a"), source=source, log={"log.txt": ""}) == "handler-not-added"


def test_a_program_that_sorts_its_lines():
    said = says("b"), says("a")
    run = scene("together", *said, log="{a}\n{b}\n")
    for source, cause in (b"lines.sort()", "sorts"), (b"", "changes-clients-order"):
        found = ask("client-order", history(run, source=source)).findings[0].cause
        assert found.name == cause


@pytest.mark.parametrize(
    ("source", "cause"),
    [
        (b"f(c.recv(5))", "small-recv"),
        (b"f.write(c.recv(99))", "follow-the-text"),
        (b"f.write(c.recv(99))\nf.write(c.recv(99))", "client-text-unused"),
        (b"c = logging.Formatter('%(asctime)s')\nf(c.recv(99))", "format-without-message"),
        (b"try: f(c.recv(99))\nexcept: print('oh')", "hides-errors"),
    ],
)
def test_a_text_that_was_read_and_is_not_in_the_log(source, cause):
    assert lost(says("a"), says("b"), source=source, log="x\n") == cause


@pytest.mark.parametrize(
    ("line", "cause"), [(1, "ready-not-read"), (2, "blocks-for-a-silent-client")]
)
def test_a_loop_that_comes_back_to_select_without_reading(line, cause):
    frame = b'  File "/work/1/course/homework/submission.py", line %d, in <module>\r\n' % line
    shown = b"^CTraceback (most recent call last):\r\n" + frame + b"    x\r\nKeyboardInterrupt\r\n"
    said = says("a"), says("b", "client 2"), spins_on()
    play = scene("silent-client", *said, log="{a}\n", terminal=shown)
    run = history(play, source=b"select(r, [], [])\nc.recv(99)")
    assert ask("silent-client", run).findings[0].cause.name == cause
