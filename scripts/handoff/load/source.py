"""Bytes of one landed file: read once, in order, hashed on the way, unpacked if need be.

Nothing is held in memory but the block at hand; what a file may unpack to is bounded.
"""

import hashlib
import os
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from handoff.load.batch import RefusedError
from handoff.load.limits import MIB, Limits

BLOCK_BYTES = 16 * MIB
GZIP_MAGIC = b"\x1f\x8b"
_RATIO_MATTERS_FROM = 256 * MIB
_CHANGED = "the file changed while it was read; expected a file that is complete"


class Source:
    """One open file."""

    def __init__(self, path: Path, limits: Limits, *, compressed: bool) -> None:
        """Open the file; nothing is read yet."""
        self._path = path
        self._file = path.open("rb", buffering=0)
        self._limits = limits
        self._compressed = compressed
        self._hash = hashlib.sha256()
        self._read = 0
        self._stat = self._mark()

    def __enter__(self) -> "Source":
        """Return the source itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Close the file."""
        self.close()

    @property
    def size(self) -> int:
        """Size of the file as it lies on the disk, in bytes."""
        return self._stat[0]

    def blocks(self) -> Iterator[bytes]:
        """Read the file to its end, block by block, unpacked."""
        plain = self._unpacked() if self._compressed else self._raw(BLOCK_BYTES)
        for number, block in enumerate(plain):
            if number == 0:
                self._check_start(block)
            yield block

    def digest(self) -> str:
        """Return the SHA-256 of the whole file; what was not read yet is read now."""
        for _ in self._raw(BLOCK_BYTES):
            pass
        if self._mark() != self._stat or self._read != self.size:
            raise RefusedError(_CHANGED)
        return self._hash.hexdigest()

    def check_place(self) -> None:
        """Refuse a file whose name leads to another by now: for what was read by its name."""
        if not os.path.samestat(self._path.stat(), os.fstat(self._file.fileno())):
            raise RefusedError(_CHANGED)

    def read_ahead(self) -> None:
        """Read the file for its digest; whatever stops that is for `digest` to tell."""
        with suppress(OSError):
            for _ in self._raw(MIB):
                pass

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def rewind(self) -> None:
        """Start again from the first byte."""
        self._file.seek(0)
        self._hash = hashlib.sha256()
        self._read = 0

    def _mark(self) -> tuple[int, int]:
        state = os.fstat(self._file.fileno())
        return state.st_size, state.st_mtime_ns

    def _raw(self, size: int) -> Iterator[bytes]:
        while block := self._file.read(size):
            self._hash.update(block)
            self._read += len(block)
            yield block

    def _unpacked(self) -> Iterator[bytes]:
        """Unpack gzip, members one after the other, in blocks of bounded size."""
        unpacker: zlib._Decompress | None = None
        unpacked = 0
        ready: list[bytes] = []
        try:
            for packed in self._raw(MIB):
                rest = packed
                while rest:
                    unpacker = unpacker or zlib.decompressobj(wbits=31)
                    piece = unpacker.decompress(rest, BLOCK_BYTES)
                    unpacked += len(piece)
                    self._check_growth(unpacked)
                    ready.append(piece)
                    if sum(map(len, ready)) >= BLOCK_BYTES:
                        yield b"".join(ready)
                        ready = []
                    rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
                    unpacker = None if unpacker.eof else unpacker
        except zlib.error:
            message = "not a whole gzip file (its content does not unpack); expected a .gz file"
            raise RefusedError(message) from None
        if unpacker is not None:
            message = "the gzip file ends in the middle; expected a whole file, copy it again"
            raise RefusedError(message)
        if ready:
            yield b"".join(ready)

    def _check_growth(self, unpacked: int) -> None:
        limits = self._limits
        if unpacked > limits.unpacked_bytes:
            message = (
                f"unpacks to more than {limits.unpacked_bytes:,} bytes, the limit "
                "(HANDOFF_MAX_UNPACKED_BYTES)"
            )
            raise RefusedError(message)
        if unpacked > _RATIO_MATTERS_FROM and unpacked > limits.unpacked_ratio * self._read:
            message = (
                f"unpacks to more than {limits.unpacked_ratio} times its size; "
                "expected a table, this looks like a zip bomb"
            )
            raise RefusedError(message)

    def _check_start(self, block: bytes) -> None:
        """Refuse what a wrong extension or encoding gives away in the first bytes."""
        start = block[:4]
        if start[:2] == GZIP_MAGIC:
            message = "holds gzip data, but its name says otherwise; expected a name ending in .gz"
        elif start == b"PAR1":
            message = "holds parquet data, but its name says otherwise; expected .parquet"
        elif start[:2] == b"PK":
            message = "holds a zip archive or a spreadsheet; expected plain text"
        elif start[:2] in {b"\xff\xfe", b"\xfe\xff"} or block[:512].count(0) > 128:
            message = "is encoded in UTF-16 or is not text; expected UTF-8"
        else:
            return
        raise RefusedError(message)


@contextmanager
def hashed_meanwhile(sources: list[Source]) -> Iterator[None]:
    """Read files for their digests in another thread, while somebody else reads their content."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="hash") as pool:
        for source in sources:
            pool.submit(source.read_ahead)
        yield


class Lines:
    """Blocks of whole lines, with the number of the line each begins with."""

    def __init__(self, blocks: Iterator[bytes], limits: Limits) -> None:
        """Take the blocks of a source."""
        self._blocks = blocks
        self._limits = limits
        self._kept = b""
        self._ready = b""
        self._given_back = 0
        self._ended = False
        self.line = 1

    def next(self) -> bytes:
        """Return the next whole lines, with what was given back in front; empty at the end."""
        if self._ready:
            whole, self._ready = self._ready, b""
            return whole
        while not self._ended:
            block = next(self._blocks, None)
            if block is None:
                self._ended = True
                break
            data = self._kept + block
            cut = data.rfind(b"\n") + 1 or data.rfind(b"\r", 0, -1) + 1
            if cut > self._given_back:
                self._kept, whole = data[cut:], data[:cut]
                self._given_back = 0
                return whole
            self._kept = data
            self.check_held(len(data))
        rest, self._kept = self._kept, b""
        return rest

    def put_back(self, whole: bytes) -> None:
        """Put whole lines back, to be returned next."""
        self._ready = whole

    @property
    def is_last(self) -> bool:
        """Say whether the block returned last was the file's last."""
        return self._ended

    def give_back(self, rest: bytes) -> None:
        """Put the beginning of an unfinished record back, to be seen again with what follows it."""
        self.check_held(len(rest))
        self._kept = rest + self._kept
        self._given_back = len(rest)

    def check_held(self, size: int) -> None:
        """Refuse a file whose record does not end within the limit."""
        if size > self._limits.record_bytes + BLOCK_BYTES:
            message = (
                f"the record that begins in line {self.line:,} does not end within "
                f"{self._limits.record_bytes:,} bytes"
            )
            raise RefusedError(message, line=self.line)
