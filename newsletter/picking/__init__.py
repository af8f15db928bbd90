"""Picking: scores that explain themselves, and a choice that keeps variety. Pure: it reads and writes nothing."""
