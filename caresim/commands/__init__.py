"""The commands, one file each; every file has a click command called `command`.

Heavy imports stand inside the functions that need them, so that a command's help answers at once.
"""
