"""Signing services elsewhere: what is asked of them over HTTPS, and what is believed of their answers."""
