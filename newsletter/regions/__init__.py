"""Regions: what letters are about, and when they leave."""
