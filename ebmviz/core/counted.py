"""How many of something, as it is said."""


def counted(count: int, one: str = "point", several: str = "") -> str:
    """3 points, 1 point, 2 branches; several: where more than an s is between them."""
    return f"{count} {one if count == 1 else several or f'{one}s'}"
