"""The zoo: a tiny network of every type that is measured, and what plain transformers and PEFT compute with it."""
