"""Issues: one region in one week, from draft to approval."""
