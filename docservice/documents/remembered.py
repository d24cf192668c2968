"""Texts read lately, kept in memory by the hash that names them in the store: a hash names the same text for ever.

Who may see a text is decided before it is asked for; here is only what saves the way to the store, which for twenty
hits of a search on S3 takes longer than everything else on the page.
"""

import threading
from collections import OrderedDict

# Of two bytes each, in every process; a book is read again each time.
_MOST_LETTERS, _LONGEST = 16_000_000, 200_000


class Remembered:
    """The texts asked for last, up to `most` letters in all."""

    def __init__(self, most: int = _MOST_LETTERS, longest: int = _LONGEST) -> None:
        self._most, self._longest = most, longest
        self._lock = threading.Lock()
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._letters = 0

    def get(self, key: str) -> str | None:
        """The text with this hash, if it was read lately."""
        with self._lock:
            text = self._texts.get(key)
            if text is not None:
                self._texts.move_to_end(key)
            return text

    def keep(self, key: str, text: str) -> None:
        """Remember a text, and forget those that were asked for longest ago."""
        if len(text) > self._longest:
            return
        with self._lock:
            self._letters += len(text) - len(self._texts.pop(key, ""))
            self._texts[key] = text
            while self._letters > self._most:
                _, forgotten = self._texts.popitem(last=False)
                self._letters -= len(forgotten)
