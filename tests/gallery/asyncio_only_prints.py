# expect: fail client-logged, waits-in-select
# finding: client-text-unused
# cause: With asyncio, clients' messages are only printed; at Ctrl-C it shows tracebacks that have
#   nothing to do with that.

import asyncio
import sys


def write(text):
    with open('log.txt', 'a') as f:
        f.write(text)


async def handle(reader, writer):
    while True:
        data = await reader.read(1024)
        if not data:
            break
        print('客户端:', data.decode())
    writer.close()


async def main():
    loop = asyncio.get_running_loop()
    loop.add_reader(sys.stdin, lambda: write(sys.stdin.readline()))
    server = await asyncio.start_server(handle, '0.0.0.0', 8888)
    try:
        await server.serve_forever()
    except asyncio.CancelledError:
        print('服务器退出')
        raise


asyncio.run(main())
