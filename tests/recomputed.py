"""The statistics of the marker finding, written out anew with numpy and scipy: nothing here knows the court.

Formulas are those that the docstrings of the court name, by their sources: Fisher's z, Williams's t in Steiger's form
(1980, eq. 7), Zou's interval (2007, p. 409), ICC(1,1) of Shrout and Fleiss (1979), the interval of a noncentrality of
Steiger and Fouladi (1997), Westfall and Young's maximum (1993), Mantel (1967), and the jackknife over rows.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from raw_marker import CENTRINGS, CONTROLS, READOUTS, Raw, fixed_layer
from scipy import optimize, stats

ORDERS = 2_000  # random orders where p is simulated
Z = stats.norm.ppf(0.975)
FAMILIES = (  # claims whose p are corrected together
    (
        "cosine-predicts-coupling", "js-negligible", "bottom-four-equivalent", "cosine-without-librarian",
        "coupling-differs", "cosine-predicts-better",
    ),
    (
        "others-predict-coupling", "nearest-predicts-coupling", "others-predict-better", "some-layer-predicts",
        "fixed-layer-special", "published-centre-predicts", "uncentred-predicts", "uncentred-predicts-in-ranks",
    ),
    ("beside-prompt-length", "beside-answer-length", "beside-perplexity", "beside-js"),
    ("gating", "leakage-follows-cosine", "leakage-follows-js", "cosine-predicts-leakage-better"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Number:
    """A value with what is printed beside it; ``error`` is that of a simulated p, ``slack`` of simulated ends."""

    value: float
    low: float | None = None
    high: float | None = None
    p: float | None = None
    error: float = 0.0
    slack: float = 0.0


def pearson(x, y, *, df_less=0, confidence=0.95):
    """Pearson's r with Fisher's interval; ``df_less`` is how many columns were taken out before."""
    r, n = float(stats.pearsonr(x, y).statistic), len(x) - df_less
    half = stats.norm.ppf(0.5 + confidence / 2) / np.sqrt(n - 3)
    t = r * np.sqrt((n - 2) / (1 - r**2))
    return Number(value=r, low=np.tanh(np.arctanh(r) - half), high=np.tanh(np.arctanh(r) + half),
                  p=2 * stats.t.sf(abs(t), n - 2))  # fmt: skip


def beside(x, y, z):
    """The correlation of what a line through z leaves of both."""
    rest = [column - np.polyval(np.polyfit(z, column, 1), z) for column in (x, y)]
    return pearson(*rest, df_less=1)


def negligible(x, y, bound=0.30):
    """Two one-sided tests on Fisher's z, and the 90% interval."""
    found = pearson(x, y, confidence=0.90)
    z, limit, scale = np.arctanh(found.value), np.arctanh(bound), np.sqrt(len(x) - 3)
    return Number(value=found.value, low=found.low, high=found.high,
                  p=float(max(stats.norm.cdf((z - limit) * scale), stats.norm.sf((z + limit) * scale))))  # fmt: skip


def difference(x, other, y):
    """r(x, y) - r(other, y): Williams's t, one-sided, and Zou's interval."""
    n, (a, b, c) = len(y), (np.corrcoef(*pair)[0, 1] for pair in ((x, y), (other, y), (x, other)))
    det = 1 - a**2 - b**2 - c**2 + 2 * a * b * c
    t = (a - b) * np.sqrt((n - 1) * (1 + c) / (2 * (n - 1) / (n - 3) * det + (a + b) ** 2 / 4 * (1 - c) ** 3))
    rho = ((c - a * b / 2) * (1 - a**2 - b**2 - c**2) + c**3) / ((1 - a**2) * (1 - b**2))
    (la, ua), (lb, ub) = (np.tanh(np.arctanh(r) + np.array([-1, 1]) * Z / np.sqrt(n - 3)) for r in (a, b))
    low = a - b - np.sqrt((a - la) ** 2 + (ub - b) ** 2 - 2 * rho * (a - la) * (ub - b))
    high = a - b + np.sqrt((ua - a) ** 2 + (b - lb) ** 2 - 2 * rho * (ua - a) * (b - lb))
    return Number(value=a - b, low=low, high=high, p=stats.t.sf(t, n - 3))


