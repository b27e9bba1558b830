"""The battery: what becomes of a claim when its data are perturbed. Every claim gets every check."""
