"""The model: people, needs, settings, and the engine that moves them. It knows no files, words or screens."""
