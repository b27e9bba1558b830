"""Lost in the middle: what stands at the ends of a long context is found more often than what stands between."""
