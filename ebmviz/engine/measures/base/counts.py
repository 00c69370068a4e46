"""At how many places measures look."""

SECTION_SAMPLES = 241  # along the cut
GRADIENT_CELLS = (25, 17)  # of the map, across and along
CURVE_POINTS = 400  # of a curve over the steps
MARKS = 400  # data whose codes are looked at
