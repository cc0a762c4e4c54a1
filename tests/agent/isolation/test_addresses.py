"""What is sent to the kernel for an address, and what it answers. In a sandbox, see
``tests/sandbox``."""

import errno
import struct
from socket import AF_INET, AF_INET6, inet_pton

import pytest

from grader.agent.isolation.addresses import check_reply, request


@pytest.mark.parametrize(
    ("address", "family", "bits"), [("192.168.1.5", AF_INET, 32), ("2001:db8::7", AF_INET6, 128)]
)
def test_a_request_names_one_address(address: str, family: int, bits: int) -> None:
    message = request(address, 1)
    length, kind = struct.unpack_from("=IH", message)
    assert (length, kind) == (len(message), 20)  # RTM_NEWADDR
    assert struct.unpack_from("=BB", message, 16) == (family, bits)
    assert message.count(inet_pton(family, address)) == 2


@pytest.mark.parametrize(
    ("reply", "number"),
    [
        (struct.pack("=IHHIIi", 36, 2, 0, 1, 0, -errno.EPERM), errno.EPERM),
        (struct.pack("=IHHIIi", 36, 2, 0, 1, 0, -errno.EEXIST), errno.EEXIST),
        (struct.pack("=IHHIIi", 36, 3, 0, 1, 0, 0), errno.EBADMSG),
        (struct.pack("=IHHII", 16, 2, 0, 1, 0), errno.EBADMSG),
        (b"", errno.EBADMSG),
    ],
)
def test_a_refusal_is_raised(reply: bytes, number: int) -> None:
    with pytest.raises(OSError) as caught:  # noqa: PT011
        check_reply(reply)
    assert caught.value.errno == number


def test_an_acknowledgement_is_no_error() -> None:
    check_reply(struct.pack("=IHHIIi", 36, 2, 0, 1, 0, 0))
