"""What is drawn of a record: a module for each kind of chart."""
