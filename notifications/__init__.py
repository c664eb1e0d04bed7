"""Who is told: ladder, digest, outbox, SMTP, and the local mailbox."""
