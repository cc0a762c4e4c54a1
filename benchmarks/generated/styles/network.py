"""The listening socket, and what is done to each connection."""

from generated.dimension import Value, dimension

_LISTEN = """\
#: listen
$listener = «new_socket»
«reuse_before»
«listener_options»
$listener.bind((«host», «port»))
«reuse_after»
$listener.listen(«backlog»)"""

_REUSE = "$listener.setsockopt(@socket.SOL_SOCKET, @socket.SO_REUSEADDR, 1)"

DIMENSIONS = (
    dimension(
        "listening socket",
        plain={"new_socket": "@socket.socket()", "listen": _LISTEN},
        spelled_out={
            "new_socket": "@socket.socket(@socket.AF_INET, @socket.SOCK_STREAM)",
            "listen": _LISTEN,
        },
        create_server={
            "new_socket": "",
            "listen": "#: listen\n$listener = @socket.create_server((«host», «port»))",
        },
    ),
    dimension(
        "address",
        all={"host_value": "'0.0.0.0'"},
        empty={"host_value": "''"},
        loopback={"host_value": "'127.0.0.1'"},
        localhost={"host_value": "'localhost'"},
        ipv6=Value(
            {
                "new_socket": "@socket.socket(@socket.AF_INET6, @socket.SOCK_STREAM)",
                "host_value": "'::'",
            },
            {"listening socket": ("plain", "spelled_out")},
        ),
    ),
    dimension(
        "port",
        p8888={"port_value": "8888"},
        p9999={"port_value": "9999"},
        p6666={"port_value": "6666"},
        p12345={"port_value": "12345"},
        any={"port_value": "0"},
    ),
    dimension(
        "reuse",
        before={"reuse_before": _REUSE, "reuse_after": ""},
        none={"reuse_before": "", "reuse_after": ""},
        after={"reuse_before": "", "reuse_after": _REUSE},
        port={
            "reuse_before": _REUSE.replace("SO_REUSEADDR", "SO_REUSEPORT"),
            "reuse_after": "",
        },
    ),
    dimension(
        "backlog",
        five={"backlog": "5"},
        one={"backlog": "1"},
        three={"backlog": "3"},
        none={"backlog": ""},
        many={"backlog": "128"},
    ),
    dimension(
        "blocking",
        yes={"listener_options": "", "accepted": ""},
        no={
            "listener_options": "$listener.setblocking(False)",
            "accepted": "$conn.setblocking(False)",
        },
        zero={"listener_options": "", "accepted": "$conn.setblocking(0)"},
        timeout={"listener_options": "", "accepted": "$conn.settimeout(10)"},
        nodelay={
            "listener_options": "",
            "accepted": "$conn.setsockopt(@socket.IPPROTO_TCP, @socket.TCP_NODELAY, 1)",
        },
        keepalive={
            "listener_options": "",
            "accepted": "$conn.setsockopt(@socket.SOL_SOCKET, @socket.SO_KEEPALIVE, 1)",
        },
    ),
    dimension(
        "buffer size",
        s1024={"size_value": "1024"},
        s4096={"size_value": "4096"},
        s2048={"size_value": "2048"},
        s500={"size_value": "500"},
        s65536={"size_value": "64 * 1024"},
    ),
)
