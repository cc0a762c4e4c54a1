"""It says bytes that are no text in any encoding."""

TEXT = bytes(range(128, 256)) + b"\xed\xa0\x80\xf5\xff\xc0\x80"
