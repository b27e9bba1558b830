"""Load the harness and the laboratory."""

pytest_plugins = ["harness.plugin", "fixtures.plugin"]
