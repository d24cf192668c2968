"""`docservice reindex`: the whole search index anew, beside the one in use, which goes on answering.

Interrupted at any time, it goes on where it was: the rebuild is a chain of jobs. Where nobody else runs jobs on this
data, this command runs them itself; else it watches the service's own runner or workers.
"""

import sys
import time

from docservice.bootstrap import Node, build
from docservice.core.work import SYSTEM
from docservice.searching import indexing
from docservice.settings import Settings

_PAUSE_SECONDS = 0.5
# Nobody runs the jobs, or nothing comes of them: say so and leave; the promise stays.
_PATIENCE_SECONDS = 30.0
_NOBODY = "Chưa tiến trình nào chạy tác vụ nền; việc lập lại đã được ghi và sẽ chạy khi có.\n"
_STUCK = (
    "Việc lập lại chưa tiến thêm (chỉ mục không trả lời hoặc tác vụ đang vướng; xem lệnh doctor); đã được ghi, "
    "chạy lại lệnh này để làm tiếp.\n"
)


def run_reindex(settings: Settings, *, patience_s: float = _PATIENCE_SECONDS) -> int:
    """Begin a rebuild, or go on with the one under way, and tell its progress; 0 when the new index is in use.

    1 when for so many seconds nothing came of it.
    """
    node = build(settings)
    try:
        with node.transactions.work(SYSTEM) as work:
            progress = indexing.last_rebuild(work)
            if progress is None or progress.ended_at is not None:
                indexing.begin_rebuild(work)
        return _watch(node, alone=settings.queue_url == "thread:" and node.runner.is_alone, patience_s=patience_s)
    finally:
        node.close()


def _watch(node: Node, *, alone: bool, patience_s: float) -> int:
    said, since = -1, time.monotonic()
    while True:
        with node.transactions.reading(SYSTEM) as reading:
            progress = indexing.last_rebuild(reading)
        if progress is None or progress.ended_at is not None:
            sys.stdout.write(f"Xong: {progress.total if progress else 0} văn bản trong chỉ mục mới.\n")
            return 0
        if progress.done != said:
            said, since = progress.done, time.monotonic()
            sys.stdout.write(f"{progress.done}/{progress.total} ({progress.percent} %)\n")
            sys.stdout.flush()
        if alone and node.runner.run_one():
            continue
        if time.monotonic() - since > patience_s:
            sys.stdout.write(_STUCK if alone else _NOBODY)
            return 1
        time.sleep(_PAUSE_SECONDS)
