"""The wire: SMTP (RFC 5321) spoken on a plain socket, for one purpose: many messages to one relay."""
