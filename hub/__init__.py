"""Huiting's hub program."""
