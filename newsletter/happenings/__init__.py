"""What other programs are told: kept as rows by whoever makes it happen, and told by a later stage."""
