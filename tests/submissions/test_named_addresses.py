"""The IP addresses that a program names are found in its source."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submissions.named_addresses import MOST, is_one_of, named_addresses
from grader.submissions.submission import Submission


def addresses(source: str) -> tuple[str, ...]:
    found = named_addresses(source.encode())
    assert Submission(name="s.py", source=source.encode()).addresses == found
    return found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("s.bind(('192.168.1.5', 8888))", ("192.168.1.5",)),
        ("HOST = '10.0.0.3'\nPORT = 8888", ("10.0.0.3",)),
        ("ADDR = ('176.140.1.19', 8888)", ("176.140.1.19",)),
        ("class A:\n def f(self, host='172.16.0.9'): ...", ("172.16.0.9",)),
        ("a, b = '10.0.0.3', '10.0.0.3'", ("10.0.0.3",)),
        ("s.bind(('2001:DB8:0::7', 1))", ("2001:db8::7",)),
        ("s.bind(('::ffff:192.168.1.5', 1))", ("192.168.1.5",)),
        ("s.bind(('169.254.7.7', 1))", ("169.254.7.7",)),
        ("# 192.168.1.5\ns.bind(('', 1))", ()),
        ("'send it to 192.168.1.5'", ()),
        ("b'192.168.1.5'", ()),
        ("VERSION = '1.2.3'", ()),
        ("'192.168.1.5' '6'", ("192.168.1.56",)),
        ("HOST = '192.168.1.5", ()),
        ("\0", ()),
    ],
)
def test_addresses_in_a_source(source: str, expected: tuple[str, ...]) -> None:
    assert addresses(source) == expected


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"),
        *("0.0.0.0", "::", "255.255.255.255", "224.0.0.251", "ff02::1"),
        *("fe80::1", "fe80::1%eth0", "2001:db8::1%eth0"),
        *("192.168.1", "192.168.1.256", "192.168.1.5:8888", "localhost", ""),
    ],
)
def test_what_a_computer_has_anyway_or_never(address: str) -> None:
    assert addresses(f"s.bind(({address!r}, 8888))") == ()
    assert not is_one_of(address, (address,))


def test_the_number_is_bounded() -> None:
    found = addresses(f"hosts = {[f'10.0.{number}.1' for number in range(256)]}")
    assert found == tuple(f"10.0.{number}.1" for number in range(MOST))


@given(st.ip_addresses())
def test_an_address_is_recognized_however_the_kernel_writes_it(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    for found in addresses(f"s.bind(({str(address)!r}, 8888))"):
        assert is_one_of(str(address), (found,))
        if isinstance(address, ipaddress.IPv4Address):
            assert is_one_of(f"::ffff:{address}", (found,))
