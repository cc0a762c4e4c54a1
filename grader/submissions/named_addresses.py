"""Finds the IP addresses that a program names in its source, without running it.

A server that binds ``192.168.1.5`` works on its author's computer, which has that address, so the
sandbox's loopback interface gets the address, too.
"""

import ast
import ipaddress
import warnings

MOST = 16
"""Maximum number of addresses that the sandbox gets for one program."""


def named_addresses(source: bytes) -> tuple[str, ...]:
    """Find the string constants of a program that are IP addresses, at most :data:`MOST`.

    Those that every computer has, or that no computer can have, are left out. An IPv4 address in
    IPv6 notation (``::ffff:192.168.1.5``) is returned as IPv4.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # for example about '\W' in a Windows path
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ()
    found: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            address = _assignable(node.value)
            if address is not None:
                found[address] = None
    return tuple(found)[:MOST]


def is_one_of(address: str, addresses: tuple[str, ...]) -> bool:
    """Whether ``address``, as the kernel writes it, is one of ``addresses``."""
    return _assignable(address) in addresses


def _assignable(text: str) -> str | None:
    """``text`` in canonical form if it is an address that one computer's interface can have."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address
    if address.is_loopback or address.is_unspecified or address.is_multicast:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        # A link-local address is valid only together with the name of an interface.
        return None if address.is_link_local or address.scope_id else str(address)
    return None if text == "255.255.255.255" else str(address)
