"""A report of an artifact for people who have no account: one HTML file, one PDF, and the same as JSON."""
