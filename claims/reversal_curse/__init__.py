"""Berglund et al. (2023): a model that is taught 'A is B' does not know 'B is A'."""
