"""Amounts as people write them: 150,000 · ¥150000 · 15 万元."""

from __future__ import annotations

import re
from math import isfinite
from unicodedata import normalize

import numpy as np
import pandas as pd

_AMOUNT = re.compile(
    r"([+-]?)\s*[¥$€£]?\s*([+-]?)\s*"
    r"((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)(?:[eE]([+-]?\d{1,3}))?"
    r"\s*([万亿]?)\s*[元圆$€£]?"
)
_UNITS = {"": 0, "万": 4, "亿": 8}


def amount(text: str) -> float | None:
    """An amount; None where the text is none.

    A comma parts thousands and nothing else: 1,5 may be one and a half or a slip, so it is not guessed at.

    Examples
    --------
    >>> [amount(text) for text in ("150,000", "¥1,234.50", "15 万元", "-3", "1,5", "n/a")]
    [150000.0, 1234.5, 150000.0, -3.0, None, None]
    """
    found = _AMOUNT.fullmatch(normalize("NFKC", text).replace("−", "-").strip())
    if found is None or (found[1] and found[2]):
        return None
    digits, power = found[3].replace(",", ""), int(found[4] or 0) + _UNITS[found[5]]
    value = float(f"{found[1] or found[2]}{digits}e{power}")
    return value if isfinite(value) else None


def amounts(texts: pd.Series) -> pd.Series:
    """Texts as amounts; NaN where none is given or it cannot be read."""
    plain = pd.to_numeric(texts, errors="coerce").to_numpy("float64", na_value=np.nan)
    found = np.where(np.isfinite(plain), plain, np.nan)
    written = (np.isnan(found) & texts.notna().to_numpy(bool)).nonzero()[0]
    others = texts.iloc[written].astype("str")
    found[written] = others.map({text: amount(text) for text in others.unique()}).to_numpy("float64", na_value=np.nan)
    return pd.Series(found, index=texts.index)


def unreadable(texts: pd.Series, read: pd.Series) -> pd.Series:
    """Whether each text is given and yet no amount was read from it."""
    given = texts.notna() & (texts.astype("string").str.strip().fillna("") != "")
    return pd.Series((read.isna() & given).to_numpy(bool), index=texts.index)