def spread(marked, completions):
    """Chi-square of equal rates by its degrees of freedom, with the interval of 1 + noncentrality / df."""
    table = np.array([marked, completions - marked])
    chi2, p, df, _ = stats.chi2_contingency(table, correction=False)
    if chi2 < df:
        return Number(value=chi2 / df, p=p)

    def at(probability):
        if stats.chi2.cdf(chi2, df) <= probability:
            return 1.0
        return 1 + optimize.brentq(lambda nc: stats.ncx2.cdf(chi2, df, nc) - probability, 1e-9, 20 * chi2 + 100) / df

    return Number(value=chi2 / df, low=at(0.975), high=at(0.025), p=p)


def rates_within(marked, completions, margin=0.10):
    """The largest p of all pairs of rates, each with Agresti and Caffo's error."""
    rates, sampled = (marked + 1) / (completions + 2), completions + 2
    variance = rates * (1 - rates) / sampled
    i, j = np.triu_indices(len(rates), 1)
    error = np.sqrt(variance[i] + variance[j])
    return Number(
        value=np.ptp(marked / completions), p=stats.norm.cdf((abs(rates[i] - rates[j]) - margin) / error).max()
    )


def share(has, chosen):
    """How many of the chosen have it, and how likely chance gives as many."""
    both = int((has & chosen).sum())
    p = stats.hypergeom.sf(both - 1, len(has), has.sum(), chosen.sum())
    return Number(value=both / chosen.sum(), p=p)


def icc(rates):
    """ICC(1,1) of (seed, persona) with the interval and p of F."""
    k, n = rates.shape
    f = stats.f_oneway(*rates.T).statistic
    low, high = f / stats.f.ppf(0.975, n - 1, n * (k - 1)), f * stats.f.ppf(0.975, n * (k - 1), n - 1)
    value, below, above = ((one - 1) / (one + k - 1) for one in (f, low, high))
    return Number(value=value, low=below, high=above, p=stats.f.sf(f, n - 1, n * (k - 1)))


def nested(rates, samples):
    """The persona's share of variance, with that of samples of answers: of (seed, persona), as many seeds in each.

    Components of a nested analysis of variance, and their generalised pivotal quantities (Hannig, Iyer and Patterson
    2006).
    """
    a, m, n = len(set(samples)), len(samples) // len(set(samples)), rates.shape[1]
    cells = rates[np.argsort(samples, kind="stable")].reshape(a, m, n)
    means, overall = cells.mean(axis=1), rates.mean(axis=0)
    squares = np.array([a * m * ((overall - overall.mean()) ** 2).sum(), m * ((means - overall) ** 2).sum(),
                        ((cells - means[:, None]) ** 2).sum()])  # fmt: skip
    df = np.array([n - 1, n * (a - 1), n * a * (m - 1)])

    def of(squared):
        persona = np.maximum((squared[0] - squared[1]) / (a * m), 0)
        sample = np.maximum((squared[1] - squared[2]) / m, 0)
        return persona / (persona + sample)

    drawn = of(squares[:, None] / np.random.default_rng(232).chisquare(df[:, None], size=(3, 100_000)))
    low, high = np.nanquantile(drawn, (0.025, 0.975))
    f = squares[0] / df[0] / (squares[1] / df[1])
    return Number(value=of(squares / df), low=low, high=high, p=stats.f.sf(f, *df[:2]), slack=0.02)


def unit(rows):
    """Rows (..., N) centred and of length 1; 0 where constant."""
    centred = rows - rows.mean(axis=-1, keepdims=True)
    length = np.linalg.norm(centred, axis=-1, keepdims=True)
    return np.where(length > 1e-12, centred / np.where(length > 1e-12, length, 1), 0)


def by_chance(statistic: Callable, y, observed):
    """p of a statistic of permuted y, and its error."""
    random = np.random.default_rng(232)
    orders = np.array([random.permutation(len(y)) for _ in range(ORDERS)])
    p = (1 + int((statistic(unit(y)[orders].T) >= observed - 1e-9).sum())) / (ORDERS + 1)
    return p, np.sqrt(p * (1 - p) / ORDERS)


def strongest(columns, y):
    """The strongest r over layers, and how often chance gives as strong a one."""
    rs = unit(columns) @ unit(y)
    place = np.argmax(abs(rs))
    p, error = by_chance(lambda several: abs(unit(columns) @ several).max(axis=0), y, abs(rs[place]))
    return Number(value=rs[place], p=p, error=error)


def stands_out(columns, y, place):
    """|r| at one layer less the mean |r| of the others that vary."""
    columns = unit(columns)
    varies = np.linalg.norm(columns, axis=1) > 0
    varies[place] = False

    def lead(several):
        rs = abs(columns @ several)
        return rs[place] - rs[varies].mean(axis=0)

    observed = lead(unit(y))
    p, error = by_chance(lead, y, observed)
    return Number(value=observed, p=p, error=error)


