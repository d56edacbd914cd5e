"""Huiting's kiosk program."""
