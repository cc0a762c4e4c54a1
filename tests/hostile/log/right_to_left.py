# expect: fail client-logged
# cause: Logs marks that reverse the displayed text, and letters without width.

TEXT = "\u202e\u2066\u200f\u061c\u200b\ufeff\u00ad\u2028tnuocca\u202c\U000e0041".encode()
