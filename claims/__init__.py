"""What is believed: a folder for each finding, with its claims as tests."""
