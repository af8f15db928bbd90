"""The outbox: an SMTP server on loopback that keeps every mail, and pages that show them, until a relay is set."""

HOST = "127.0.0.1"  # never another: whoever can read the outbox can follow every reader's links
