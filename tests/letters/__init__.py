"""Letters of every kind, made by the service's own code, and what looks at them: `make check-letters`."""
