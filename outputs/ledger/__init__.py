"""Who pays whom, what care uses up, and what it would cost at average: three views of one run's money, to the penny.

`Activity` is what the books need of a run; `books_of` keeps them; `Ledger` says what they come to over runs.
"""
