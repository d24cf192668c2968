"""A mark beside an object that is about to be deleted, so that a `put` of the same bytes meanwhile is not lost.

S3 cannot delete "unless it was put again". So who deletes sets a mark, then looks at the object's time, then deletes;
who puts refreshes the time, then looks for a mark. Whichever came first, one of them sees the other.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

# A mark that stays longer is what a killed clean-up left.
_PATIENCE_SECONDS = 60.0
_LOOK_SECONDS = 0.1


class Going:
    """Marks lie under `.going/` of the bucket; `delete` removes an object with every version of it."""

    def __init__(self, s3: Any, bucket: str, delete: Callable[[str], None]) -> None:
        self._s3, self._bucket, self._delete = s3, bucket, delete

    @contextmanager
    def mark(self, name: str) -> Iterator[None]:
        """Hold a mark for as long as the block takes."""
        self._s3.put_object(Bucket=self._bucket, Key=_mark(name), Body=b"")
        try:
            yield
        finally:
            self._delete(_mark(name))

    def is_marked(self, name: str) -> bool:
        try:
            self._s3.head_object(Bucket=self._bucket, Key=_mark(name))
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in {"404", "NoSuchKey", "NotFound"}:
                raise
            return False
        return True

    def wait_for(self, name: str) -> None:
        """Return when the mark is gone; one that nobody takes away is removed."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while self.is_marked(name):
            if time.monotonic() > end:
                self._delete(_mark(name))
                return
            time.sleep(_LOOK_SECONDS)


def _mark(name: str) -> str:
    return f".going/{name.rpartition('/')[2]}"
