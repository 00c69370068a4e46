"""The numbers that instructions are made of."""

REGISTERS = 24
"""Values of one elementwise instruction, at most: more would leave the processor's own."""
SIZE = 10
"""Numbers of one elementwise operation."""

EACH, REDUCE, PRODUCT, TAKE, PUT = range(5)
"""Instructions."""
SUM, MIN, MAX, ARGMIN = range(4)
"""What reduces."""
LOAD, STORE, FILL, COPY, ADD, SUB, MUL, DIV, NEG, SQUARE, SQRT, ABS = range(12)
EXP, LOG, TANH, SIGMOID, SILU, SILU_RISE, SIN, COS, FLOOR, TRUNC, EXPM1, LOG1P = range(12, 24)
SIGN, RELU, MINIMUM, MAXIMUM, LT, LE, EQ, NE, WHERE, FINITE = range(24, 34)
"""Operations of an elementwise instruction."""
