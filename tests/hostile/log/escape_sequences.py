# expect: fail client-logged
# cause: Logs sequences that move a cursor, clear a screen, rename a window and ring the bell.

TEXT = b"\x1b[2J\x1b[31m\x1b]0;title\x07\x1b]8;;http://192.0.2.1\x1b\\\x9b31m\x08\x08\r\x1bc"
