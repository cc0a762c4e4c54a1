# expect: pass
# notes: can't start new thread
# cause: Starts threads until it is refused.

import threading


def attack():
    over = threading.Event()
    threads = []
    try:
        for _ in range(300):
            thread = threading.Thread(target=over.wait, args=(20,), daemon=True)
            thread.start()
            threads.append(thread)
        yield "every thread was granted"
    except RuntimeError as error:
        yield str(error)
    over.set()
    for thread in threads:
        thread.join()
