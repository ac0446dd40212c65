"""Customers: segments, repeat contacts, causes by channel."""
