"""Cases with known answers: exact results of queueing theory and published models, and the engines held to them.

`cases.CASES` are all of them; `running.verify` runs them and judges each.
"""
