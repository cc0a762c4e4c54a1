# expect: fail client-logged
# cause: Logs text that a spreadsheet would run.

TEXT = b"=cmd|'/C calc'!A0,+1,-1,@SUM(1),\t=1\r\n=HYPERLINK(1)\n"
