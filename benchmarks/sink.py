"""A sink of our own for where Postfix's is not installed: it takes every message and keeps none."""

import asyncio
import sys


class Sink(asyncio.Protocol):
    """Just enough SMTP (RFC 5321, with RFC 2920's pipelining) to answer a client as fast as Python can."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._buffer = bytearray()
        self._in_data = False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        answers: list[bytes] = []
        while True:
            end = self._buffer.find(b"\r\n.\r\n" if self._in_data else b"\r\n")
            if end < 0:
                break
            if self._in_data:
                del self._buffer[: end + 5]
                answers.append(b"250 2.0.0 Ok\r\n")
                self._in_data = False
            else:
                answers.append(self._answer(bytes(self._buffer[:4]).upper()))
                del self._buffer[: end + 2]
        if answers:
            self._transport.write(b"".join(answers))

    def _answer(self, verb: bytes) -> bytes:
        if verb == b"EHLO":
            return b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
        if verb == b"DATA":
            self._in_data = True
            return b"354 Go on\r\n"
        if verb == b"QUIT":
            self._transport.close()
            return b"221 Bye\r\n"
        return b"250 2.0.0 Ok\r\n"


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
