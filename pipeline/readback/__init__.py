"""Bytes -> Reading: one module a format, and one that says what a Document should read like.

A folder and not one file: to read five formats back takes five unlike parsers, and they grow
apart. What they share is `line.py`; what holds them against each other is `pipeline/verify.py`.
"""
