"""The page of a run that people open in a browser, and the charts on it."""
