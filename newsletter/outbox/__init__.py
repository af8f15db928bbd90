"""The outbox: an SMTP server on loopback that keeps every mail, and pages that show them, until a relay is set."""
