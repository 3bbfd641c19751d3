"""What a study says: measures of runs, comparisons of scenarios, and the words, tables, figures and files made of them.

`measures.reduce` turns a run into numbers, `compare.compare` turns runs into findings, the rest shows them.
"""
