"""The model: people, their needs, the settings that they meet, and the engine that moves them. No files, words or screens."""
