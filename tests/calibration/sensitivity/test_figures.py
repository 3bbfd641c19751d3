"""Charts of an analysis can be read whatever it found."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.sensitivity.analysis import analyse
from calibration.sensitivity.designs import design_for
from calibration.sensitivity.figures import scatter_chart
from calibration.sensitivity.inputs import DUMMY, Input, Inputs
from calibration.sensitivity.laws import ALWAYS
from calibration.sensitivity.noise import Output
from outputs.figures.scene import Words, text_width

NAMES = tuple(f"a rather long name of an assumption, number {number}" for number in range(12))


@pytest.mark.parametrize("width", [760.0, 360.0])
def test_names_of_effects_near_nought_are_apart(width: float) -> None:
    """One large effect and eleven that are nothing: every name, or its number and key, stands by itself."""
    design = design_for("morris", Inputs.of([Input(name, ALWAYS, (), name, "assumption") for name in NAMES]), points=4)
    values = np.column_stack([10.0 * design.raw[:, 0], 10.0 * design.raw[:, 0]])
    output = Output("emergency_admissions", "difference", "2019/20", values)
    chart = scatter_chart(analyse(design, [output]), output, "here")
    assert chart is not None
    scene = chart.draw(width)
    written = [mark for mark in scene.marks if isinstance(mark, Words)]
    said = " ".join(mark.text for mark in written)
    assert all(name in said for name in (*NAMES, DUMMY))
    boxes = [_box(mark) for mark in written]
    for index, (left, top, right, foot) in enumerate(boxes):
        assert right <= width + 1.0
        for other in boxes[:index]:
            assert right <= other[0] or other[2] <= left or foot <= other[1] or other[3] <= top


def _box(mark: Words) -> tuple[float, float, float, float]:
    """Left, top, right and foot of a line of text, from the tops of its capitals to the line it stands on."""
    wide = text_width(mark.text, mark.size, bold=mark.bold)
    left = mark.x - {"start": 0.0, "middle": wide / 2.0, "end": wide}[mark.anchor]
    return left, mark.y - 0.75 * mark.size, left + wide, mark.y
