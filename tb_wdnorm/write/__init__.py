"""From a model in training to event files."""