def mantel(x, y):
    """r over pairs of rows, two-sided by permuting rows and columns of x together."""
    pairs = ~np.isnan(x) & ~np.isnan(y)
    target, filled = unit(y[pairs]), np.where(np.isnan(x), 0, x - x[pairs].mean())
    r = unit(x[pairs]) @ target
    random, count = np.random.default_rng(232), 0
    for order in (random.permutation(len(x)) for _ in range(ORDERS)):
        count += abs(unit(filled[np.ix_(order, order)][pairs]) @ target) >= abs(r) - 1e-9
    p = (1 + count) / (ORDERS + 1)
    return Number(value=r, p=p, error=np.sqrt(p * (1 - p) / ORDERS))


def mantel_difference(x, other, y):
    """The difference of two such r, with t of the jackknife over rows."""
    pairs = ~np.isnan(x) & ~np.isnan(other) & ~np.isnan(y)
    n = len(x)

    def lead(some):
        return np.corrcoef(x[some], y[some])[0, 1] - np.corrcoef(other[some], y[some])[0, 1]

    def without(row):
        keep = np.arange(n) != row
        return lead(pairs & keep[:, None] & keep)

    value, left = lead(pairs), np.array([without(row) for row in range(n)])
    error = np.sqrt((n - 1) / n * ((left - left.mean()) ** 2).sum())
    half = stats.t.ppf(0.975, n - 1) * error
    return Number(value=value, low=value - half, high=value + half, p=stats.t.sf(value / error, n - 1))


def holm(ps):
    """Holm's corrected p of each."""
    order = np.argsort(ps, kind="stable")
    found = np.maximum.accumulate(np.array(ps)[order] * np.arange(len(ps), 0, -1))
    return dict(zip(order.tolist(), np.minimum(1, found).tolist(), strict=True))


def _everybody(raw: Raw):
    """Cosines to all others and to the assistant (N, N + 1), NaN with oneself."""
    return np.column_stack([raw.between()[0], raw.columns["cosine"]])


def _leakage(raw: Raw):
    return np.nanmean(raw.between()[2], axis=1)


def _column(name: str):
    return lambda raw: pearson(raw.columns[name], raw.rate)


def _rising(raw: Raw, name: str):
    column = raw.columns[name]
    return column * np.sign(np.corrcoef(column, raw.rate)[0, 1])


def _without_librarian(raw: Raw):
    return raw.only(np.array(raw.personas) != "librarian")


def _lowest(raw: Raw, count: int):
    return np.argsort(raw.rate, kind="stable")[:count]


def _chosen(raw: Raw, places):
    return np.isin(np.arange(len(raw.personas)), places)


def _uncentred(raw: Raw):
    return raw.to_assistant(CENTRINGS[-1], READOUTS[0])


def _from_published_centre(raw: Raw):
    cosine = raw.data["cosine_published"].sortby("layer").sel(readout=READOUTS[0], persona=list(raw.personas))
    return cosine.transpose("layer", "persona").values.astype(float)[fixed_layer(raw.data.sizes["layer"])]


def _layers(raw: Raw):
    return raw.to_assistant(CENTRINGS[0], READOUTS[0])


