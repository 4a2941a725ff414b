"""A server that speaks just enough of Postgres's protocol to turn a client away."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

ENCRYPTION_REQUESTS = {80877103, 80877104}
GREETING = {
    "server_version": "15.0",
    "client_encoding": "UTF8",
    "standard_conforming_strings": "on",
}


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


def _error(severity: str, code: str, words: str) -> bytes:
    fields = (b"S", severity), (b"C", code), (b"M", words)
    return _message(b"E", b"".join(key + text.encode() + b"\0" for key, text in fields) + b"\0")


def _ready(state: bytes) -> bytes:
    return _message(b"Z", state)


class Session:
    """One client: greeted, and then refused either its password or its every wish."""

    def __init__(self, connection: socket.socket, *, refuses_password: bool) -> None:
        """Serve the client until it goes."""
        self.stream = connection.makefile("rwb")
        self.refuses_password = refuses_password

    def serve(self) -> None:
        """Speak with the client."""
        while self._number() and self._startup() in ENCRYPTION_REQUESTS:
            self._say(b"N")
        if self.refuses_password:
            self._say(_message(b"R", struct.pack("!i", 3)))
            self._hear()
            self._say(_error("FATAL", "28P01", 'password authentication failed for user "nobody"'))
            return
        known = (f"{name}\0{value}\0".encode() for name, value in GREETING.items())
        settings = b"".join(_message(b"S", one) for one in known)
        self._say(_message(b"R", struct.pack("!i", 0)) + settings + _ready(b"I"))
        while (heard := self._hear()) and heard[0] == b"Q":
            word = heard[1].split(None, 1)[0].rstrip(b"\0;").upper()
            if word in {b"BEGIN", b"COMMIT", b"ROLLBACK", b"SET"}:
                state = b"T" if word == b"BEGIN" else b"I"
                self._say(_message(b"C", word + b"\0") + _ready(state))
            else:
                self._say(_error("ERROR", "42501", "permission denied for schema raw"))
                self._say(_ready(b"E"))

    def _number(self) -> bool:
        self.length = self.stream.read(4)
        return len(self.length) == 4

    def _startup(self) -> int:
        body = self.stream.read(struct.unpack("!i", self.length)[0] - 4)
        return struct.unpack("!i", body[:4])[0]

    def _hear(self) -> tuple[bytes, bytes] | None:
        kind = self.stream.read(1)
        if not kind:
            return None
        return kind, self.stream.read(struct.unpack("!i", self.stream.read(4))[0] - 4)

    def _say(self, words: bytes) -> None:
        self.stream.write(words)
        self.stream.flush()


@contextmanager
def listening(*, refuses_password: bool) -> Iterator[int]:
    """Listen on a port of this machine for as long as the body runs; gives the port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with connection, suppress(OSError, struct.error):
                        Session(connection, refuses_password=refuses_password).serve()

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
