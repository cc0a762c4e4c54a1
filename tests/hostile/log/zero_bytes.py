# expect: fail client-logged
# cause: Logs zeros and other characters that XML forbids.

TEXT = b"\0\0\x01\x02\x0b\x0c\x1f\x7f" + "\ufffe\uffff".encode()
