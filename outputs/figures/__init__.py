"""Charts that say the finding in their title, with the data behind them: no screen needed, same bytes each time."""

from outputs.figures.chart import Chart
from outputs.figures.cost_chart import cost_chart
from outputs.figures.growth_chart import growth_chart

__all__ = ["Chart", "cost_chart", "growth_chart"]
