"""Trying a store the hard way: faults while thousands of files come and go, and files larger than memory should be."""
