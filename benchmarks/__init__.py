"""Measurements, each against its peer in the same run. No test asserts a time; `make bench` does."""
