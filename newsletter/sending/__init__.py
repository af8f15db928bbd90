"""Sending: rounds, letters, the relay, recovery, progress; and notices, the mails outside a round."""
