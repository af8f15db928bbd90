"""How well regions, events, facts and picks are found, measured on labelled lines."""
