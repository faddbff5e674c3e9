"""A first configuration drafted from an export, for a person to edit.

A draft is a guess and says so beside each guess: it reads the table with the readers of
`procohort.data`, and what it writes is checked by the same code that checks every study.
"""
