"""Workers: who computes the batches of a run. They are opened for the run and closed with it, however it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager

Workers = Callable[[], AbstractContextManager[Executor]]


class LostWorkersError(BrokenExecutor):
    """Workers that die again and again, so that the run was given up; in Vietnamese."""


def two_threads() -> Executor:
    """Give the usual workers: kernels let go of the interpreter's lock, so threads suffice on one machine."""
    return ThreadPoolExecutor(2)


@contextmanager
def on_dask(address: str) -> Iterator[Executor]:
    """Give the workers of a Dask scheduler (`tcp://host:8786`), to which the connection is closed at the end.

    Raises ValueError where Dask is not installed or nobody answers at the address, and LostWorkersError where Dask gave
    a batch up because its workers died, or the scheduler itself went away.
    """
    try:
        from distributed import Client, KilledWorker
    except ImportError as error:
        raise ValueError("--scheduler cần gói Python “distributed”: pip install distributed.") from error
    try:
        client = Client(address)
    except (OSError, ValueError) as error:
        raise ValueError(
            f"Không nối được tới bộ điều phối Dask {address}. Kiểm tra máy, cổng và tường lửa; ghi như tcp://may-chu:8786."
        ) from error
    with client:
        try:
            yield client.get_executor(pure=False)
        except (KilledWorker, CancelledError) as error:
            raise LostWorkersError(
                f"Các máy tính của {address} chết khi đang tính một phần của lượt, hoặc bộ điều phối đã dừng. "
                "Xem nhật ký của cụm (thường do thiếu bộ nhớ), rồi chạy lại."
            ) from error
