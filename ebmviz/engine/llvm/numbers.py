"""The numbers that functions of float32 are made of: polynomials of the Cephes library (Moshier),
within 2 units in the last place.
"""

from __future__ import annotations

import numpy as np

F = np.float32
ROUND, SHIFT, SQRT_HALF = F(1.5 * 2**23), np.int32(23), np.int32(0x3F3504F3)
ZERO, HALF, ONE, TWO, INF, NAN = F(0), F(0.5), F(1), F(2), F(np.inf), F(np.nan)
LOG2E, HI, LO = F(np.log2(np.e)), F(0.693359375), F(-2.12194440e-4)
MOST, LEAST = F(88.72283), F(-87.33654)
E2, E3, E4 = F(5.0000001201e-1), F(1.6666665459e-1), F(4.1665795894e-2)
E5, E6, E7 = F(8.3334519073e-3), F(1.3981999507e-3), F(1.9875691500e-4)
TINY, UP, DOWN = F(1.17549435e-38), F(2.0**24), F(24)
L3, L4, L5 = F(3.3333331174e-1), F(-2.4999993993e-1), F(2.0000714765e-1)
L6, L7, L8 = F(-1.6668057665e-1), F(1.4249322787e-1), F(-1.2420140846e-1)
L9, L10, L11 = F(1.1676998740e-1), F(-1.1514610310e-1), F(7.0376836292e-2)
T3, T5, T7 = F(-3.33332819422e-1), F(1.33314422036e-1), F(-5.37397155531e-2)
T9, T11, NEAR = F(2.06390887954e-2), F(-5.70498872745e-3), F(0.625)
