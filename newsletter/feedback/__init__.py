"""Feedback: what comes back of the letters that left: bounces, complaints, refusals, and mail from readers."""
