"""Where work is spread over processes, and nowhere else.

Tasks go to any executor of the standard library's interface: a pool of processes, or the client of
a cluster.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    as_completed,
)
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from stroma.errors import Place, Problem, StudyProblem
from stroma.texts import text

Report = Callable[[int, int, str], None]
"""Called with the number of files done, the number in all, and the file."""

Task = TypeVar("Task")
Result = TypeVar("Result")


@contextmanager
def executor_for(workers: int, *, load: str | None = None) -> Iterator[Executor | None]:
    """Open a pool of processes.

    Parameters
    ----------
    workers
        How many; 0 takes one for each core, 1 needs none.
    load
        Module of what they are sure to do: they start now, and load it while this process prepares
        the tasks. ``None`` starts them with the first task.

    Yields
    ------
    Executor or None
        ``None`` where the work is better done here.
    """
    count = workers or os.cpu_count() or 1
    if count == 1:
        yield None
        return
    # Spawned processes share no state with this one, on every system alike.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        count, mp_context=context, initializer=_begin_worker, initargs=(os.getpid(), load)
    ) as pool:
        if load is not None:
            for _ in range(count):
                pool.submit(os.getpid)
        yield pool


def spread(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    executor: Executor | None,
    *,
    done: Callable[[Task], None],
) -> Iterator[Result]:
    """Do one work for many tasks.

    Parameters
    ----------
    work
        What is done; it and the tasks can be sent to another process.
    tasks
        To what.
    executor
        Where; ``None`` for here and now.
    done
        Told of each task when it is done, in whatever order that comes.

    Yields
    ------
    object
        What each task came to, in the order of the tasks.

    Raises
    ------
    StudyProblem
        A worker ended before its work was done.
    """
    if executor is None:
        for task in tasks:
            yield work(task)
            done(task)
        return
    futures: dict[Future[Result], Task] = {executor.submit(work, task): task for task in tasks}
    with _named_end():
        for future in as_completed(futures):
            future.result()
            done(futures[future])
    yield from (future.result() for future in futures)


def begin(
    work: Callable[[Task], Result], task: Task, executor: Executor | None
) -> Callable[[], Result]:
    """Begin one work that other work does not wait for.

    Parameters
    ----------
    work
        What is done; it and the task can be sent to another process.
    task
        To what.
    executor
        Where; ``None`` for here, once it is asked for.

    Returns
    -------
    callable
        Returns what the task came to, when that is known; raises as :func:`spread` does.
    """
    if executor is None:
        return partial(work, task)
    future = executor.submit(work, task)

    def finish() -> Result:
        with _named_end():
            return future.result()

    return finish


@contextmanager
def _named_end() -> Iterator[None]:
    try:
        yield
    except BrokenExecutor as broken:
        raise StudyProblem(_workers_ended()) from broken


def _workers_ended() -> Problem:
    return Problem(
        Place(),
        found=text("a worker process ended before its work was done"),
        expected=text("workers that live until all tubes are measured"),
        action=text(
            "in a script, call Stroma below the line: if __name__ == '__main__':  - or measure "
            "with one worker"
        ),
    )


def _begin_worker(parent: int, load: str | None) -> None:
    _end_with(parent)
    if load is not None:
        importlib.import_module(load)


def _end_with(parent: int) -> None:
    """Have a worker end when the process that started it is gone, however it went."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
