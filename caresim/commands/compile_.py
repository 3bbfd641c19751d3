"""`caresim compile`: the engine's machine code, for images and shared machines."""

from __future__ import annotations

import click


@click.command("compile")
def command() -> None:
    """Make the engine's machine code now, so that the first study need not.

    It is kept in the user's cache folder, or in the folder that NUMBA_CACHE_DIR names.
    """
    from caresim.options import DEFAULT_ENGINE
    from caresim.preparation import make_ready
    from caresim.screen import show
    from simulation.jit import KEEPS_KERNELS, cache_folder

    make_ready(DEFAULT_ENGINE, quiet=False)
    if KEEPS_KERNELS:
        show(f"The engine is ready. Its machine code is in {cache_folder()}")
    else:
        show("The cache folder cannot be written: each study makes the engine's machine code afresh. "
             "Name another folder in NUMBA_CACHE_DIR.")
