"""Two numbers in a sentence, in as many digits as tell them apart. Knows nothing about what they are."""


def apart(before: float | None, after: float | None, *, least: str = "4g") -> tuple[str, str]:
    """Both in four digits, or in as many as it takes; ``least`` says how else, as ``2f`` for two decimals."""
    fewest, kind = int(least[:-1]), least[-1]
    for digits in range(fewest, 18):
        a, b = ("none" if value is None else f"{value:.{digits}{kind}}" for value in (before, after))
        if a != b or before == after:
            break
    return a, b
