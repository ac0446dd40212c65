"""The few pieces of SQL text that the engine needs spelled out."""

from __future__ import annotations

from collections.abc import Iterable


def quoted(name: str) -> str:
    """A column or table name as an SQL identifier.

    Examples
    --------
    >>> quoted("合计")
    '"合计"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def listed(names: Iterable[str]) -> str:
    """Identifiers, comma by comma."""
    return ", ".join(quoted(name) for name in names)


def trimmed(text: str) -> str:
    """A text expression without the blanks around it: tabs, line ends, full-width and hard blanks too."""
    return f"trim({text}, {' || '.join(_BLANKS)})"


_BLANKS = ("chr(32)", "chr(9)", "chr(10)", "chr(13)", "chr(160)", "chr(12288)")


def has_blanks(text: str) -> str:
    """Whether `trimmed` would change a text expression; much cheaper than trimming it."""
    ends = " or ".join(f"suffix({text}, {blank})" for blank in _BLANKS)
    starts = " or ".join(f"prefix({text}, {blank})" for blank in _BLANKS[-2:])
    return f"({text} < '!' or {ends} or {starts})"