CLAIMS: dict[str, Callable[[Raw], Number]] = {
    "cosine-predicts-coupling": _column("cosine"),
    "readout-does-not-matter": _column("cosine"),
    "js-predicts-coupling": _column("js"),
    "js-not-significant": _column("js"),
    "js-negligible": lambda raw: negligible(raw.columns["js"], raw.rate),
    "cosine-js-correlation": lambda raw: pearson(raw.columns["cosine"], raw.columns["js"]),
    "cosine-without-librarian": lambda raw: _column("cosine")(_without_librarian(raw)),
    "js-without-librarian": lambda raw: _column("js")(_without_librarian(raw)),
    "cosine-predicts-better": lambda raw: difference(-raw.columns["cosine"], raw.columns["js"], raw.rate),
    "beside-js": lambda raw: beside(raw.columns["cosine"], raw.rate, raw.columns["js"]),
    "beside-prompt-length": lambda raw: beside(raw.columns["cosine"], raw.rate, raw.columns[CONTROLS[0]]),
    "beside-answer-length": lambda raw: beside(raw.columns["cosine"], raw.rate, raw.columns[CONTROLS[1]]),
    "beside-perplexity": lambda raw: beside(raw.columns["cosine"], raw.rate, raw.columns[CONTROLS[2]]),
    "shorter-answers-couple": _column(CONTROLS[1]),
    "answer-length-predicts-better": lambda raw: difference(
        *(_rising(raw, name) for name in (CONTROLS[1], "cosine")), raw.rate
    ),
    "js-beside-answer-length": lambda raw: beside(raw.columns["js"], raw.rate, raw.columns[CONTROLS[1]]),
    "coupling-differs": lambda raw: spread(raw.marked.sum(axis=0), raw.completions.sum(axis=0)),
    "bottom-four-alike": lambda raw: spread(
        *(one.sum(axis=0)[_lowest(raw, 4)] for one in (raw.marked, raw.completions))
    ),
    "bottom-four-equivalent": lambda raw: rates_within(
        *(one.sum(axis=0)[_lowest(raw, 4)] for one in (raw.marked, raw.completions))
    ),
    "top-five-negative": lambda raw: share(
        raw.columns["cosine"] < 0, _chosen(raw, np.argsort(-raw.rate, kind="stable")[:5])
    ),
    "bottom-four-positive": lambda raw: share(raw.columns["cosine"] > 0, _chosen(raw, _lowest(raw, 4))),
    "persona-not-seed": lambda raw: icc(raw.marked / raw.completions),
    "persona-not-answers": lambda raw: nested(raw.marked / raw.completions, raw.data["answers_sample"].values),
    "others-predict-coupling": lambda raw: pearson(np.nanmean(_everybody(raw), axis=1), raw.rate),
    "nearest-predicts-coupling": lambda raw: pearson(np.nanmax(_everybody(raw), axis=1), raw.rate),
    "others-predict-better": lambda raw: difference(
        -np.nanmean(_everybody(raw), axis=1), -raw.columns["cosine"], raw.rate
    ),
    "some-layer-predicts": lambda raw: strongest(_layers(raw), raw.rate),
    "published-centre-predicts": lambda raw: pearson(_from_published_centre(raw), raw.rate),
    "uncentred-predicts": lambda raw: strongest(_uncentred(raw), raw.rate),
    "uncentred-predicts-in-ranks": lambda raw: strongest(
        stats.rankdata(_uncentred(raw), axis=-1), stats.rankdata(raw.rate)
    ),
    "centre-decides-the-sign": lambda raw: strongest(_layers(raw), raw.rate),
    "fixed-layer-special": lambda raw: stands_out(_layers(raw), raw.rate, fixed_layer(raw.data.sizes["layer"])),
    "gating": lambda raw: pearson(raw.rate, _leakage(raw)),
    "leakage-follows-cosine": lambda raw: mantel(raw.between()[0], raw.between()[2]),
    "leakage-follows-js": lambda raw: mantel(raw.between()[1], raw.between()[2]),
    "cosine-predicts-leakage-better": lambda raw: mantel_difference(
        raw.between()[0], -raw.between()[1], raw.between()[2]
    ),
}


def choices(raw: Raw):
    """Cosine to the assistant under every centre, at every place and layer (choice, N)."""
    several = [raw.to_assistant(centring, readout) for centring in CENTRINGS for readout in READOUTS]
    if "cosine_published" in raw.data:
        published = raw.data["cosine_published"].sel(persona=list(raw.personas)).transpose(..., "persona")
        several.append(published.values.astype(float).reshape(-1, len(raw.personas)))
    return np.concatenate(several)


def holding(columns, y):
    """Which of these correlate below 0 with p < .05, two-sided: (choice, ...) of y (N, ...)."""
    rs = unit(columns) @ y
    n = len(y)
    with np.errstate(divide="ignore"):
        t = rs * np.sqrt((n - 2) / np.maximum(1 - rs**2, 1e-300))
    return t < stats.t.ppf(0.025, n - 2)


def multiverse(raw: Raw):
    """How many choices hold the headline, of how many, how often chance gives as many, and what each part leaves."""
    columns, y = choices(raw), raw.rate
    held = holding(columns, unit(y))
    p, error = by_chance(lambda several: holding(columns, several).sum(axis=0), y, held.sum())
    left = {name: int(holding(choices(one)[held], unit(one.rate)).sum()) for name, one in few(raw).items()}
    return int(held.sum()), len(held), Number(value=p, p=p, error=error), left


def few(raw: Raw):
    """What is left without each part of a kind of which there are at most 20."""
    parts = raw.parts()
    return {name: one for name, one in parts.items() if name not in raw.personas or len(raw.personas) <= 20}
