"""Rounding as it is done by hand: a half goes up, and the noise of binary numbers is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

DECIMALS = 9
"""Nobody gives marks, weights or points as fine as this; what differs beyond is how a computer holds numbers."""

NOISE = 10.0**-DECIMALS


def half_up(values: NDArray[np.float64], decimals: int) -> NDArray[np.float64]:
    """Values to so many decimals, a half away from zero (商业四舍五入).

    Examples
    --------
    >>> import numpy as np
    >>> half_up(np.array([84.5, 84.4999999999999, 84.49, -0.5]), 0).tolist()
    [85.0, 85.0, 84.0, -1.0]
    >>> half_up(np.array([84.05, 84.25, 84.35]), 1).tolist(), round(84.25, 1)
    ([84.1, 84.3, 84.4], 84.2)
    """
    scale = 10.0**decimals
    exact = np.round(np.abs(values) * scale, DECIMALS - decimals)
    return np.copysign(np.floor(exact + 0.5) / scale, values)
