"""The 21 studies of the Social Sciences Replication Project: (r, n) of the original, and of its replication.

Camerer et al. (2018), Nat. Hum. Behav. 2, 637-644; from the tests of R's BayesRep, which has them from table 1 of
Pawel and Held (2022), J. R. Stat. Soc. B 84, 879-911, as Fisher's z and 1/sqrt(n - 3).
"""

_PRINTED = """
    0.8159 40 0.8320 22   0.9614 15 0.8289 14   0.6741 30 0.5936 39   0.5246 51 0.3605 65
    0.2230 178 0.1823 407   0.6023 40 0.3842 49   0.4531 32 0.3547 89   0.4505 24 0.5863 95
    0.6736 15 0.4365 92   0.2006 200 0.1160 480   0.6314 63 0.3438 42   0.2779 72 0.1464 243
    0.3766 36 0.1497 306   0.1410 343 0.0258 2136   0.2697 54 0.0627 599   0.3677 69 0.0496 234
    0.2674 56 -0.0150 619   0.2691 86 -0.0273 714   0.2891 57 -0.0355 531   0.3881 40 -0.0463 286
    0.7931 20 -0.0982 79
"""
_NUMBERS = _PRINTED.split()
SSRP = [
    (float(original), int(original_n), float(r), int(n))
    for original, original_n, r, n in zip(*(iter(_NUMBERS),) * 4, strict=True)
]
