"""Subscribers: who reads what, with whose consent; signed links; suppression."""
