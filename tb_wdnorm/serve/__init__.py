"""From event files to the page, and to Python."""
