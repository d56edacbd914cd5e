"""Huiting's edge program."""
