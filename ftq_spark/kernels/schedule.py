"""Work that depends on other work, several pieces at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait


def run_graph(
    names: Sequence[str],
    needs: Mapping[str, frozenset[str]],
    work: Callable[[str], None],
    at_once: int,
    stop: Callable[[str], None] = lambda name: None,
) -> None:
    """Call ``work(name)`` once for each name, in a thread, when what it needs is done; at most `at_once` at a time.

    Where several are ready they begin in the order of `names`. After a failure nothing new begins; what is at work is
    waited for, and the first failure is raised. Where the wait itself is interrupted (Ctrl-C), ``stop(name)`` is called
    for what is at work.

    Args:
        names: each once, in an order that could run them one by one.
        needs: the names that must be done first; a name that is not in `names` counts as done.

    Raises:
        ValueError: a name needs itself or a later one, so that the order of `names` would not do.
    """
    placed = {name: place for place, name in enumerate(names)}
    waiting = {name: {other for other in needs.get(name, ()) if other in placed} for name in names}
    for name, others in waiting.items():
        if any(placed[other] >= placed[name] for other in others):
            raise ValueError(f"{name} needs {', '.join(sorted(others))}, of which one is not before it")
    running: dict[Future[None], str] = {}
    failure: BaseException | None = None
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        while waiting or running:
            ready = [name for name in names if name in waiting and not waiting[name]] if failure is None else []
            for name in ready[: at_once - len(running)]:
                del waiting[name]
                running[pool.submit(work, name)] = name
            if not running:
                break
            try:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
            except BaseException:
                for name in running.values():
                    stop(name)
                raise
            for future in done:
                name = running.pop(future)
                failure = failure or future.exception()
                for others in waiting.values():
                    others.discard(name)
    if failure is not None:
        raise failure
