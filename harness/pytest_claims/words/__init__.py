"""Facts become sentences here, and nowhere else."""
