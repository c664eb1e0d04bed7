"""Who is notified: ladder, digest, outbox, SMTP, and the local mailbox."""
