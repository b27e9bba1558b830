"""Claim #232: how strongly a marker couples to a persona follows its representational distance from the assistant."""
