"""The place in a file whose bytes come from elsewhere: seeking costs nothing, the next read goes there."""

import io


class Seekable(io.RawIOBase):
    """Readers set `_size` and `_at`, in bytes, and say in `readinto` what lies there; a place may be past the end."""

    _size: int
    _at: int

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, begin + offset)
        return self._at
