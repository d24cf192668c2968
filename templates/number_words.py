"""Whole numbers in words, as totals on papers are written a second time."""

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_LARGEST = 999_999


def in_words(number: int) -> str:
    """`một nghìn không trăm linh năm` for 1005; from 0 to 999,999, else `ValueError`."""
    if not 0 <= number <= _LARGEST:
        raise ValueError(number)
    thousands, rest = divmod(number, 1000)
    parts = [f"{_below_thousand(thousands)} nghìn"] if thousands else []
    if rest or not thousands:
        parts.append(_below_thousand(rest, whole=bool(thousands)))
    return " ".join(parts)


def _below_thousand(number: int, *, whole: bool = False) -> str:
    """With `whole` the hundreds are said although there are none: something stands before them."""
    hundreds, rest = divmod(number, 100)
    if not hundreds and not whole:
        return _below_hundred(rest)
    said = f"{_DIGITS[hundreds]} trăm"
    if not rest:
        return said
    return f"{said} linh {_DIGITS[rest]}" if rest < 10 else f"{said} {_below_hundred(rest)}"


def _below_hundred(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    said = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    if not ones:
        return said
    last = {1: "một" if tens == 1 else "mốt", 5: "lăm"}.get(ones, _DIGITS[ones])
    return f"{said} {last}"
