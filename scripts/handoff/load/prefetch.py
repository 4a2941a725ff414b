"""Read ahead: the next batch is parsed while the engine writes the one before it."""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
_END = object()


def prefetched(items: Iterator[T]) -> Generator[T, None, None]:
    """Yield `items`, each made in another thread while the one before it is used.

    What the making raises is raised here. Closing the generator waits for that thread.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="read-ahead") as pool:
        coming = pool.submit(next, items, _END)
        while (item := coming.result()) is not _END:
            coming = pool.submit(next, items, _END)
            yield item
