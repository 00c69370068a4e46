"""The numbers that instructions of `tape` are made of."""

CHUNK = 512
"""Numbers of one register."""
REGISTERS = 24
DEEP = 256
"""Rows of B in a product at a time."""
SIZE = 10
"""Numbers of one elementwise operation."""

EACH, REDUCE, PRODUCT, TAKE, PUT, CALL = range(6)
"""Instructions."""
SUM, MIN, MAX, ARGMIN = range(4)
"""What reduces."""
LOAD, STORE, FILL, COPY, ADD, SUB, MUL, DIV, NEG, SQUARE, SQRT, ABS = range(12)
EXP, LOG, TANH, SIGMOID, SILU, SILU_RISE, SIN, COS, FLOOR, TRUNC, EXPM1, LOG1P = range(12, 24)
SIGN, RELU, MINIMUM, MAXIMUM, LT, LE, EQ, NE, WHERE, FINITE = range(24, 34)
"""Operations of an elementwise instruction."""
