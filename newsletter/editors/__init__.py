"""Editors: who may do what, their sessions, and the log of what they did."""
