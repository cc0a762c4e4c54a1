# expect: fail client-logged
# cause: Logs bytes that are not text in any encoding.

TEXT = bytes(range(128, 256)) + b"\xed\xa0\x80\xf5\xff\xc0\x80"
