"""What the page shows of marker coupling beside what the court shows: a module for each picture, one for replies."""
