"""Signatures on bytes: making them, and judging them. Knows PDF, keys, certificates, time; nothing of offices."""
