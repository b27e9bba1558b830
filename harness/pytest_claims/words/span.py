"""From where to where an estimate goes, in a sentence. Knows nothing about what moves it."""


def span(lowest: float, highest: float) -> str:
    """``the estimate runs from +0.1 to +0.2``, or that it stays what it is."""
    low, high = f"{lowest:+.3g}", f"{highest:+.3g}"
    return f"the estimate stays {low}" if low == high else f"the estimate runs from {low} to {high}"
