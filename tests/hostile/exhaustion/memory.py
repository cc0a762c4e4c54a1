# expect: fail starts
# cause: Allocates 400 MiB of memory.


def attack():
    taken = [bytes([1]) * (4 << 20) for _ in range(100)]
    yield f"{len(taken)} pieces of memory were granted"
