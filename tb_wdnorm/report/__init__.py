"""The answer as text for a terminal, Markdown, JSON and an HTML page."""
