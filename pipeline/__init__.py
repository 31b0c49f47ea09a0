"""Briefings as YAML in; PDF, Word, Markdown, web page and JSON out, all saying the same."""
