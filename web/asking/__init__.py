"""The pages on which reports are asked for, and on which it is said that something has happened."""
