"""Inbound: mail of readers and of other servers comes in by SMTP, LMTP, from a mailbox, or on standard input."""
