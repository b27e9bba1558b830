pytest_plugins = ["harness.plugin", "fixtures.plugin"]
