# expect: fail client-logged
# cause: Logs text that a browser would run.

TEXT = b"</script></pre><script>alert(1)</script><img src=x onerror=alert(1)>\x22 onmouseover=alert(1) ]]>&amp;{{7*7}}${7*7}"
